import type { RandomBytes } from '@uport-kit/core'
import type { IndexedDatabaseOptions } from '@uport-kit/core/indexeddb'
import type { ScryptCost } from '@uport-kit/core/keystore'

/**
 * What stores of signing keys and of box keys have in common. Those of one `databaseName` (default `uport-kit-keys`) share a
 * database.
 */
export interface BrowserStoreOptions extends IndexedDatabaseOptions {
  /** Makes keys and initialisation vectors. Default: the browser's generator. */
  readonly randomBytes?: RandomBytes | undefined
}

export interface BrowserKeyStoreOptions extends BrowserStoreOptions {
  /** Cost of backups. Default n 131 072, r 8, p 1: 128 MiB and about a second. */
  readonly scrypt?: ScryptCost | undefined
  /** Whether the browser is asked to keep the keys when the first one is made or imported. Default true. */
  readonly persist?: boolean | undefined
  /** Who is asked. Default: `navigator.storage`. */
  readonly storage?: Pick<StorageManager, 'persist' | 'persisted'> | undefined
}
