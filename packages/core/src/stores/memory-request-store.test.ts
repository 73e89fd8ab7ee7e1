import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ManualClock } from '../clock/manual-clock.ts'
import type { PendingRequest } from '../ports/request-store.ts'
import { memoryRequestStore } from './memory-request-store.ts'

const START = 1_700_000_000

function record(id: string, expiresAt = START + 120): PendingRequest {
  return {
    id,
    issuer: 'did:web:app.example',
    requestType: 'shareReq',
    jwt: 'header.payload.signature',
    expiresAt,
    reply: { channel: 'relay', callback: 'https://relay.example/t/1', state: { secret: 'x' } },
    appState: { page: '/login', visits: [1, 2] },
  }
}

function setUp(options: { retentionSeconds?: number; maxRecords?: number } = {}) {
  const clock = new ManualClock(START)
  return { clock, store: memoryRequestStore({ clock, ...options }) }
}

describe('memoryRequestStore', () => {
  test('gives back what was put, as a deep-frozen copy', async () => {
    const { store } = setUp()
    const given = { ...record('a'), appState: { page: '/login' } }
    await store.put(given)
    given.appState.page = '/changed'
    const got = await store.get('a')
    expect(got).toEqual({ ...record('a'), appState: { page: '/login' } })
    expect(Object.isFrozen(got)).toBe(true)
    expect(Object.isFrozen(got?.reply.state)).toBe(true)
    expect(Object.isFrozen(got?.appState)).toBe(true)
  })

  test('keeps plain JSON only, member names of the prototype included', async () => {
    const { store } = setUp()
    const appState = JSON.parse('{"__proto__":{"polluted":true}}')
    await store.put({ ...record('__proto__'), appState })
    const got = await store.get('__proto__')
    expect(JSON.stringify(got?.appState)).toBe('{"__proto__":{"polluted":true}}')
    expect(await store.get('constructor')).toBeUndefined()
    expect(await store.consume('toString', 'hash')).toBe('unknown')
  })

  test('refuses an id in use, spent or not', async () => {
    const { store } = setUp()
    await store.put(record('a'))
    await expect(store.put(record('a'))).rejects.toMatchObject({ code: 'REQUEST_ID_IN_USE' })
    await store.consume('a', 'hash')
    await expect(store.put(record('a'))).rejects.toMatchObject({ code: 'REQUEST_ID_IN_USE' })
  })

  test('is consumed once: won, then the same, another is lost', async () => {
    const { store } = setUp()
    await store.put(record('a'))
    expect(await store.consume('a', 'one')).toBe('won')
    expect(await store.consume('a', 'one')).toBe('same')
    expect(await store.consume('a', 'two')).toBe('lost')
    expect(await store.consume('a', 'one')).toBe('same')
    expect(await store.consume('b', 'one')).toBe('unknown')
    expect(await store.get('a')).toEqual(record('a'))
  })

  test('of replies that meet, one wins', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('one', 'two', 'three'), { minLength: 1 }), async (hashes) => {
        const { store } = setUp()
        await store.put(record('a'))
        const results = await Promise.all(hashes.map((hash) => store.consume('a', hash)))
        const winner = hashes[results.indexOf('won')]
        expect(results.filter((result) => result === 'won')).toHaveLength(1)
        for (const [index, result] of results.entries()) {
          if (result !== 'won') expect(result).toBe(hashes[index] === winner ? 'same' : 'lost')
        }
      }),
    )
  })

  test('keeps a record for 300 s past its expiry, then no longer', async () => {
    const { store, clock } = setUp()
    await store.put(record('a'))
    clock.advance(120 + 299)
    expect(await store.get('a')).toBeDefined()
    expect(await store.consume('a', 'one')).toBe('won')
    clock.advance(1)
    expect(await store.get('a')).toBeUndefined()
    expect(await store.consume('a', 'one')).toBe('unknown')
    await store.put(record('a', clock.now() + 10))
  })

  test('keeps it longer when told to', async () => {
    const { store, clock } = setUp({ retentionSeconds: 1000 })
    await store.put(record('a'))
    clock.advance(120 + 999)
    expect(await store.get('a')).toBeDefined()
    clock.advance(1)
    expect(await store.get('a')).toBeUndefined()
  })

  test('is bounded, and has room again when records are past', async () => {
    const { store, clock } = setUp({ maxRecords: 2 })
    await store.put(record('a'))
    await store.put(record('b', START + 1000))
    await expect(store.put(record('c'))).rejects.toMatchObject({
      code: 'REQUEST_STORE_FULL',
      data: { maxRecords: 2 },
      retryable: true,
    })
    expect(await store.consume('a', 'one')).toBe('won')
    clock.advance(420)
    await store.put(record('c', START + 1000))
    expect(await store.get('b')).toBeDefined()
    expect(await store.get('c')).toBeDefined()
  })

  test('counts a record that is past when it is put as past', async () => {
    const { store, clock } = setUp({ maxRecords: 1 })
    await store.put(record('a', START - 299))
    clock.advance(1)
    await store.put(record('b'))
    expect(await store.get('b')).toBeDefined()
  })

  test('checks options and expiry, and honours a signal', async () => {
    const { store, clock } = setUp()
    expect(() => memoryRequestStore({ clock, retentionSeconds: 299 })).toThrow(TypeError)
    expect(() => memoryRequestStore({ clock, retentionSeconds: Number.NaN })).toThrow(TypeError)
    expect(() => memoryRequestStore({ clock, maxRecords: 0 })).toThrow(TypeError)
    await expect(store.put(record('a', Number.NaN))).rejects.toThrow(TypeError)
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(store.put(record('a'), { signal })).rejects.toThrow('enough')
    await store.put(record('a'))
    await expect(store.get('a', { signal })).rejects.toThrow('enough')
    await expect(store.consume('a', 'one', { signal })).rejects.toThrow('enough')
    expect(await store.consume('a', 'two')).toBe('won')
  })
})
