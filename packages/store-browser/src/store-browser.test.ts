import { ManualClock } from '@uport-kit/core'
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { failureOf } from '../../../test/support/failure-of.ts'
import { createOrigin, NOW, pending, settled } from '../test-support/tabs.ts'
import {
  type BrowserWalletStore,
  deleteBrowserStores,
  openBrowserAnsweredRequests,
  openBrowserRequestStore,
  openBrowserWalletStore,
  type StoredRecord,
  type WalletChange,
} from './index.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const opening = [openBrowserRequestStore, openBrowserAnsweredRequests, openBrowserWalletStore]

describe('a page without storage', () => {
  test('has no IndexedDB', async () => {
    for (const open of [...opening, deleteBrowserStores]) {
      expect(await failureOf(open())).toBe('BROWSER_STORAGE_UNAVAILABLE no-indexeddb')
    }
  })

  test('is refused it by the browser', async () => {
    const indexedDB = new IDBFactory()
    indexedDB.open = () => {
      throw new DOMException('no', 'SecurityError')
    }
    for (const open of opening) {
      expect(await failureOf(open({ indexedDB }))).toBe('BROWSER_STORAGE_UNAVAILABLE refused')
    }
  })

  test('gives up where the call is aborted, and lets go', async () => {
    const reason = new Error('enough')
    for (const open of opening) {
      const indexedDB = new IDBFactory()
      const aborted = { signal: AbortSignal.abort(reason) }
      await expect(open({ indexedDB }, aborted)).rejects.toBe(reason)
      expect(await indexedDB.databases()).toEqual([])
    }
  })
})

describe('BrowserRequestStore', () => {
  test('keeps a request over tabs, of which one spends it', async () => {
    const origin = createOrigin()
    const clock = new ManualClock(NOW)
    const [one, other] = [origin.requests({ clock }), origin.requests({ clock })]
    await one.put(pending('r1'))
    expect(await other.get('r1')).toEqual(pending('r1'))
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).consume('r1', `h${index}`)),
    )
    expect(results.filter((result) => result === 'won')).toHaveLength(1)
    expect(results.filter((result) => result === 'lost')).toHaveLength(19)
    one.close()
    other.close()
    const later = origin.requests({ clock })
    expect(await later.consume('r1', `h${results.indexOf('won')}`)).toBe('same')
  })

  test('lets one of many tabs have an id, and leaves its record as it is', async () => {
    const origin = createOrigin()
    const clock = new ManualClock(NOW)
    const tabs = Array.from({ length: 8 }, () => origin.requests({ clock }))
    const outcomes = await Promise.all(
      tabs.map((tab, index) => failureOf(tab.put({ ...pending('r'), jwt: `jwt ${index}` }))),
    )
    expect(outcomes.filter((outcome) => outcome === 'none')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'REQUEST_ID_IN_USE')).toHaveLength(7)
    expect((await tabs[0]?.get('r'))?.jwt).toBe(`jwt ${outcomes.indexOf('none')}`)
  })

  test('forgets 300 s after the expiry, and clears that away', async () => {
    const origin = createOrigin()
    const clock = new ManualClock(NOW)
    const store = origin.requests({ clock })
    await store.put(pending('old'))
    await store.put(pending('lasting', NOW + 10_000))
    clock.advance(420)
    expect(await store.get('old')).toBeDefined()
    clock.advance(1)
    expect(await store.get('old')).toBeUndefined()
    expect(await store.consume('old', 'h')).toBe('unknown')
    await store.put(pending('new', NOW + 10_000))
    expect((await origin.rows('requests')).map(({ id }) => id)).toEqual(['lasting', 'new'])
  })

  test('clears away a bounded number at a time, once a minute', async () => {
    const origin = createOrigin()
    const clock = new ManualClock(NOW)
    const store = origin.requests({ clock })
    await store.connect()
    const row = (index: number) => ({ id: `old ${index}`, record: '{}', until: NOW - 1 })
    for (let index = 0; index < 501; index++) await origin.putRow('requests', row(index))
    await store.put(pending('a', NOW + 10_000))
    expect(await origin.rows('requests')).toHaveLength(2)
    await store.put(pending('b', NOW + 10_000))
    expect(await origin.rows('requests')).toHaveLength(3)
    clock.advance(60)
    await store.put(pending('c', NOW + 10_000))
    expect(await origin.rows('requests')).toHaveLength(3)
  })

  test.each(['{"reply":{"state":{"secret":"s3cret"', '{"id":"another","secret":"s3cret"}', 'null'])(
    'tells of a damaged record without a word of it: %s',
    async (record) => {
      const origin = createOrigin()
      const store = origin.requests({ clock: new ManualClock(NOW) })
      await store.connect()
      await origin.putRow('requests', { id: 'r', record, until: NOW + 1000 })
      const error = await store.get('r').catch((reason: unknown) => reason)
      expect(await failureOf(store.get('r'))).toBe('BROWSER_STORE_FAILED damaged')
      expect(JSON.stringify([String(error), error, String(Object(error).cause)])).not.toContain('s3cret')
    },
  )

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('takes no expiry such as %j', async (expiresAt) => {
    const origin = createOrigin()
    await expect(origin.requests().put(pending('r', expiresAt))).rejects.toThrow(TypeError)
    await expect(origin.answered().claim('h', expiresAt)).rejects.toThrow(TypeError)
  })
})

describe('BrowserAnsweredRequests', () => {
  test('lets one of many tabs claim a request, while it could still verify', async () => {
    const origin = createOrigin()
    const clock = new ManualClock(NOW)
    const tabs = Array.from({ length: 8 }, () => origin.answered({ clock }))
    const claims = await Promise.all(tabs.map((tab) => tab.claim('hash', NOW + 120)))
    expect(claims.filter(Boolean)).toHaveLength(1)
    clock.advance(419)
    const [tab] = tabs
    expect(await tab?.claim('hash', NOW + 120)).toBe(false)
    clock.advance(61)
    expect(await tab?.claim('hash', NOW + 120)).toBe(false)
    expect(await tab?.claim('other', NOW + 1000)).toBe(true)
    expect(await origin.rows('answered')).toHaveLength(1)
  })

  test('honours an aborted signal', async () => {
    const origin = createOrigin()
    const reason = new Error('enough')
    const claim = origin.answered().claim('h', NOW, { signal: AbortSignal.abort(reason) })
    await expect(claim).rejects.toBe(reason)
  })
})

describe('BrowserWalletStore', () => {
  test('tells a damaged record from none, without a word of it', async () => {
    const origin = createOrigin()
    const store = origin.wallet()
    await store.connect()
    await origin.putRow('wallet', { collection: 'c', key: 'k', value: '{"secret":"s3cret' })
    const error = await store.get('c', 'k').catch((reason: unknown) => reason)
    expect(JSON.stringify([String(error), error, String(Object(error).cause)])).not.toContain('s3cret')
    for (const call of [store.get('c', 'k'), store.list('c'), store.exportRecords()]) {
      expect(await failureOf(call)).toBe('BROWSER_STORE_FAILED damaged')
    }
  })

  test('orders by UTF-16 code units, lone surrogates among them', async () => {
    const store = createOrigin().wallet()
    const keys = ['\ud83d\ude00', '\ud800', '\udc00', '\uffff', 'z', '', 'é', 'e', '\u0000']
    for (const key of keys) await store.put('c', key, key)
    const listed = await store.list('c')
    expect(listed.map(({ key }) => key)).toEqual([...keys].sort())
    expect(listed.every(({ key, value }) => key === value)).toBe(true)
    store.close()
  })

  test('moves all records to another origin, in place of what was there, all or none', async () => {
    const [from, to] = [createOrigin().wallet(), createOrigin().wallet()]
    await from.put('credentials', 'a', { name: 'Ada' })
    await from.put('activity', '1', [1, null])
    await to.put('credentials', 'old', true)
    const records = await from.exportRecords()
    expect(records).toEqual([
      { collection: 'activity', key: '1', value: [1, null] },
      { collection: 'credentials', key: 'a', value: { name: 'Ada' } },
    ])
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    const failure = to.replaceRecords(records)
    await expect(failure).rejects.toMatchObject({ code: 'BROWSER_STORE_FAILED', retryable: true })
    put.mockRestore()
    expect(await to.exportRecords()).toEqual([{ collection: 'credentials', key: 'old', value: true }])
    await to.replaceRecords(records)
    expect(await to.exportRecords()).toEqual(records)
    from.close()
    to.close()
  })

  test('replaces records by what a function makes of those that are there, in one transaction', async () => {
    const origin = createOrigin()
    const [one, other] = [origin.wallet(), origin.wallet()]
    const added = (present: readonly StoredRecord[]) => [
      ...present,
      { collection: 'c', key: String(present.length), value: present.length },
    ]
    const both = [one.replaceRecords(added), other.replaceRecords(added)]
    expect(await Promise.all(both)).toEqual([true, true])
    expect(await one.replaceRecords(() => undefined)).toBe(false)
    expect(await one.list('c')).toEqual([
      { key: '0', value: 0 },
      { key: '1', value: 1 },
    ])
    one.close()
    other.close()
  })

  test('loses nothing where there is no room, and says so without the text of the browser', async () => {
    const store = createOrigin().wallet()
    await store.put('c', 'k', 'old')
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(() => {
      throw new DOMException('secret path', 'QuotaExceededError')
    })
    const error = await store.put('c', 'k', 'new').catch((reason: unknown) => reason)
    put.mockRestore()
    expect(error).toMatchObject({
      code: 'BROWSER_STORE_FAILED',
      data: { reason: 'QuotaExceededError' },
      retryable: true,
    })
    expect(`${error} ${Object(error).cause}`).not.toContain('secret path')
    expect(await store.get('c', 'k')).toBe('old')
    store.close()
  })
})

describe('news of changes', () => {
  /** Resolves with the news that come until the change of the key `last`. */
  function newsUntilLast(store: BrowserWalletStore): Promise<readonly WalletChange[]> {
    return new Promise((resolve) => {
      const changes: WalletChange[] = []
      store.watch((change) => {
        if (change.key === 'last') resolve(changes)
        else changes.push(change)
      })
    })
  }

  test('go to other tabs, once for each change, and to nobody when nothing changed', async () => {
    const origin = createOrigin()
    const [one, other] = [origin.wallet(), origin.wallet()]
    const own = vi.fn()
    one.watch(own)
    const told = newsUntilLast(other)
    await one.put('c', 'put', 1)
    await one.create('c', 'made', 1)
    await one.create('c', 'made', 2)
    await one.delete('c', 'made')
    await one.delete('c', 'made')
    await one.replaceRecords([])
    await one.put('c', 'last', 1)
    expect(await told).toEqual([
      { collection: 'c', key: 'put' },
      { collection: 'c', key: 'made' },
      { collection: 'c', key: 'made' },
      {},
    ])
    expect(own).not.toHaveBeenCalled()
    one.close()
    other.close()
  })

  test('end when they are not wanted any more; a stranger’s message says no more than to look again', async () => {
    const origin = createOrigin()
    const store = origin.wallet()
    const ended = vi.fn()
    const end = store.watch(ended)
    end()
    const told = newsUntilLast(store)
    const channel = new BroadcastChannel(`uport-kit/store-browser/${origin.databaseName}`)
    for (const data of ['x', { collection: 1, key: 'k' }, null]) channel.postMessage(data)
    const writer = origin.wallet()
    await writer.put('c', 'last', 1)
    expect(await told).toEqual([{}, {}, {}])
    expect(ended).not.toHaveBeenCalled()
    for (const open of [channel, store, writer]) open.close()
  })

  test('are not needed: a platform without them keeps records as well', async () => {
    vi.stubGlobal('BroadcastChannel', undefined)
    const store = createOrigin().wallet()
    store.watch(() => {})()
    await store.put('c', 'k', 1)
    expect(await store.get('c', 'k')).toBe(1)
  })
})

describe('the database', () => {
  test('is one for all stores of a name, and lets go when a newer page comes', async () => {
    const origin = createOrigin()
    const stores = [origin.requests(), origin.answered(), origin.wallet()]
    for (const store of stores) await store.connect()
    expect(await origin.indexedDB.databases()).toEqual([{ name: origin.databaseName, version: 1 }])
    const newer = await settled(origin.indexedDB.open(origin.databaseName, 2))
    for (const store of stores) {
      expect(await failureOf(store.connect())).toBe('BROWSER_STORE_FAILED newer-version')
    }
    newer.close()
  })

  test('of another program is left alone', async () => {
    const origin = createOrigin()
    const other = await settled(origin.indexedDB.open(origin.databaseName, 1))
    other.close()
    expect(await failureOf(origin.wallet().connect())).toBe('BROWSER_STORE_FAILED foreign')
  })

  test('that a tab holds is waited for, and not for ever', async () => {
    const origin = createOrigin()
    const holder = await settled(origin.indexedDB.open(origin.databaseName, 1))
    const clock = new ManualClock(NOW)
    const deletion = failureOf(deleteBrowserStores({ ...origin, clock }))
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    clock.advance(10)
    expect(await deletion).toBe('BROWSER_STORE_FAILED blocked')
    holder.close()
  })

  test('is deleted with all that is in it, under open stores', async () => {
    const origin = createOrigin()
    const wallet = origin.wallet()
    await wallet.put('c', 'k', 1)
    await origin.requests().put(pending('r'))
    await deleteBrowserStores(origin)
    expect(await origin.indexedDB.databases()).toEqual([])
    expect(await wallet.exportRecords()).toEqual([])
    wallet.close()
  })

  test('is closed to a store that was closed', async () => {
    const origin = createOrigin()
    const wallet = origin.wallet()
    await wallet.put('c', 'k', 1)
    await wallet[Symbol.asyncDispose]()
    for (const call of [wallet.get('c', 'k'), wallet.put('c', 'k', 2)]) {
      expect(await failureOf(call)).toBe('BROWSER_STORE_FAILED closed')
    }
    expect(await failureOf(openBrowserWalletStore(origin))).toBe('none')
  })
})
