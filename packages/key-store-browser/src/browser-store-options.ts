import type { Clock, RandomBytes } from '@uport-kit/core'
import type { ScryptCost } from '@uport-kit/core/keystore'

/** What stores of signing keys and of box keys have in common. Those of one `databaseName` share a database. */
export interface BrowserStoreOptions {
  /** Default `uport-kit-keys`. Databases belong to an origin: no other site sees them. */
  readonly databaseName?: string | undefined
  /** Seconds to wait for the database, which tabs with an older version of the page can hold. Default 10. */
  readonly openTimeout?: number | undefined
  /** Makes keys and initialisation vectors. Default: the browser's generator. */
  readonly randomBytes?: RandomBytes | undefined
  /** Default: the machine's. */
  readonly clock?: Clock | undefined
  /** Default: that of the page or the worker. */
  readonly indexedDB?: IDBFactory | undefined
}

export interface BrowserKeyStoreOptions extends BrowserStoreOptions {
  /** Cost of backups. Default n 131 072, r 8, p 1: 128 MiB and about a second. */
  readonly scrypt?: ScryptCost | undefined
  /** Whether the browser is asked to keep the keys when the first one is made or imported. Default true. */
  readonly persist?: boolean | undefined
  /** Who is asked. Default: `navigator.storage`. */
  readonly storage?: Pick<StorageManager, 'persist' | 'persisted'> | undefined
}
