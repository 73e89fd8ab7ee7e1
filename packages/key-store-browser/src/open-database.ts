import type { Clock, UportError } from '@uport-kit/core'
import { storeFailed, unavailable } from './failure.ts'

/** Layout of the database. A change of it needs an upgrade of the old one, below. */
const VERSION = 1

/** Object stores: keys that sign, keys that open boxes, and the key that wraps both. */
export const STORES = ['keys', 'box-keys', 'wrapping-key'] as const

export interface OpenDatabaseOptions {
  readonly factory: IDBFactory
  readonly name: string
  readonly clock: Clock
  /** Seconds. */
  readonly timeout: number
}

/**
 * Opens the database, making it where there is none.
 *
 * @throws UportError `KEY_STORAGE_UNAVAILABLE`; `KEY_STORE_FAILED` with reason `blocked` (a tab holds another version), `timeout`,
 * `newer-version` or `foreign`
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<IDBDatabase> {
  const database = await request(options, ({ factory, name }) => {
    const opening = factory.open(name, VERSION)
    opening.onupgradeneeded = ({ oldVersion }) => upgrade(opening.result, oldVersion)
    return opening
  })
  if (STORES.every((store) => database.objectStoreNames.contains(store))) return database
  database.close()
  throw storeFailed('foreign', 'The database of this name is not one of keys: choose another databaseName')
}

/** Deletes the database, once every other tab has let go of it. @throws UportError as `openDatabase` */
export async function deleteDatabase(options: OpenDatabaseOptions): Promise<void> {
  await request(options, ({ factory, name }) => factory.deleteDatabase(name))
}

function upgrade(database: IDBDatabase, oldVersion: number): void {
  if (oldVersion >= 1) return
  database.createObjectStore('keys', { keyPath: 'name' })
  database.createObjectStore('box-keys', { keyPath: 'name' }).createIndex('expiresAt', 'expiresAt')
  database.createObjectStore('wrapping-key', { keyPath: 'slot' })
}

/** The outcome of an opening or a deletion, within the time. What comes too late is closed again. */
function request<T>(
  options: OpenDatabaseOptions,
  start: (options: OpenDatabaseOptions) => IDBRequest<T> & Pick<IDBOpenDBRequest, 'onblocked'>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let state: 'waiting' | 'blocked' | 'over' = 'waiting'
    let started: ReturnType<typeof start>
    try {
      started = start(options)
    } catch {
      reject(unavailable('refused'))
      return
    }
    const cancel = options.clock.after(options.timeout, () => {
      reject(late(state === 'blocked'))
      state = 'over'
    })
    started.onblocked = () => {
      if (state === 'waiting') state = 'blocked'
    }
    started.onsuccess = () => {
      cancel()
      if (state === 'over') close(started.result)
      resolve(started.result)
    }
    started.onerror = () => {
      cancel()
      reject(openingFailure(started.error?.name))
    }
  })
}

function close(result: unknown): void {
  if (
    typeof result === 'object' &&
    result !== null &&
    'close' in result &&
    typeof result.close === 'function'
  )
    result.close()
}

function late(blocked: boolean): UportError {
  return blocked
    ? storeFailed(
        'blocked',
        'Another tab holds the keys with another version of the page: close or reload it',
        {
          retryable: true,
        },
      )
    : storeFailed('timeout', "The browser's database does not answer: try again, or restart the browser", {
        retryable: true,
      })
}

/** What is no failure of the database itself is the browser's refusal: settings against cookies, or a private window. */
function openingFailure(name: string | undefined): UportError {
  if (name === 'VersionError') {
    return storeFailed('newer-version', 'A newer version of this page has made the keys: reload the page')
  }
  if (name === 'QuotaExceededError') {
    return storeFailed(name, 'The browser has no room for keys: free storage, then try again', {
      retryable: true,
    })
  }
  return unavailable('refused')
}
