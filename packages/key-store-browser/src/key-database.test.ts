import { ManualClock } from '@uport-kit/core'
import { IDBDatabase, IDBFactory } from 'fake-indexeddb'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { failureOf } from '../../../test/support/failure-of.ts'
import { createOrigin, listed } from '../test-support/tabs.ts'
import { openBrowserKeyStore } from './browser-key-store.ts'
import { deleteBrowserKeys } from './key-database.ts'

const NAME = 'uport-kit-keys'

afterEach(() => {
  vi.unstubAllGlobals()
})

/** Another program's connection: it lets go of nothing. */
function hold(factory: IDBFactory, version: number, name = NAME): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, version)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a page without storage', () => {
  test('has no IndexedDB', async () => {
    expect(await failureOf(openBrowserKeyStore())).toBe('KEY_STORAGE_UNAVAILABLE no-indexeddb')
    expect(await failureOf(deleteBrowserKeys())).toBe('KEY_STORAGE_UNAVAILABLE no-indexeddb')
  })

  test('is not served over HTTPS', async () => {
    vi.stubGlobal('crypto', {})
    const open = openBrowserKeyStore({ indexedDB: new IDBFactory() })
    expect(await failureOf(open)).toBe('KEY_STORAGE_UNAVAILABLE insecure-context')
  })

  test.each(['thrown', 'SecurityError', 'InvalidStateError', 'UnknownError'])(
    'is refused it by the browser: %s',
    async (how) => {
      expect(await failureOf(openBrowserKeyStore({ indexedDB: refusing(how) }))).toBe(
        'KEY_STORAGE_UNAVAILABLE refused',
      )
    },
  )

  test('has a database that takes no keys of Web Cryptography', async () => {
    const origin = createOrigin()
    await openBrowserKeyStore({ indexedDB: origin.indexedDB })
    const put = vi.spyOn(Object.getPrototypeOf(await objectStore(origin.indexedDB)), 'put')
    put.mockImplementationOnce(() => {
      throw new DOMException('no', 'DataCloneError')
    })
    expect(await failureOf(origin.tab().create())).toBe('KEY_STORAGE_UNAVAILABLE refused')
    put.mockRestore()
  })

  test('has no room for it', async () => {
    const open = openBrowserKeyStore({ indexedDB: refusing('QuotaExceededError') })
    await expect(open).rejects.toMatchObject({ code: 'KEY_STORE_FAILED', retryable: true })
  })
})

/** A factory that fails as browsers do with cookies off, or in a private window. */
function refusing(how: string): IDBFactory {
  const factory = new IDBFactory()
  factory.open = () => {
    if (how === 'thrown') throw new DOMException('no', 'SecurityError')
    const request = { error: new DOMException('no', how), onerror: () => {} }
    queueMicrotask(() => request.onerror())
    return request as unknown as IDBOpenDBRequest
  }
  return factory
}

describe('options', () => {
  test.each([{ databaseName: '' }, { openTimeout: 0 }, { openTimeout: Number.NaN }, { scrypt: { n: 3 } }])(
    '%j is a mistake of the caller',
    async (options) => {
      const open = openBrowserKeyStore({ indexedDB: new IDBFactory(), ...options })
      await expect(open).rejects.toThrow(TypeError)
    },
  )

  test('databaseName keeps stores apart', async () => {
    const origin = createOrigin()
    await origin.tab().create({ keyId: 'a' })
    expect(await listed(origin.tab({ databaseName: 'other' }))).toEqual([])
  })
})

describe('versions', () => {
  test('a database of a newer page is left alone', async () => {
    const { indexedDB } = createOrigin()
    const other = await hold(indexedDB, 2)
    expect(await failureOf(openBrowserKeyStore({ indexedDB }))).toBe('KEY_STORE_FAILED newer-version')
    other.close()
  })

  test('a tab lets go of it when a newer page comes, and says so from then on', async () => {
    const { indexedDB, tab } = createOrigin()
    const store = tab()
    await store.create({ keyId: 'a' })
    const newer = await hold(indexedDB, 2)
    expect(await failureOf(store.get('a'))).toBe('KEY_STORE_FAILED newer-version')
    newer.close()
  })

  test('a database of another program is left alone', async () => {
    const { indexedDB } = createOrigin()
    const other = await hold(indexedDB, 1)
    expect(await failureOf(openBrowserKeyStore({ indexedDB }))).toBe('KEY_STORE_FAILED foreign')
    other.close()
    // Nothing holds it any more.
    await deleteBrowserKeys({ indexedDB })
    await openBrowserKeyStore({ indexedDB })
  })

  test('a database that does not open in time is given up', async () => {
    const clock = new ManualClock()
    const indexedDB = new IDBFactory()
    const request = { result: { close: vi.fn() }, onsuccess: () => {} }
    indexedDB.open = () => request as unknown as IDBOpenDBRequest
    const failure = failureOf(openBrowserKeyStore({ indexedDB, clock, openTimeout: 5 }))
    clock.advance(5)
    expect(await failure).toBe('KEY_STORE_FAILED timeout')
    request.onsuccess()
    expect(request.result.close).toHaveBeenCalled()
  })
})

describe('deleteBrowserKeys', () => {
  test('deletes all, under other tabs too', async () => {
    const origin = createOrigin()
    const store = origin.tab()
    await store.create({ keyId: 'a' })
    await origin.boxTab().publicKey('inbox')
    await deleteBrowserKeys({ indexedDB: origin.indexedDB })
    expect(await origin.indexedDB.databases()).toEqual([])
    expect(await store.get('a')).toBeUndefined()
    await store.create({ keyId: 'a' })
    expect(await origin.rows('keys')).toHaveLength(1)
    expect(await origin.rows('box-keys')).toEqual([])
  })

  test('says that another tab does not let go, and happens when that does', async () => {
    const origin = createOrigin()
    await origin.tab().create({ keyId: 'a' })
    const held = await hold(origin.indexedDB, 1)
    const clock = new ManualClock()
    const failure = failureOf(deleteBrowserKeys({ indexedDB: origin.indexedDB, clock }))
    await settle()
    clock.advance(10)
    expect(await failure).toBe('KEY_STORE_FAILED blocked')
    held.close()
    await settle()
    expect(await origin.indexedDB.databases()).toEqual([])
  })

  test('waits for a tab that lets go in time, and leaves no alarm', async () => {
    const origin = createOrigin()
    await origin.tab().create({ keyId: 'a' })
    const held = await hold(origin.indexedDB, 1)
    const clock = new ManualClock()
    const deletion = deleteBrowserKeys({ indexedDB: origin.indexedDB, clock })
    await settle()
    held.close()
    await deletion
    expect(clock.pending).toBe(0)
  })
})

test('a store that is closed, while it opens or later, lets go', async () => {
  const origin = createOrigin()
  const close = vi.spyOn(IDBDatabase.prototype, 'close')
  const [early, late] = [origin.tab(), origin.tab()]
  const opening = early.connect()
  early.close()
  await opening
  expect(close).toHaveBeenCalledTimes(1)
  await late.connect()
  late.close()
  await settle()
  expect(close).toHaveBeenCalledTimes(2)
  close.mockRestore()
  expect(await failureOf(early.connect())).toBe('KEY_STORE_FAILED closed')
  late.close()
})

describe('failures of the database', () => {
  test('come with their name, without their text, and say whether to try again', async () => {
    const origin = createOrigin()
    const store = origin.tab()
    await store.create({ keyId: 'a' })
    const add = vi.spyOn(Object.getPrototypeOf(await objectStore(origin.indexedDB)), 'add')
    add.mockImplementation(() => {
      throw new DOMException('secret path', 'QuotaExceededError')
    })
    const error = await store.create({ keyId: 'b' }).catch((reason: unknown) => reason)
    add.mockRestore()
    expect(error).toMatchObject({
      code: 'KEY_STORE_FAILED',
      retryable: true,
      data: { reason: 'QuotaExceededError' },
    })
    expect(`${String(error)} ${String((error as Error).cause)}`).not.toContain('secret path')
    expect(await listed(store)).toEqual(['a'])
  })
})

async function objectStore(factory: IDBFactory): Promise<IDBObjectStore> {
  const database = await hold(factory, 1)
  const store = database.transaction('keys').objectStore('keys')
  database.close()
  return store
}
