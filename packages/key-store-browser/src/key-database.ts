import { systemClock, type UportError } from '@uport-kit/core'
import type { BrowserStoreOptions } from './browser-store-options.ts'
import { databaseFailure, storeFailed, unavailable } from './failure.ts'
import { deleteDatabase, type OpenDatabaseOptions, openDatabase, STORES } from './open-database.ts'

const DEFAULT_NAME = 'uport-kit-keys'
const DEFAULT_TIMEOUT = 10

/**
 * The connection of one tab. It is opened when it is first needed, and let go of when another tab upgrades or deletes the
 * database or the browser clears it; the next call opens it anew. Nothing is cached: every call sees what other tabs did.
 */
export class KeyDatabase {
  readonly #options: OpenDatabaseOptions
  #connection: Promise<IDBDatabase> | undefined
  #database: IDBDatabase | undefined
  #closed = false

  constructor(options: BrowserStoreOptions) {
    this.#options = databaseOptions(options)
  }

  /**
   * Runs requests in one transaction over all stores; those of all tabs run one after the other where one of them writes. A
   * write is on the disk when this resolves, and leaves nothing where it rejects.
   *
   * @param work must await nothing but requests of the transaction
   * @throws UportError `KEY_STORE_FAILED`, `KEY_STORAGE_UNAVAILABLE`
   */
  async transact<T>(
    mode: 'readonly' | 'readwrite',
    work: (transaction: IDBTransaction) => Promise<T>,
  ): Promise<T> {
    try {
      const transaction = await this.#begin(mode)
      const done = completion(transaction)
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
      throw databaseFailure(error)
    }
  }

  /** Opens it now. @throws UportError `KEY_STORE_FAILED`, `KEY_STORAGE_UNAVAILABLE` */
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
    const begin = (database: IDBDatabase) => database.transaction(STORES, mode, { durability: 'strict' })
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
    if (this.#closed) return Promise.reject(storeFailed('closed', 'The key store was closed: open it anew'))
    if (this.#connection !== undefined) return this.#connection
    const opening = openDatabase(this.#options).then((database) => {
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
}

/**
 * Deletes all keys of a database, box keys included, and the key that wraps them. Backups that were made of them, and what
 * the disk or a backup of it remembers, stay.
 *
 * @throws UportError `KEY_STORE_FAILED` with reason `blocked` where a tab does not let go of them: it happens when that is closed
 */
export async function deleteBrowserKeys(options: BrowserStoreOptions = {}): Promise<void> {
  await deleteDatabase(databaseOptions(options))
}

/** The outcome of a request. */
export function outcome<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** @throws TypeError; UportError `KEY_STORAGE_UNAVAILABLE` */
function databaseOptions(options: BrowserStoreOptions): OpenDatabaseOptions {
  const { databaseName: name = DEFAULT_NAME, openTimeout: timeout = DEFAULT_TIMEOUT } = options
  if (typeof name !== 'string' || name === '') throw new TypeError('databaseName must be a text')
  if (!(timeout > 0 && timeout <= 3600)) throw new TypeError('openTimeout must be within 0 and 3600 seconds')
  const factory: IDBFactory | undefined = options.indexedDB ?? globalThis.indexedDB
  if (factory === undefined) throw unavailable('no-indexeddb')
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle
  if (subtle === undefined) throw unavailable('insecure-context')
  return { factory, name, timeout, clock: options.clock ?? systemClock() }
}

function completion(transaction: IDBTransaction): Promise<void> {
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error ?? aborted())
  })
  // Awaited late or, where the work failed before, not for its reason.
  done.catch(() => {})
  return done
}

/** What browsers do to a transaction without a reason: the tab goes, or the storage is cleared. */
function aborted(): UportError<'KEY_STORE_FAILED'> {
  return storeFailed('aborted', 'The browser ended the call: try again', { retryable: true })
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort()
  } catch {
    // It has ended already.
  }
}
