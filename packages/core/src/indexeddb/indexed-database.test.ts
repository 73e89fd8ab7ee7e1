import { IDBFactory } from 'fake-indexeddb'
import { describe, expect, it } from 'vitest'
import { UportError } from '../errors/uport-error.ts'
import { type DatabaseLayout, deleteIndexedDatabase, IndexedDatabase, outcome } from './index.ts'

const layout: DatabaseLayout = {
  defaultName: 'notes',
  version: 1,
  stores: ['notes'],
  upgrade(database, oldVersion) {
    if (oldVersion < 1) database.createObjectStore('notes')
  },
  failure: (reason, retryable) => new UportError('KEY_STORE_FAILED', reason, { data: { reason }, retryable }),
}

/** The same, some time later. */
const next: DatabaseLayout = {
  ...layout,
  version: 2,
  stores: ['notes', 'tags'],
  upgrade(database, oldVersion) {
    layout.upgrade(database, oldVersion)
    if (oldVersion < 2) database.createObjectStore('tags')
  },
}

const put = (database: IndexedDatabase, key: string, value: unknown) =>
  database.transact('readwrite', (transaction) => outcome(transaction.objectStore('notes').put(value, key)))
const get = (database: IndexedDatabase, key: string) =>
  database.transact('readonly', (transaction) => outcome(transaction.objectStore('notes').get(key)))
const reasonOf = (call: Promise<unknown>) => call.then(String, (error: Error) => error.message)

describe('IndexedDatabase', () => {
  it('keeps what was written for every connection of its name, and for no other', async () => {
    const indexedDB = new IDBFactory()
    const [one, other] = [
      new IndexedDatabase(layout, { indexedDB }),
      new IndexedDatabase(layout, { indexedDB }),
    ]
    await put(one, 'a', 1)
    expect(await get(other, 'a')).toBe(1)
    expect(await get(new IndexedDatabase(layout, { indexedDB, databaseName: 'else' }), 'a')).toBeUndefined()
  })

  it('leaves nothing of work that failed, whatever it threw', async () => {
    const database = new IndexedDatabase(layout, { indexedDB: new IDBFactory() })
    const enough = new RangeError('enough')
    const failing = database.transact('readwrite', async (transaction) => {
      await outcome(transaction.objectStore('notes').put(1, 'a'))
      throw enough
    })
    await expect(failing).rejects.toBe(enough)
    expect(await get(database, 'a')).toBeUndefined()
  })

  it('gives a failure of the browser its layout’s form, without the browser’s words', async () => {
    const database = new IndexedDatabase(layout, { indexedDB: new IDBFactory() })
    const failing = database.transact('readwrite', () => {
      throw new DOMException('secret path', 'QuotaExceededError')
    })
    await expect(failing).rejects.toMatchObject({ message: 'QuotaExceededError', retryable: true })
    await expect(failing).rejects.not.toHaveProperty('cause')
    expect(await reasonOf(put(database, 'a', () => {}))).toBe('DataCloneError')
  })

  it('brings an older layout up to date, with what is in it, and an older page lets go', async () => {
    const indexedDB = new IDBFactory()
    const old = new IndexedDatabase(layout, { indexedDB })
    await put(old, 'a', 1)
    const database = new IndexedDatabase(next, { indexedDB })
    expect(await get(database, 'a')).toBe(1)
    expect(await reasonOf(get(old, 'a'))).toBe('newer-version')
  })

  it('leaves a database of another program alone', async () => {
    const indexedDB = new IDBFactory()
    await outcome(indexedDB.open('notes', 1)).then((other) => other.close())
    expect(await reasonOf(new IndexedDatabase(layout, { indexedDB }).connect())).toBe('foreign')
  })

  it('is refused where there is no IndexedDB, or an option is out of range', () => {
    expect(() => new IndexedDatabase(layout)).toThrow('no-indexeddb')
    const indexedDB = new IDBFactory()
    for (const options of [{ databaseName: '' }, { openTimeout: 0 }, { openTimeout: 3601 }]) {
      expect(() => new IndexedDatabase(layout, { indexedDB, ...options })).toThrow(TypeError)
    }
  })

  it('does nothing more once it is closed', async () => {
    const database = new IndexedDatabase(layout, { indexedDB: new IDBFactory() })
    await database.connect()
    database.close()
    expect(await reasonOf(get(database, 'a'))).toBe('closed')
  })

  it('is deleted under its connections, which begin anew', async () => {
    const indexedDB = new IDBFactory()
    const database = new IndexedDatabase(layout, { indexedDB })
    await put(database, 'a', 1)
    await deleteIndexedDatabase(layout, { indexedDB })
    expect(await indexedDB.databases()).toEqual([])
    expect(await get(database, 'a')).toBeUndefined()
  })
})
