import type { Options, RandomBytes } from '@uport-kit/core'
import { type IndexedDatabase, outcome } from '@uport-kit/core/indexeddb'
import { busy } from './failure.ts'
import {
  parseWrappedSecret,
  type SecretKind,
  unwrapSecret,
  type WrappedSecret,
  wrapSecret,
} from './wrapped-secret.ts'
import { generateWrappingKey, readWrappingKey, type WrappingKey, writeWrappingKey } from './wrapping-key.ts'

const KINDS: readonly SecretKind[] = ['keys', 'box-keys']
const MAX_ATTEMPTS = 4

/** Everything that the wrapping key wraps. */
interface Snapshot {
  readonly wrapping: WrappingKey | undefined
  readonly records: readonly { readonly kind: SecretKind; readonly record: WrappedSecret }[]
}

/**
 * Wraps every key of a database anew under a fresh wrapping key, and deletes the old one. Either all are, or none.
 *
 * @throws UportError `KEY_STORE_FAILED`: `damaged`, `wrapping-key-missing`, `busy`
 */
export async function rotateWrappingKey(
  database: IndexedDatabase,
  randomBytes: RandomBytes,
  { signal }: Options,
): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    signal?.throwIfAborted()
    const before = await database.transact('readonly', snapshot)
    if (before.wrapping === undefined && before.records.length === 0) return
    const fresh = await generateWrappingKey()
    const rewrapped = await Promise.all(
      before.records.map(async ({ kind, record }) => ({
        kind,
        record: await rewrap(kind, record, before.wrapping, fresh, randomBytes),
      })),
    )
    signal?.throwIfAborted()
    const replaced = await database.transact('readwrite', async (transaction) => {
      // Cryptography cannot be awaited inside of a transaction, so other tabs may have been faster.
      if (fingerprint(await snapshot(transaction)) !== fingerprint(before)) return false
      for (const { kind, record } of rewrapped) await outcome(transaction.objectStore(kind).put(record))
      await writeWrappingKey(transaction, fresh)
      return true
    })
    if (replaced) return
  }
  throw busy()
}

async function snapshot(transaction: IDBTransaction): Promise<Snapshot> {
  const wrapping = await readWrappingKey(transaction)
  const records: Snapshot['records'][number][] = []
  for (const kind of KINDS) {
    const store = transaction.objectStore(kind)
    const [names, values] = [await outcome(store.getAllKeys()), await outcome<unknown[]>(store.getAll())]
    for (const [index, name] of names.entries()) {
      records.push({ kind, record: parseWrappedSecret(kind, String(name), values[index]) })
    }
  }
  return { wrapping, records }
}

/** Equal where no key was added, removed or wrapped anew: no two wrappings share their IV. */
function fingerprint({ wrapping, records }: Snapshot): string {
  return JSON.stringify([
    wrapping?.id,
    records.map(({ kind, record }) => [kind, record.name, [...record.iv]]),
  ])
}

async function rewrap(
  kind: SecretKind,
  record: WrappedSecret,
  from: WrappingKey | undefined,
  to: WrappingKey,
  randomBytes: RandomBytes,
): Promise<WrappedSecret> {
  const secret = await unwrapSecret(kind, record, from)
  try {
    return await wrapSecret({ ...record, kind }, secret, to, randomBytes)
  } finally {
    secret.fill(0)
  }
}
