import { ManualClock } from '@uport-kit/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRelayLimits, DEFAULT_RELAY_LIMITS } from '../relay-limits.ts'
import { ByteShares } from './byte-shares.ts'
import { TopicLedger } from './topic-ledger.ts'
import { WaiterGate } from './waiter-gate.ts'

describe('WaiterGate', () => {
  test('counts in total, by address and by topic', () => {
    const gate = new WaiterGate({ total: 3, perAddress: 2, perTopic: 2 })
    const first = gate.enter('x', 'a')
    gate.enter('x', 'b')
    expect(gate.enter('x', 'c')).toBe('too-many')
    gate.enter('y', 'a')
    expect(gate.enter('z', 'a')).toBe('too-many')
    expect(gate.enter('z', 'c')).toBe('crowded')
    if (typeof first !== 'function') throw new Error('refused')
    first()
    first()
    expect(gate.waiting).toBe(2)
    expect(gate.enter('z', 'a')).toBeTypeOf('function')
  })
})

describe('TopicLedger', () => {
  test('gives each address its share, and room back as topics end', () => {
    const clock = new ManualClock(0)
    const ledger = new TopicLedger({ total: 3, perAddress: 2, clock })
    expect(ledger.enter('a', 'x', 10)).toBe('entered')
    expect(ledger.enter('a', 'y', 99)).toBe('known')
    expect(ledger.expiryOf('a')).toBe(10)
    expect(ledger.enter('b', 'x', 20)).toBe('entered')
    expect(ledger.enter('c', 'x', 20)).toBe('too-many')
    expect(ledger.enter('c', 'y', 20)).toBe('entered')
    expect(ledger.enter('d', 'y', 20)).toBe('crowded')
    clock.advance(10)
    expect(ledger.enter('d', 'y', 20)).toBe('entered')
    ledger.remove('b')
    ledger.remove('b')
    expect(ledger.enter('e', 'x', 20)).toBe('entered')
    clock.advance(10)
    expect(ledger.enter('e', 'x', 30)).toBe('entered')
    expect(ledger.enter('f', 'x', 30)).toBe('entered')
    expect(ledger.enter('g', 'x', 30)).toBe('too-many')
  })
})

describe('ByteShares', () => {
  const create = () => {
    const clock = new ManualClock(0)
    return { clock, shares: new ByteShares({ perAddress: 10, sweepSeconds: 60, clock }) }
  }

  test('gives each address its share, and room back as topics end or go', () => {
    const { clock, shares } = create()
    expect(shares.take('x', 'a', 6, 10)).toBe(true)
    expect(shares.take('x', 'b', 5, 20)).toBe(false)
    expect(shares.take('x', 'b', 4, 20)).toBe(true)
    expect(shares.take('y', 'a', 10, 10)).toBe(true)
    clock.advance(10)
    expect([shares.take('x', 'c', 7, 30), shares.take('x', 'c', 6, 30)]).toEqual([false, true])
    shares.remove('b')
    shares.remove('b')
    expect([shares.take('x', 'd', 5, 30), shares.take('x', 'd', 4, 30)]).toEqual([false, true])
  })

  test('takes back what was not stored, once', () => {
    const { shares } = create()
    shares.take('x', 'a', 6, 10)
    shares.take('x', 'a', 4, 10)
    shares.giveBack('x', 'a', 4)
    expect([shares.take('x', 'b', 5, 10), shares.take('x', 'b', 4, 10)]).toEqual([false, true])
    shares.remove('a')
    shares.giveBack('x', 'a', 6)
    expect([shares.take('x', 'c', 7, 10), shares.take('x', 'c', 6, 10)]).toEqual([false, true])
  })

  test('counts a topic that is opened again until its new end', () => {
    const { clock, shares } = create()
    shares.take('x', 'a', 6, 10)
    clock.advance(10)
    expect(shares.take('x', 'a', 9, 100)).toBe(true)
    clock.advance(61)
    expect([shares.take('x', 'b', 2, 100), shares.take('x', 'b', 1, 100)]).toEqual([false, true])
  })

  test('never lets more live than the share, and forgets nothing that lives', () => {
    const step = fc.record({
      topic: fc.constantFrom('a', 'b', 'c'),
      bytes: fc.nat({ max: 6 }),
      pause: fc.nat({ max: 20 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, shares } = create()
        const live: { topic: string; bytes: number; until: number }[] = []
        const ends = new Map<string, number>()
        for (const { topic, bytes, pause } of steps) {
          clock.advance(pause)
          const now = clock.now()
          const open = ends.get(topic) ?? 0
          const until = open > now ? open : now + 15
          ends.set(topic, until)
          const used = live.filter((one) => one.until > now).reduce((sum, one) => sum + one.bytes, 0)
          const isTaken = shares.take('x', topic, bytes, until)
          if (isTaken) live.push({ topic, bytes, until })
          if (isTaken) expect(used + bytes).toBeLessThanOrEqual(10)
          // Room is looked for once a second at most.
          else if (pause > 0) expect(used + bytes).toBeGreaterThan(10)
        }
      }),
    )
  })
})

describe('createRelayLimits', () => {
  test('replaces what is given', () => {
    expect(createRelayLimits()).toEqual(DEFAULT_RELAY_LIMITS)
    expect(createRelayLimits({ topicCapacity: 2, maxTopics: undefined })).toEqual({
      ...DEFAULT_RELAY_LIMITS,
      topicCapacity: 2,
    })
  })

  test.each([
    ['nonsense', 1],
    ['__proto__x', 1],
    ['constructor', 1],
    ['topicCapacity', 0],
    ['topicCapacity', 1.5],
    ['topicCapacity', '8'],
    ['stopSeconds', Number.POSITIVE_INFINITY],
    ['stopSeconds', Number.NaN],
  ])('refuses %s: %s', (name, value) => {
    expect(() => createRelayLimits({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'RELAY_CONFIG_INVALID' }),
    )
  })
})
