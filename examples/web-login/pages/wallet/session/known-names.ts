import { foldDid, type WalletStore } from '@uport-kit/core'
import type { ConsentScreen } from '@uport-kit/wallet'

const COLLECTION = 'known-names'

/** Remembers what an application called itself when the person approved: lists show it beside the proven DID. */
export async function rememberName(store: WalletStore, { requester }: ConsentScreen): Promise<void> {
  if (requester?.name === undefined) return
  await store.put(COLLECTION, foldDid(requester.did), requester.name.text)
}

/** What applications called themselves, by folded DID. Their own words. */
export async function knownNames(store: WalletStore): Promise<ReadonlyMap<string, string>> {
  const records = await store.list(COLLECTION)
  return new Map(
    records.flatMap(({ key, value }) => (typeof value === 'string' ? [[key, value] as const] : [])),
  )
}

/** The name that belongs to a DID, where one is known. */
export function nameOf(names: ReadonlyMap<string, string>, did: string): string | undefined {
  try {
    return names.get(foldDid(did))
  } catch {
    return undefined
  }
}
