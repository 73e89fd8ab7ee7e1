import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from './system-clock.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_900 })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('systemClock', () => {
  test('gives whole Unix seconds', () => {
    expect(systemClock().now()).toBe(1_700_000_000)
  })

  test('rings once, after the seconds asked for', () => {
    const ring = vi.fn()
    systemClock().after(2.5, ring)
    vi.advanceTimersByTime(2499)
    expect(ring).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(ring).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(10_000)
    expect(ring).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test.each([0, -5])('rings an alarm %d seconds away soon, never synchronously', (seconds) => {
    const ring = vi.fn()
    systemClock().after(seconds, ring)
    expect(ring).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(ring).toHaveBeenCalledTimes(1)
  })

  test('keeps an alarm that is longer than a timer can be', () => {
    const ring = vi.fn()
    const days = 60
    systemClock().after(days * 86_400, ring)
    vi.advanceTimersByTime(days * 86_400_000 - 1)
    expect(ring).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(ring).toHaveBeenCalledTimes(1)
  })

  test('cancels, in the second link of a chain too, late and twice', () => {
    const ring = vi.fn()
    const cancel = systemClock().after(60 * 86_400, ring)
    vi.advanceTimersByTime(40 * 86_400_000)
    cancel()
    expect(vi.getTimerCount()).toBe(0)
    cancel()
    const cancelRung = systemClock().after(1, ring)
    vi.advanceTimersByTime(1000)
    cancelRung()
    expect(ring).toHaveBeenCalledTimes(1)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d seconds', (seconds) => {
    expect(() => systemClock().after(seconds, () => {})).toThrow(TypeError)
  })
})
