import { systemClock } from '../clock/system-clock.ts'
import type { UportError } from '../errors/uport-error.ts'
import type { Clock } from '../ports/clock.ts'

const DEFAULT_TIMEOUT = 10
const MAX_TIMEOUT = 3600

/** What the user of a store on IndexedDB chooses. */
export interface IndexedDatabaseOptions {
  /** Databases belong to an origin: no other site sees them. Default: that of the store. */
  readonly databaseName?: string | undefined
  /** Seconds to wait for the database, which tabs with an older version of the page can hold. Default 10. */
  readonly openTimeout?: number | undefined
  /** Default: the machine's. */
  readonly clock?: Clock | undefined
  /** Default: that of the page or the worker. */
  readonly indexedDB?: IDBFactory | undefined
}

/** What the store that is built on it says. */
export interface DatabaseLayout {
  readonly defaultName: string
  /** Of the layout. A greater one runs `upgrade` on what is there. */
  readonly version: number
  /** The object stores. A database without one of them is another program's. */
  readonly stores: readonly string[]
  /** Makes what a version has and an older one had not; version 0 is no database at all. */
  upgrade(database: IDBDatabase, oldVersion: number): void
  /**
   * The error of a failure.
   *
   * @param reason `no-indexeddb`, `refused` (by the browser's settings), `blocked` (a tab holds another version), `timeout`,
   * `newer-version`, `foreign`, `closed`, `aborted`, or the name of a DOMException, such as `QuotaExceededError`
   * @param retryable whether another try, or one after the user has made room, may succeed
   */
  failure(reason: string, retryable: boolean): UportError
}

/** Both of them, with the defaults in place. */
export interface DatabaseSettings {
  readonly layout: DatabaseLayout
  readonly name: string
  /** Seconds. */
  readonly timeout: number
  readonly clock: Clock
  readonly factory: IDBFactory
}

/** @throws TypeError when an option is out of range; the layout's error of `no-indexeddb` */
export function databaseSettings(layout: DatabaseLayout, options: IndexedDatabaseOptions): DatabaseSettings {
  const { databaseName: name = layout.defaultName, openTimeout: timeout = DEFAULT_TIMEOUT } = options
  if (typeof name !== 'string' || name === '') throw new TypeError('databaseName must be a text')
  if (!(timeout > 0 && timeout <= MAX_TIMEOUT)) {
    throw new TypeError(`openTimeout must be within 0 and ${MAX_TIMEOUT} seconds`)
  }
  const factory: IDBFactory | undefined = options.indexedDB ?? globalThis.indexedDB
  if (factory === undefined) throw layout.failure('no-indexeddb', false)
  return { layout, name, timeout, factory, clock: options.clock ?? systemClock() }
}
