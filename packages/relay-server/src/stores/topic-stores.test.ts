import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock, type TopicStore } from '@uport-kit/core'
import { ClassicLevel } from 'classic-level'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { levelTopicStore } from './level-topic-store.ts'
import { memoryTopicStore } from './memory-topic-store.ts'
import type { TopicStoreLimits } from './topic-limits.ts'

const START = 1_700_000_000
const topic = { expiresAt: START + 100, capacity: 3 }

let directory: string
let clock: ManualClock
let opened: TopicStore[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'uport-topics-'))
  clock = new ManualClock(START)
  opened = []
})

afterEach(async () => {
  for (const store of opened) await store.close()
  rmSync(directory, { recursive: true, force: true })
})

const keep = <T extends TopicStore>(store: T): T => {
  opened.push(store)
  return store
}
const openLevel = async (limits: TopicStoreLimits = {}): Promise<TopicStore> =>
  keep(await levelTopicStore({ directory: join(directory, 'data'), clock, ...limits }))
const openMemory = async (limits: TopicStoreLimits = {}): Promise<TopicStore> =>
  keep(memoryTopicStore({ clock, ...limits }))

describe.each([
  ['memory', openMemory],
  ['level', openLevel],
])('the %s store', (_, create) => {
  test('gives messages in order, after a cursor', async () => {
    const store = await create()
    expect(await store.open('a', topic)).toBe('opened')
    expect(await store.read('a', 0)).toEqual([])
    expect(await store.append('a', 'one')).toEqual({ outcome: 'stored', cursor: 1 })
    expect(await store.append('a', 'zwei ☃')).toEqual({ outcome: 'stored', cursor: 2 })
    expect(await store.read('a', 0)).toEqual([
      { cursor: 1, body: 'one' },
      { cursor: 2, body: 'zwei ☃' },
    ])
    expect(await store.read('a', 1)).toEqual([{ cursor: 2, body: 'zwei ☃' }])
    expect(await store.read('a', 9)).toEqual([])
    expect(await store.read('a', 0, { maxMessages: 1 })).toEqual([{ cursor: 1, body: 'one' }])
    expect(await store.read('a', 1, { maxMessages: 1 })).toEqual([{ cursor: 2, body: 'zwei ☃' }])
    await store.append('a', 'three')
    const cursors = async (after: number, maxBytes: number, maxMessages?: number) =>
      (await store.read('a', after, { maxBytes, maxMessages }))?.map(({ cursor }) => cursor)
    expect(await cursors(0, 1)).toEqual([1])
    expect(await cursors(0, 11)).toEqual([1, 2])
    expect(await cursors(0, 16)).toEqual([1, 2, 3])
    expect(await cursors(1, 99, 1)).toEqual([2])
    expect(await cursors(3, 1)).toEqual([])
  })

  test('counts distinct bodies only', async () => {
    const store = await create()
    await store.open('a', topic)
    for (const body of ['1', '2', '3']) await store.append('a', body)
    expect(await store.append('a', '2')).toEqual({ outcome: 'duplicate', cursor: 2 })
    expect(await store.append('a', '4')).toEqual({ outcome: 'full' })
  })

  test('keeps room where it is told to', async () => {
    const store = await create({ maxTopics: 3 })
    expect(await store.open('a', { ...topic, maxTopics: 1 })).toBe('opened')
    expect(await store.open('a', { ...topic, maxTopics: 1 })).toBe('exists')
    expect(await store.open('b', { ...topic, leaveTopics: 2 })).toBe('full')
    expect(await store.open('b', { ...topic, maxTopics: 2, leaveTopics: 1 })).toBe('full')
    expect(await store.open('b', { ...topic, maxTopics: 1 })).toBe('full')
    expect(await store.open('b', { ...topic, maxTopics: 9 })).toBe('opened')
    expect(await store.open('c', topic)).toBe('opened')
    expect(await store.open('d', { ...topic, maxTopics: 9 })).toBe('full')
  })

  test('leaves a live topic as it is', async () => {
    const store = await create()
    await store.open('a', topic)
    await store.append('a', '1')
    expect(await store.open('a', { expiresAt: START + 999, capacity: 9 })).toBe('exists')
    clock.advance(100)
    expect(await store.read('a', 0)).toBeUndefined()
  })

  test('knows nothing of what has expired, swept or not', async () => {
    const store = await create()
    await store.open('a', topic)
    await store.append('a', 'old')
    clock.advance(100)
    expect(await store.append('a', 'new')).toEqual({ outcome: 'unknown' })
    expect(await store.remove('a')).toBe(false)
    expect(await store.open('a', { expiresAt: START + 200, capacity: 1 })).toBe('opened')
    expect(await store.read('a', 0)).toEqual([])
    expect(await store.append('a', 'new')).toEqual({ outcome: 'stored', cursor: 1 })
  })

  test('an expired topic that is opened again starts empty', async () => {
    const store = await create()
    await store.open('a', topic)
    await store.append('a', 'old')
    clock.advance(100)
    expect(await store.open('a', { expiresAt: START + 200, capacity: 1 })).toBe('opened')
    expect(await store.read('a', 0)).toEqual([])
    expect(await store.sweep()).toBe(0)
    expect(await store.read('a', 0)).toEqual([])
  })

  test('sweeps exactly what has expired', async () => {
    const store = await create()
    await store.open('a', topic)
    await store.open('b', { ...topic, expiresAt: START + 101 })
    await store.append('b', 'kept')
    clock.advance(100)
    // A read drops nothing that sweep must still count in the level store; the memory store may drop it.
    expect(await store.sweep()).toBe(1)
    expect(await store.sweep()).toBe(0)
    expect(await store.read('b', 0)).toEqual([{ cursor: 1, body: 'kept' }])
  })

  test('removes a topic with its messages', async () => {
    const store = await create()
    await store.open('a', topic)
    await store.append('a', '1')
    expect(await store.remove('a')).toBe(true)
    expect(await store.remove('a')).toBe(false)
    expect(await store.append('a', '1')).toEqual({ outcome: 'unknown' })
    await store.open('a', topic)
    expect(await store.read('a', 0)).toEqual([])
  })

  test('is atomic: many at once neither lose, double nor overfill', async () => {
    const store = await create()
    const opens = await Promise.all(
      Array.from({ length: 10 }, () => store.open('a', { ...topic, capacity: 8 })),
    )
    expect(opens.filter((result) => result === 'opened')).toHaveLength(1)
    const bodies = Array.from({ length: 40 }, (_, index) => `body ${index % 20}`)
    const results = await Promise.all(bodies.map((body) => store.append('a', body)))
    const stored = results.flatMap((result) => (result.outcome === 'stored' ? [result.cursor] : []))
    expect(stored.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    const messages = (await store.read('a', 0)) ?? []
    expect(new Set(messages.map((message) => message.body)).size).toBe(8)
  })

  test('holds no more topics than it may, and has room again after a removal', async () => {
    const store = await create({ maxTopics: 2 })
    const results = await Promise.all(['a', 'b', 'c', 'd'].map((name) => store.open(name, topic)))
    expect(results.filter((result) => result === 'full')).toHaveLength(2)
    await store.remove('a')
    expect(await store.open('e', topic)).toBe('opened')
    clock.advance(100)
    await store.sweep()
    expect(await store.open('f', { ...topic, expiresAt: START + 300 })).toBe('opened')
    expect(await store.open('g', { ...topic, expiresAt: START + 300 })).toBe('opened')
    expect(await store.open('h', { ...topic, expiresAt: START + 300 })).toBe('full')
  })

  test('holds no more bytes than it may', async () => {
    const store = await create({ maxBytes: 10 })
    await store.open('a', topic)
    expect((await store.append('a', '☃☃☃')).outcome).toBe('stored')
    expect((await store.append('a', 'ab')).outcome).toBe('store-full')
    expect((await store.append('a', 'b', { leaveBytes: 1 })).outcome).toBe('store-full')
    await store.remove('a')
    await store.open('a', topic)
    expect((await store.append('a', 'ab')).outcome).toBe('stored')
  })

  test('names of any characters stay apart', async () => {
    const store = await create()
    const names = ['t:a', 'r:a', 't:a/1', '__proto__', 'constructor', '!\0☃']
    for (const name of names) await store.open(name, topic)
    for (const name of names) await store.append(name, name)
    for (const name of names) expect(await store.read(name, 0)).toEqual([{ cursor: 1, body: name }])
  })

  test.each([
    [{ expiresAt: 1.5, capacity: 1 }],
    [{ expiresAt: Number.NaN, capacity: 1 }],
    [{ expiresAt: START + 1, capacity: 0 }],
    [{ expiresAt: START + 1, capacity: 1001 }],
  ])('refuses to open %j', async (wrong) => {
    const store = await create()
    await expect(store.open('a', wrong)).rejects.toBeInstanceOf(TypeError)
    await expect(store.open('', topic)).rejects.toBeInstanceOf(TypeError)
    await expect(store.read('a', -1)).rejects.toBeInstanceOf(TypeError)
  })

  test('heeds an aborted signal and its own end', async () => {
    const store = await create()
    const reason = new Error('enough')
    const options = { signal: AbortSignal.abort(reason) }
    await expect(store.open('a', topic, options)).rejects.toBe(reason)
    await expect(store.sweep(options)).rejects.toBe(reason)
    await store.close()
    await store.close()
    await expect(store.read('a', 0)).rejects.toMatchObject({
      code: 'RELAY_STORE_FAILED',
      data: { reason: 'closed' },
    })
    await expect(store.append('a', 'b')).rejects.toMatchObject({ code: 'RELAY_STORE_FAILED' })
  })
})

describe('the level store on its directory', () => {
  test('goes on where it stopped: bodies, cursors, counts', async () => {
    const first = await openLevel({ maxTopics: 2, maxBytes: 8 })
    await first.open('a', topic)
    await first.open('b', { ...topic, expiresAt: START + 5 })
    await first.append('a', '1')
    await first.append('a', '2')
    await first.close()
    clock.advance(5)
    const second = await openLevel({ maxTopics: 2, maxBytes: 8 })
    expect(await second.append('a', '2')).toEqual({ outcome: 'duplicate', cursor: 2 })
    expect(await second.append('a', '3')).toEqual({ outcome: 'stored', cursor: 3 })
    expect(await second.open('c', topic)).toBe('opened')
    expect(await second.open('d', topic)).toBe('full')
    expect((await second.append('c', '123456')).outcome).toBe('store-full')
    expect((await second.append('c', '12345')).outcome).toBe('stored')
  })

  test('does not write names in clear', async () => {
    const store = await openLevel()
    await store.open('t:secret-name', topic)
    await store.close()
    const database = new ClassicLevel<string, string>(join(directory, 'data'))
    const keys = await database.keys().all()
    await database.close()
    expect(keys).toHaveLength(2)
    expect(keys.join()).not.toContain('secret-name')
  })

  test('says that another has it open', async () => {
    await openLevel()
    await expect(openLevel()).rejects.toMatchObject({
      code: 'RELAY_STORE_FAILED',
      data: { reason: 'locked' },
    })
  })

  test('says that it cannot write', async () => {
    writeFileSync(join(directory, 'data'), 'a file in the way')
    await expect(openLevel()).rejects.toMatchObject({
      code: 'RELAY_STORE_FAILED',
      data: { reason: 'unwritable' },
    })
  })

  test.each([['not json'], ['{}'], ['[2,1,1,0,[]]'], ['[1,"x",1,0,[]]'], ['[1,1,1,0,[7]]']])(
    'refuses a damaged record %s and lets the directory go',
    async (record) => {
      const database = new ClassicLevel<string, string>(join(directory, 'data'))
      await database.put('t/x', record)
      await database.close()
      await expect(openLevel()).rejects.toMatchObject({
        code: 'RELAY_STORE_FAILED',
        data: { reason: 'damaged' },
      })
      await database.open()
      await database.del('t/x')
      await database.close()
      await openLevel()
    },
  )
})
