import type { Json } from './json.ts'
import type { Options } from './options.ts'

/** One record of a collection. */
export interface WalletRecord {
  readonly key: string
  readonly value: Json
}

/**
 * Where a wallet keeps what must outlive its process: records of JSON under a key, in named collections. Each operation
 * is atomic over all processes that share the store; a resolved promise means stored. Keys may be any text: outsiders
 * choose some of them.
 */
export interface WalletStore {
  /** The record's value, fresh or frozen; undefined where there is none. */
  get(collection: string, key: string, options?: Options): Promise<Json | undefined>
  /** Writes the record, over an older one. */
  put(collection: string, key: string, value: Json, options?: Options): Promise<void>
  /** Writes the record only where there is none of that key: true for exactly one of many writers. */
  create(collection: string, key: string, value: Json, options?: Options): Promise<boolean>
  /** Removes the record; true when there was one, for exactly one of many callers. */
  delete(collection: string, key: string, options?: Options): Promise<boolean>
  /** All records of a collection, ordered by key (UTF-16 code units). */
  list(collection: string, options?: Options): Promise<readonly WalletRecord[]>
}
