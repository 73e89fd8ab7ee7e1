import { deleteBrowserKeys } from '@uport-kit/key-store-browser'
import { deleteBrowserStores } from '@uport-kit/store-browser'
import type { PushGrants } from '@uport-kit/transport-push'

export interface DeletionParts {
  /** Whoever may push, may no more. */
  readonly grants: Pick<PushGrants, 'list' | 'revoke'>
  /** Ends the wallet's work in this page. */
  readonly stop: () => void
}

/** Seconds for the push server to take the grants back: a server that is away must not keep anybody's keys here. */
const REVOKE_MS = 5000

/**
 * Deletes keys, credentials and everything else of the wallet from this browser, and ends its push messages. Identities stay in the
 * registry, and no one but the holder of a backup can use them any more.
 *
 * @throws UportError `KEY_STORE_FAILED`, `BROWSER_STORE_FAILED` where another tab holds the records: close it, and do it again
 */
export async function deleteEverything({ grants, stop }: DeletionParts): Promise<void> {
  await revokeAll(grants)
  stop()
  const registration = await globalThis.navigator.serviceWorker?.getRegistration()
  await (await registration?.pushManager?.getSubscription())?.unsubscribe()
  await deleteBrowserStores()
  await deleteBrowserKeys()
  sessionStorage.clear()
  localStorage.clear()
  await registration?.unregister()
}

async function revokeAll(grants: DeletionParts['grants']): Promise<void> {
  const signal = AbortSignal.timeout(REVOKE_MS)
  const records = await grants.list()
  await Promise.allSettled(records.map(({ id }) => grants.revoke(id, { signal })))
}
