import type { AnsweredRequests, Options } from '@uport-kit/core'
import { outcome } from '@uport-kit/core/indexeddb'
import { BrowserStore, type BrowserStoreOptions, connected } from './browser-store.ts'
import { endOf, Sweeper } from './expiring-rows.ts'

/**
 * Opens the store of the requests that were answered here, making the database where there is none.
 *
 * @throws TypeError when an option is out of range
 * @throws UportError `BROWSER_STORAGE_UNAVAILABLE`, `BROWSER_STORE_FAILED`
 */
export async function openBrowserAnsweredRequests(
  options: BrowserStoreOptions = {},
  { signal }: Options = {},
): Promise<BrowserAnsweredRequests> {
  signal?.throwIfAborted()
  return connected(new BrowserAnsweredRequests(options), { signal })
}

/** The requests that were answered, in IndexedDB: no tab and no worker answers one twice, also after a reload. */
export class BrowserAnsweredRequests extends BrowserStore implements AnsweredRequests {
  readonly #sweeper = new Sweeper(this.clock)

  /** @throws UportError `BROWSER_STORE_FAILED`, `BROWSER_STORAGE_UNAVAILABLE` */
  async claim(requestHash: string, expiresAt: number, { signal }: Options = {}): Promise<boolean> {
    signal?.throwIfAborted()
    const until = endOf(expiresAt)
    if (until <= this.clock.now()) return false
    return this.database.transact('readwrite', async (transaction) => {
      const rows = transaction.objectStore('answered')
      await this.#sweeper.sweep(rows)
      if ((await outcome(rows.getKey(requestHash))) !== undefined) return false
      await outcome(rows.add({ id: requestHash, until }))
      return true
    })
  }
}
