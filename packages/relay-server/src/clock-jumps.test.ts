import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Clock,
  concatBytes,
  encodeBase64url,
  encodeUtf8,
  ManualClock,
  sha256Base64url,
  type TopicStore,
} from '@uport-kit/core'
import { RateLimiter } from '@uport-kit/server-operations/http'
import { describe, expect, it } from 'vitest'
import { createRelayApp, levelTopicStore, memoryTopicStore } from './index.ts'
import { ByteShares } from './limits/byte-shares.ts'
import { TopicLedger } from './limits/topic-ledger.ts'
import { startSweeper } from './sweeper.ts'

const START = 1_700_000_000
const YEAR = 31_536_000

/** Time goes on as it is told, and the clock on the wall is set at will. */
class SetClock implements Clock {
  readonly time = new ManualClock(START)
  /** How many seconds it is wrong. */
  error = 0

  now(): number {
    return this.time.now() + this.error
  }

  after(seconds: number, ring: () => void): () => void {
    return this.time.after(seconds, ring)
  }
}

type OpenStore = (clock: Clock) => Promise<TopicStore>

async function withLevel(work: (open: OpenStore) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'uport-clock-'))
  const opened: TopicStore[] = []
  try {
    await work(async (clock) => {
      await opened.at(-1)?.close()
      const store = await levelTopicStore({ directory, clock })
      opened.push(store)
      return store
    })
  } finally {
    await opened.at(-1)?.close()
    await rm(directory, { recursive: true })
  }
}

async function withMemory(work: (open: OpenStore) => Promise<void>): Promise<void> {
  let store: TopicStore | undefined
  await work(async (clock) => {
    store ??= memoryTopicStore({ clock })
    return store
  })
}

describe.each([
  ['memory', withMemory],
  ['level', withLevel],
])('a clock that is set, and the %s store', (_, withStore) => {
  it('loses nothing that had not expired when the clock is ahead for a while', () =>
    withStore(async (open) => {
      const clock = new SetClock()
      const store = await open(clock)
      const sweeper = startSweeper({ store, clock, seconds: 60, log: () => {} })
      await store.open('a', { expiresAt: START + 600, capacity: 8 })
      await store.append('a', 'acknowledged')
      clock.error = YEAR
      clock.time.advance(60)
      await expect.poll(() => clock.time.pending).toBe(1)
      expect(await store.read('a', 0)).toBeUndefined()
      clock.error = 0
      clock.time.advance(60)
      await expect.poll(() => clock.time.pending).toBe(1)
      expect(await store.read('a', 0)).toEqual([{ cursor: 1, body: 'acknowledged' }])
      // Ahead for good: the second sweep believes it.
      clock.error = YEAR
      for (let sweep = 0; sweep < 2; sweep++) {
        clock.time.advance(60)
        await expect.poll(() => clock.time.pending).toBe(1)
      }
      clock.error = 0
      expect(await store.read('a', 0)).toBeUndefined()
      await sweeper.stop()
    }))

  it('lets no topic outlive its time that was opened while the clock was ahead', () =>
    withStore(async (open) => {
      const clock = new SetClock()
      const store = await open(clock)
      clock.error = YEAR
      await store.open('a', { expiresAt: START + YEAR + 600, capacity: 8 })
      await store.append('a', 'acknowledged')
      await store.sweep()
      clock.error = 0
      expect(await store.sweep()).toBe(0)
      expect(await store.read('a', 0)).toHaveLength(1)
      clock.time.advance(599)
      expect([await store.sweep(), (await store.read('a', 0))?.length]).toEqual([0, 1])
      clock.time.advance(1)
      expect([await store.read('a', 0), await store.sweep(), await store.sweep()]).toEqual([undefined, 1, 0])
    }))

  it('ends such a topic also where the clock was set back while nothing ran', () =>
    withStore(async (open) => {
      const clock = new SetClock()
      clock.error = YEAR
      const first = await open(clock)
      await first.open('a', { expiresAt: START + YEAR + 600, capacity: 8 })
      await first.append('a', 'acknowledged')
      clock.error = 0
      const second = await open(clock)
      await second.sweep()
      expect(await second.read('a', 0)).toHaveLength(1)
      clock.time.advance(600)
      expect([await second.read('a', 0), await second.sweep()]).toEqual([undefined, 1])
    }))
})

describe('a clock that is set back', () => {
  it('locks nobody out of a rate', () => {
    const clock = new SetClock()
    const limiter = new RateLimiter({ burst: 2, perSecond: 1, maxKeys: 10, clock })
    clock.error = YEAR
    expect([limiter.take('a'), limiter.take('a'), limiter.take('a')]).toEqual([0, 0, 1])
    clock.error = 0
    expect(limiter.take('a')).toBe(1)
    clock.time.advance(1)
    expect(limiter.take('a')).toBe(0)
  })

  it('locks nobody out of a share of topics or bytes', () => {
    const clock = new SetClock()
    const ledger = new TopicLedger({ total: 10, perAddress: 1, clock })
    const shares = new ByteShares({ perAddress: 10, sweepSeconds: 60, clock })
    clock.error = YEAR
    expect(ledger.enter('t:a', 'address', START + YEAR + 100)).toBe('entered')
    expect(shares.take('address', 't:a', 10, START + YEAR + 100)).toBe(true)
    clock.error = 0
    expect(ledger.enter('t:b', 'address', START + 100)).toBe('too-many')
    expect(shares.take('address', 't:b', 10, START + 100)).toBe(false)
    clock.time.advance(100)
    expect(ledger.enter('t:b', 'address', START + 200)).toBe('entered')
    expect(shares.take('address', 't:b', 10, START + 200)).toBe(true)
  })
})

it('a long poll takes its time, however the clock is set', async () => {
  const secret = new Uint8Array(32).fill(1)
  const path = `/t/${sha256Base64url(concatBytes(encodeUtf8('uport-kit/topic/1'), secret))}`
  const headers = { authorization: `Bearer ${encodeBase64url(secret)}` }
  const clock = new SetClock()
  const app = createRelayApp({ store: memoryTopicStore({ clock }), clock })
  await app.request(path, { method: 'PUT', headers, body: JSON.stringify({ expiresAt: START + 100 }) })
  const poll = Promise.resolve(app.request(`${path}?wait=20`, { headers }))
  while (clock.time.pending === 0) await Promise.resolve()
  let isOver = false
  void poll.then(() => {
    isOver = true
  })
  clock.error = -YEAR
  clock.time.advance(19)
  await new Promise((resolve) => setImmediate(resolve))
  expect(isOver).toBe(false)
  clock.time.advance(1)
  expect(await (await poll).json()).toEqual({ messages: [] })
})
