import { deepFreeze } from '../jwt/deep-freeze.ts'
import type { Json } from '../ports/json.ts'
import type { WalletStore } from '../ports/wallet-store.ts'

/** A wallet's records in the memory of one process: for tests, and for wallets that last as long as a page. */
export function memoryWalletStore(): WalletStore {
  const collections = new Map<string, Map<string, Json>>()
  const recordsOf = (collection: string): Map<string, Json> => {
    const records = collections.get(collection) ?? new Map<string, Json>()
    collections.set(collection, records)
    return records
  }
  return {
    async get(collection, key, { signal } = {}) {
      signal?.throwIfAborted()
      return collections.get(collection)?.get(key)
    },

    async put(collection, key, value, { signal } = {}) {
      signal?.throwIfAborted()
      recordsOf(collection).set(key, frozenCopy(value))
    },

    // Atomic because nothing is awaited between looking and writing.
    async create(collection, key, value, { signal } = {}) {
      signal?.throwIfAborted()
      const records = recordsOf(collection)
      if (records.has(key)) return false
      records.set(key, frozenCopy(value))
      return true
    },

    async delete(collection, key, { signal } = {}) {
      signal?.throwIfAborted()
      return collections.get(collection)?.delete(key) ?? false
    },

    async list(collection, { signal } = {}) {
      signal?.throwIfAborted()
      return [...(collections.get(collection) ?? [])]
        .map(([key, value]) => ({ key, value }))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
    },
  }
}

function frozenCopy(value: Json): Json {
  const copy: Json = JSON.parse(JSON.stringify(value))
  deepFreeze(copy)
  return copy
}
