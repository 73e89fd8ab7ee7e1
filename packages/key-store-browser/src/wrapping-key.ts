import { outcome } from '@uport-kit/core/indexeddb'
import { storeFailed } from './failure.ts'

const ALGORITHM = 'AES-GCM'
const BITS = 256
const SLOT = 'current'

/** The key that wraps all others of a database. Scripts can use it and cannot read it. */
export interface WrappingKey {
  /** Random; each wrapped key names the one it was wrapped by. */
  readonly id: string
  readonly key: CryptoKey
}

/** Makes a key whose bytes no script gets. It is stored by `writeWrappingKey`. */
export async function generateWrappingKey(): Promise<WrappingKey> {
  const algorithm = { name: ALGORITHM, length: BITS }
  const key = await crypto.subtle.generateKey(algorithm, false, ['encrypt', 'decrypt'])
  return { id: crypto.randomUUID(), key }
}

/** @throws UportError `KEY_STORE_FAILED` with reason `damaged` where something else has its place */
export async function readWrappingKey(transaction: IDBTransaction): Promise<WrappingKey | undefined> {
  const stored: unknown = await outcome(transaction.objectStore('wrapping-key').get(SLOT))
  if (stored === undefined) return undefined
  if (isWrappingKey(stored)) return { id: stored.id, key: stored.key }
  const message = 'The key that wraps the others is damaged: delete the keys and import their backups'
  throw storeFailed('damaged', message)
}

/** Puts a key in the place of the one there is, if any. */
export async function writeWrappingKey(transaction: IDBTransaction, { id, key }: WrappingKey): Promise<void> {
  await outcome(transaction.objectStore('wrapping-key').put({ slot: SLOT, id, key }))
}

function isWrappingKey(value: unknown): value is WrappingKey {
  const { id, key } = Object(value) as { readonly id?: unknown; readonly key?: unknown }
  return typeof id === 'string' && key instanceof CryptoKey && isSealed(key)
}

/** Only a key of this kind was made here: one that can be exported was put there by somebody. */
function isSealed(key: CryptoKey): boolean {
  return (
    !key.extractable &&
    key.algorithm.name === ALGORITHM &&
    'length' in key.algorithm &&
    key.algorithm.length === BITS
  )
}
