import { failureOf, translated } from './database-failure.ts'
import {
  type DatabaseLayout,
  type DatabaseSettings,
  databaseSettings,
  type IndexedDatabaseOptions,
} from './database-options.ts'
import { deleteDatabase, openDatabase } from './open-database.ts'

/**
 * The connection of one tab or worker. It is opened when it is first needed, and let go of when another tab upgrades or
 * deletes the database or the browser clears it; the next call opens it anew. Nothing is cached: every call sees what other
 * tabs did.
 */
export class IndexedDatabase {
  readonly #settings: DatabaseSettings
  #connection: Promise<IDBDatabase> | undefined
  #database: IDBDatabase | undefined
  #closed = false

  /** @throws TypeError when an option is out of range; the layout's error of `no-indexeddb` */
  constructor(layout: DatabaseLayout, options: IndexedDatabaseOptions = {}) {
    this.#settings = databaseSettings(layout, options)
  }

  /**
   * Runs requests in one transaction over all object stores; those of all tabs run one after the other where one of them
   * writes. A write is on the disk when this resolves, and leaves nothing where it rejects.
   *
   * @param work must await nothing but requests of the transaction
   * @throws the layout's error
   */
  async transact<T>(
    mode: 'readonly' | 'readwrite',
    work: (transaction: IDBTransaction) => Promise<T>,
  ): Promise<T> {
    try {
      const transaction = await this.#begin(mode)
      const done = this.#completion(transaction)
      try {
        const result = await work(transaction)
        await done
        return result
      } catch (error) {
        abort(transaction)
        await done.catch(() => {})
        throw error
      }
    } catch (error) {
      throw translated(this.#settings.layout, error)
    }
  }

  /** Opens it now. @throws the layout's error */
  async connect(): Promise<void> {
    await this.#open()
  }

  /** Lets go of the database; calls after it are refused. */
  close(): void {
    this.#closed = true
    this.#connection?.then(
      (database) => database.close(),
      () => {},
    )
    this.#connection = undefined
  }

  async #begin(mode: 'readonly' | 'readwrite'): Promise<IDBTransaction> {
    const { stores } = this.#settings.layout
    const begin = (database: IDBDatabase) => database.transaction(stores, mode, { durability: 'strict' })
    const database = await this.#open()
    try {
      return begin(database)
    } catch {
      // It was closed between the two lines: by an upgrade, a deletion, or the browser.
      this.#drop(database)
      return begin(await this.#open())
    }
  }

  #open(): Promise<IDBDatabase> {
    if (this.#closed) return Promise.reject(failureOf(this.#settings.layout, 'closed'))
    if (this.#connection !== undefined) return this.#connection
    const opening = openDatabase(this.#settings).then((database) => {
      const drop = () => this.#drop(database)
      database.onversionchange = drop
      database.onclose = drop
      this.#database = database
      return database
    })
    this.#connection = opening
    opening.catch(() => {
      if (this.#connection === opening) this.#connection = undefined
    })
    return opening
  }

  #drop(database: IDBDatabase): void {
    database.close()
    if (this.#database !== database) return
    this.#database = undefined
    this.#connection = undefined
  }

  #completion(transaction: IDBTransaction): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      // Browsers end a transaction without a reason where the tab goes, or the storage is cleared.
      transaction.onabort = () => reject(transaction.error ?? failureOf(this.#settings.layout, 'aborted'))
    })
    // Awaited late or, where the work failed before, not for its reason.
    done.catch(() => {})
    return done
  }
}

/**
 * Deletes the database, once every other tab has let go of it. Where one does not in time, it happens when that is closed.
 *
 * @throws TypeError when an option is out of range; the layout's error
 */
export async function deleteIndexedDatabase(
  layout: DatabaseLayout,
  options: IndexedDatabaseOptions = {},
): Promise<void> {
  await deleteDatabase(databaseSettings(layout, options))
}

/** The outcome of a request. */
export function outcome<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort()
  } catch {
    // It has ended already.
  }
}
