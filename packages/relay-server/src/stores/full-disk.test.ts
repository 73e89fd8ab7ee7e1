import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  concatBytes,
  encodeBase64url,
  encodeUtf8,
  ManualClock,
  sha256Base64url,
  type TopicStore,
} from '@uport-kit/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { describeWithSmallDisk, SmallDisk } from '../../../../test/support/small-disk.ts'
import { startRelayServer } from '../relay-server.ts'
import { levelTopicStore } from './level-topic-store.ts'

const START = 1_700_000_000
const DISK_BYTES = 4_194_304
/** Leaves less than a megabyte. */
const BALLAST_BYTES = 3_400_000
const TOPICS = 8

/** Bodies that no compression makes smaller. */
const body = (bytes: number): string => randomBytes(bytes).toString('base64url')

describeWithSmallDisk('the level store on a disk that gets full', () => {
  let disk: SmallDisk
  let clock: ManualClock
  let store: TopicStore
  const stored = new Map<string, string[]>()

  beforeEach(async () => {
    disk = await SmallDisk.mount(DISK_BYTES)
    clock = new ManualClock(START)
    stored.clear()
  })
  afterEach(async () => {
    await store.close()
    await disk[Symbol.asyncDispose]()
  })

  const open = (minFreeBytes: number): Promise<TopicStore> =>
    levelTopicStore({ directory: join(disk.path, 'data'), clock, minFreeBytes })

  async function openTopics(expiresAt = START + 1000): Promise<void> {
    for (let n = 0; n < TOPICS; n++) {
      expect(await store.open(`t${n}`, { expiresAt, capacity: 1000 })).toBe('opened')
      stored.set(`t${n}`, [])
    }
  }

  /** Appends to every topic at the same time. @returns the outcomes */
  async function appendToAll(bytes: number): Promise<readonly string[]> {
    const appends = [...stored].map(async ([name, bodies]) => {
      const text = body(bytes)
      const { outcome } = await store.append(name, text)
      if (outcome === 'stored') bodies.push(text)
      return outcome
    })
    return Promise.all(appends)
  }

  async function appendUntilFull(): Promise<void> {
    for (let round = 0; round < 200; round++) {
      clock.advance(1)
      if ((await appendToAll(6000)).includes('store-full')) return
    }
    throw new Error('the disk never got full')
  }

  async function expectAllIn(where: TopicStore): Promise<void> {
    for (const [name, bodies] of stored) {
      const kept = (await where.read(name, 0))?.map((message) => message.body) ?? []
      expect(bodies.filter((each) => !kept.includes(each))).toEqual([])
    }
  }

  /** What a process that is killed now leaves to the next one. */
  async function expectAllAfterCrash(): Promise<void> {
    const image = await mkdtemp(join(tmpdir(), 'uport-crash-'))
    try {
      await cp(join(disk.path, 'data'), image, { recursive: true })
      const next = await levelTopicStore({ directory: image, clock })
      await expectAllIn(next)
      await next.close()
    } finally {
      await rm(image, { recursive: true })
    }
  }

  it('refuses what does not fit, keeps what it has, and loses nothing that it takes when there is room again', async () => {
    store = await open(1)
    await openTopics()
    await disk.fill(BALLAST_BYTES)
    await appendUntilFull()
    // However small: behind a record that was cut off nothing is written.
    for (const bytes of [1, 30, 300, 3000]) await appendToAll(bytes)
    expect(await store.open('another', { expiresAt: START + 1000, capacity: 1 })).toBe('full')
    await expect(store.remove('t0')).rejects.toMatchObject({
      code: 'RELAY_STORE_FAILED',
      data: { reason: 'full' },
    })
    await expectAllIn(store)
    await expectAllAfterCrash()

    await disk.free()
    clock.advance(1)
    expect(new Set(await appendToAll(2000))).toEqual(new Set(['stored']))
    expect(await store.open('another', { expiresAt: START + 1000, capacity: 1 })).toBe('opened')
    await expectAllIn(store)
    await expectAllAfterCrash()
    const counts = [...stored.values()].map((bodies) => bodies.length)
    expect(Math.min(...counts)).toBeGreaterThan(1)
  })

  it('leaves room for removals: what is deleted or has expired goes, also then', async () => {
    store = await open(400_000)
    await openTopics(START + 500)
    await disk.fill(1_500_000)
    await appendUntilFull()
    expect(await store.open('another', { expiresAt: START + 1000, capacity: 1 })).toBe('full')
    await expectAllIn(store)
    expect(await store.remove('t0')).toBe(true)
    clock.advance(500)
    expect(await store.sweep()).toBe(TOPICS - 1)
    await disk.free()
    clock.advance(1)
    expect(await store.open('another', { expiresAt: START + 1000, capacity: 1 })).toBe('opened')
  })

  it('keeps its relay up, which says that it is crowded and takes replies again', async () => {
    const relay = await startRelayServer({
      dataDirectory: join(disk.path, 'data'),
      limits: { minFreeBytes: 1, topicCapacity: 1000, topicBurst: 10_000, addressBurst: 10_000 },
    })
    store = { close: () => relay.close() } as TopicStore
    const secret = new Uint8Array(32).fill(3)
    const url = `${relay.url}/t/${sha256Base64url(concatBytes(encodeUtf8('uport-kit/topic/1'), secret))}`
    const headers = { authorization: `Bearer ${encodeBase64url(secret)}` }
    const expiresAt = Math.floor(Date.now() / 1000) + 600
    expect((await fetch(url, { method: 'PUT', headers, body: JSON.stringify({ expiresAt }) })).status).toBe(
      201,
    )
    await disk.fill(BALLAST_BYTES)
    const acknowledged: string[] = []
    let refusal: Response | undefined
    while (refusal === undefined) {
      const text = body(20_000)
      const response = await fetch(url, { method: 'POST', body: JSON.stringify({ text }) })
      if (response.status === 201) acknowledged.push(text)
      else refusal = response
    }
    expect([refusal.status, await refusal.json()]).toEqual([503, { status: 'error', code: 'CROWDED' }])
    expect(refusal.headers.get('retry-after')).toBe('60')
    expect((await fetch(`${relay.url}/health`)).status).toBe(200)
    const read: string[] = []
    while (read.length < acknowledged.length) {
      const { messages } = await (await fetch(`${url}?after=${read.length}`, { headers })).json()
      expect(messages.length).toBeGreaterThan(0)
      read.push(...messages.map((message: { body: { text: string } }) => message.body.text))
    }
    expect(read).toEqual(acknowledged)
    await disk.free()
    const again = async (): Promise<number> =>
      (await fetch(url, { method: 'POST', body: '{"again":1}' })).status
    await expect.poll(again, { timeout: 5000 }).toBe(201)
  })
})
