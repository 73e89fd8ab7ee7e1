import { abortable, type Clock, type Options, systemClock } from '@uport-kit/core'
import {
  deleteIndexedDatabase,
  IndexedDatabase,
  type IndexedDatabaseOptions,
} from '@uport-kit/core/indexeddb'
import { STORE_LAYOUT } from './store-layout.ts'

/** Stores of one `databaseName` (default `uport-kit`) share a database, and see what the others did. */
export interface BrowserStoreOptions extends IndexedDatabaseOptions {}

/** What the stores have in common: a connection to the database, and its end. */
export abstract class BrowserStore {
  protected readonly database: IndexedDatabase
  protected readonly clock: Clock

  /**
   * The database is opened by the first call.
   *
   * @throws TypeError when an option is out of range
   * @throws UportError `BROWSER_STORAGE_UNAVAILABLE`
   */
  constructor(options: BrowserStoreOptions = {}) {
    this.clock = options.clock ?? systemClock()
    this.database = new IndexedDatabase(STORE_LAYOUT, options)
  }

  /** Opens the database now. @throws UportError `BROWSER_STORAGE_UNAVAILABLE`, `BROWSER_STORE_FAILED` */
  connect(): Promise<void> {
    return this.database.connect()
  }

  /** Lets go of the database; the records stay in it. Calls after it are refused. */
  close(): void {
    this.database.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }
}

/** A store that has its database, or none at all. */
export async function connected<Store extends BrowserStore>(
  store: Store,
  { signal }: Options = {},
): Promise<Store> {
  try {
    await abortable(store.connect(), signal)
    return store
  } catch (error) {
    store.close()
    throw error
  }
}

/**
 * Deletes everything that the stores of a `databaseName` keep: requests, what was answered, the records of the wallet. What the
 * disk or a backup of it remembers stays.
 *
 * @throws TypeError when an option is out of range
 * @throws UportError `BROWSER_STORAGE_UNAVAILABLE`; `BROWSER_STORE_FAILED` with reason `blocked` where a tab does not let go: it
 * happens when that is closed
 */
export async function deleteBrowserStores(options: BrowserStoreOptions = {}): Promise<void> {
  await deleteIndexedDatabase(STORE_LAYOUT, options)
}
