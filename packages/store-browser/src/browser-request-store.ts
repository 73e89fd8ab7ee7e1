import {
  type ConsumeResult,
  type Options,
  type PendingRequest,
  type RequestStore,
  UportError,
} from '@uport-kit/core'
import { outcome } from '@uport-kit/core/indexeddb'
import { BrowserStore, type BrowserStoreOptions, connected } from './browser-store.ts'
import { endOf, Sweeper } from './expiring-rows.ts'
import { damaged } from './store-layout.ts'

/** The record as JSON text, so that what comes out is what went in. */
interface RequestRow {
  readonly id: string
  readonly record: string
  readonly until: number
  /** Of the reply that won. */
  readonly replyHash?: string
}

/**
 * Opens the store of this site's waiting requests, making the database where there is none.
 *
 * @throws TypeError when an option is out of range
 * @throws UportError `BROWSER_STORAGE_UNAVAILABLE`, `BROWSER_STORE_FAILED`
 */
export async function openBrowserRequestStore(
  options: BrowserStoreOptions = {},
  { signal }: Options = {},
): Promise<BrowserRequestStore> {
  signal?.throwIfAborted()
  return connected(new BrowserRequestStore(options), { signal })
}

/**
 * Requests that wait, in IndexedDB: they outlive the page, so a reply that comes back by a redirect or after a reload is
 * verified against its request, and of all tabs one spends it. Records hold the read secrets of reply addresses.
 */
export class BrowserRequestStore extends BrowserStore implements RequestStore {
  readonly #sweeper = new Sweeper(this.clock)

  /** @throws UportError `REQUEST_ID_IN_USE`, `BROWSER_STORE_FAILED`, `BROWSER_STORAGE_UNAVAILABLE` */
  async put(record: PendingRequest, { signal }: Options = {}): Promise<void> {
    signal?.throwIfAborted()
    const row: RequestRow = {
      id: record.id,
      record: JSON.stringify(record),
      until: endOf(record.expiresAt),
    }
    await this.database.transact('readwrite', async (transaction) => {
      const rows = transaction.objectStore('requests')
      await this.#sweeper.sweep(rows)
      if ((await outcome(rows.getKey(row.id))) !== undefined) {
        throw new UportError(
          'REQUEST_ID_IN_USE',
          'The request id is in use: give every request a fresh random id',
        )
      }
      await outcome(rows.add(row))
    })
  }

  /** @throws UportError `BROWSER_STORE_FAILED`, `BROWSER_STORAGE_UNAVAILABLE` */
  async get(id: string, { signal }: Options = {}): Promise<PendingRequest | undefined> {
    signal?.throwIfAborted()
    const row = await this.database.transact('readonly', (transaction) => this.#read(transaction, id))
    return row === undefined ? undefined : parseRecord(row)
  }

  /** @throws UportError `BROWSER_STORE_FAILED`, `BROWSER_STORAGE_UNAVAILABLE` */
  async consume(id: string, replyHash: string, { signal }: Options = {}): Promise<ConsumeResult> {
    signal?.throwIfAborted()
    return this.database.transact('readwrite', async (transaction) => {
      const row = await this.#read(transaction, id)
      if (row === undefined) return 'unknown'
      if (row.replyHash !== undefined) return row.replyHash === replyHash ? 'same' : 'lost'
      await outcome(transaction.objectStore('requests').put({ ...row, replyHash }))
      return 'won'
    })
  }

  async #read(transaction: IDBTransaction, id: string): Promise<RequestRow | undefined> {
    const row: RequestRow | undefined = await outcome(transaction.objectStore('requests').get(id))
    return row === undefined || this.clock.now() > row.until ? undefined : row
  }
}

function parseRecord({ id, record }: RequestRow): PendingRequest {
  try {
    const parsed: PendingRequest = JSON.parse(record)
    if (parsed.id === id) return parsed
  } catch {
    // Said below: the parser's own error quotes the record.
  }
  throw damaged()
}
