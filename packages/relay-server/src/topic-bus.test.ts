import {
  concatBytes,
  encodeBase64url,
  encodeUtf8,
  ManualClock,
  sha256Base64url,
  type TopicBus,
} from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { createRelayApp, memoryTopicStore } from './index.ts'
import { TopicChanges } from './topic-changes.ts'

const START = 1_700_000_000
const secret = new Uint8Array(32).fill(1)
const path = `/t/${sha256Base64url(concatBytes(encodeUtf8('uport-kit/topic/1'), secret))}`
const headers = { authorization: `Bearer ${encodeBase64url(secret)}` }

/** A bus inside one process; `isDown`: messages get lost. */
class Wire implements TopicBus {
  readonly listeners = new Set<Parameters<TopicBus['subscribe']>[0]>()
  isDown = false

  publish(name: string): void {
    if (!this.isDown) for (const listener of this.listeners) listener.changed(name)
  }

  subscribe(listener: Parameters<TopicBus['subscribe']>[0]): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
}

async function twoRelays() {
  const clock = new ManualClock(START)
  const store = memoryTopicStore({ clock })
  const bus = new Wire()
  const stopping = new AbortController()
  const [one, other] = [0, 1].map(() => createRelayApp({ store, clock, bus, signal: stopping.signal }))
  if (one === undefined || other === undefined) throw new Error('there are two')
  const body = JSON.stringify({ expiresAt: START + 100 })
  await one.request(path, { method: 'PUT', headers, body })
  const waiting = one.request(`${path}?wait=25`, { headers })
  // The wait has begun when its alarm is set.
  while (clock.pending === 0) await Promise.resolve()
  const post = () => other.request(path, { method: 'POST', body: '{"a":1}' })
  return { clock, bus, stopping, waiting, post }
}

const ANSWER = { messages: [{ cursor: 1, body: { a: 1 } }] }

/** Two relays on one store and bus whose clients have room for one topic, and for ten bytes. */
function crampedRelays() {
  const clock = new ManualClock(START)
  const store = memoryTopicStore({ clock })
  const bus = new Wire()
  const limits = { maxTopicsPerAddress: 1, maxBytesPerAddress: 10 }
  const [one, other] = [0, 1].map(() => createRelayApp({ store, clock, bus, limits }))
  if (one === undefined || other === undefined) throw new Error('there are two')
  return { one, other, bus }
}

describe('two relays that share a store and a bus', () => {
  it('strike a topic off their accounts that was removed at the other one', async () => {
    const { one, other } = crampedRelays()
    const body = JSON.stringify({ expiresAt: START + 100 })
    for (let round = 0; round < 3; round++) {
      expect((await one.request(path, { method: 'PUT', headers, body })).status).toBe(201)
      expect((await one.request(path, { method: 'POST', body: '{"a":123}' })).status).toBe(201)
      expect((await other.request(path, { method: 'DELETE', headers })).status).toBe(204)
    }
  })

  it('keep a topic on their accounts that was opened anew before its own removal came back', async () => {
    const { one, bus } = crampedRelays()
    const body = JSON.stringify({ expiresAt: START + 100 })
    const late: string[] = []
    bus.publish = (hint) => late.push(hint)
    await one.request(path, { method: 'PUT', headers, body })
    await one.request(path, { method: 'DELETE', headers })
    await one.request(path, { method: 'PUT', headers, body })
    for (const hint of late) for (const listener of bus.listeners) listener.changed(hint)
    const another = new Uint8Array(32).fill(2)
    const id = sha256Base64url(concatBytes(encodeUtf8('uport-kit/topic/1'), another))
    const second = { authorization: `Bearer ${encodeBase64url(another)}` }
    expect((await one.request(`/t/${id}`, { method: 'PUT', headers: second, body })).status).toBe(429)
  })

  it('pass a reply to who waits at the other one', async () => {
    const { waiting, post } = await twoRelays()
    await post()
    expect(await (await waiting).json()).toEqual(ANSWER)
  })

  it('read the store again when messages of the bus were lost', async () => {
    const { bus, waiting, post } = await twoRelays()
    bus.isDown = true
    await post()
    for (const listener of bus.listeners) listener.lost()
    expect(await (await waiting).json()).toEqual(ANSWER)
  })

  it('do so in turn where many wait, so that none of them holds up the rest', async () => {
    const bus = new Wire()
    const changes = new TopicChanges(bus)
    const woken = new Set<number>()
    for (let n = 0; n < 1000; n++) changes.watch(`t:${n}`, () => woken.add(n))
    for (const listener of bus.listeners) listener.lost()
    expect(woken.size).toBeGreaterThan(0)
    expect(woken.size).toBeLessThan(1000)
    await expect.poll(() => woken.size).toBe(1000)
  })

  it('read the store again when a wait is over, bus or not', async () => {
    const { clock, bus, waiting, post } = await twoRelays()
    bus.isDown = true
    await post()
    clock.advance(25)
    expect(await (await waiting).json()).toEqual(ANSWER)
  })

  it('leave the bus when they stop', async () => {
    const { bus, stopping, waiting } = await twoRelays()
    expect(bus.listeners.size).toBe(2)
    stopping.abort()
    expect(bus.listeners.size).toBe(0)
    expect(await (await waiting).json()).toEqual({ messages: [] })
  })
})
