import { ManualClock } from '@uport-kit/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRelayLimits, DEFAULT_RELAY_LIMITS } from '../relay-limits.ts'
import { RateLimiter } from './rate-limiter.ts'
import { TopicLedger } from './topic-ledger.ts'
import { WaiterGate } from './waiter-gate.ts'

describe('RateLimiter', () => {
  test('gives a burst, then so many a second, each key its own', () => {
    const clock = new ManualClock(1000)
    const rates = new RateLimiter({ burst: 2, perSecond: 0.5, maxKeys: 10, clock })
    expect([rates.take('a'), rates.take('a'), rates.take('a')]).toEqual([0, 0, 2])
    expect(rates.take('b')).toBe(0)
    clock.advance(2)
    expect([rates.take('a'), rates.take('a')]).toEqual([0, 2])
    clock.advance(1000)
    expect([rates.take('a'), rates.take('a'), rates.take('a')]).toEqual([0, 0, 2])
  })

  test('forgets the key unused for longest', () => {
    const rates = new RateLimiter({ burst: 1, perSecond: 1, maxKeys: 2, clock: new ManualClock(0) })
    rates.take('a')
    rates.take('b')
    expect(rates.take('a')).toBe(1)
    rates.take('c')
    expect(rates.take('a')).toBe(1)
    expect(rates.take('b')).toBe(0)
  })

  test('never grants more than the burst and the refill', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 5 }), { maxLength: 100 }), (pauses) => {
        const clock = new ManualClock(0)
        const rates = new RateLimiter({ burst: 5, perSecond: 2, maxKeys: 10, clock })
        let granted = 0
        for (const pause of pauses) {
          clock.advance(pause)
          if (rates.take('a') === 0) granted += 1
          expect(granted).toBeLessThanOrEqual(5 + clock.now() * 2)
        }
      }),
    )
  })
})

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
