import { type DatabaseLayout, deleteIndexedDatabase, IndexedDatabase } from '@uport-kit/core/indexeddb'
import type { BrowserStoreOptions } from './browser-store-options.ts'
import { databaseFailure, unavailable } from './failure.ts'

/** Keys that sign, keys that open boxes, and the key that wraps both. */
const LAYOUT: DatabaseLayout = {
  defaultName: 'uport-kit-keys',
  version: 1,
  stores: ['keys', 'box-keys', 'wrapping-key'],
  upgrade(database, oldVersion) {
    if (oldVersion >= 1) return
    database.createObjectStore('keys', { keyPath: 'name' })
    database.createObjectStore('box-keys', { keyPath: 'name' }).createIndex('expiresAt', 'expiresAt')
    database.createObjectStore('wrapping-key', { keyPath: 'slot' })
  },
  failure: databaseFailure,
}

/**
 * The connection of one tab to the keys.
 *
 * @throws TypeError when an option is out of range
 * @throws UportError `KEY_STORAGE_UNAVAILABLE`
 */
export function keyDatabase(options: BrowserStoreOptions): IndexedDatabase {
  const database = new IndexedDatabase(LAYOUT, options)
  assertSecureContext()
  return database
}

/**
 * Deletes all keys of a database, box keys included, and the key that wraps them. Backups that were made of them, and what
 * the disk or a backup of it remembers, stay.
 *
 * @throws UportError `KEY_STORE_FAILED` with reason `blocked` where a tab does not let go of them: it happens when that is closed
 */
export async function deleteBrowserKeys(options: BrowserStoreOptions = {}): Promise<void> {
  await deleteIndexedDatabase(LAYOUT, options)
}

function assertSecureContext(): void {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle
  if (subtle === undefined) throw unavailable('insecure-context')
}
