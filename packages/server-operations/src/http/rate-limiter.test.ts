import { ManualClock } from '@uport-kit/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RateLimiter } from './rate-limiter.ts'

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
