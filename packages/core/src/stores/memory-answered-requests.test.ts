import { describe, expect, test } from 'vitest'
import { ManualClock } from '../clock/manual-clock.ts'
import { memoryAnsweredRequests } from './memory-answered-requests.ts'

const START = 1_700_000_000

describe('memoryAnsweredRequests', () => {
  test('lets a request be claimed once', async () => {
    const clock = new ManualClock(START)
    const answered = memoryAnsweredRequests({ clock })
    expect(await answered.claim('a', START + 120)).toBe(true)
    expect(await answered.claim('a', START + 120)).toBe(false)
    expect(await answered.claim('b', START + 120)).toBe(true)
    expect(await answered.claim('__proto__', START + 120)).toBe(true)
  })

  test('of claims that meet, one succeeds', async () => {
    const answered = memoryAnsweredRequests({ clock: new ManualClock(START) })
    const claims = await Promise.all(Array.from({ length: 20 }, () => answered.claim('a', START + 120)))
    expect(claims.filter((won) => won)).toHaveLength(1)
  })

  test('never succeeds twice, at any time', async () => {
    const clock = new ManualClock(START)
    const answered = memoryAnsweredRequests({ clock })
    const won: boolean[] = []
    for (let second = 0; second < 600; second += 5) {
      won.push(await answered.claim('a', START + 120))
      clock.advance(5)
    }
    expect(won.filter((claimed) => claimed)).toHaveLength(1)
  })

  test('forgives a clock 300 s off, and no more', async () => {
    const clock = new ManualClock(START)
    const answered = memoryAnsweredRequests({ clock })
    expect(await answered.claim('late', START - 299)).toBe(true)
    expect(await answered.claim('too late', START - 300)).toBe(false)
  })

  test('is bounded, and has room again when requests are past', async () => {
    const clock = new ManualClock(START)
    const answered = memoryAnsweredRequests({ clock, maxRecords: 1 })
    expect(await answered.claim('a', START)).toBe(true)
    await expect(answered.claim('b', START)).rejects.toMatchObject({ code: 'REQUEST_STORE_FULL' })
    expect(await answered.claim('a', START)).toBe(false)
    clock.advance(300)
    expect(await answered.claim('b', START + 100)).toBe(true)
  })

  test('checks its arguments and honours a signal', async () => {
    const clock = new ManualClock(START)
    expect(() => memoryAnsweredRequests({ clock, maxRecords: 0.5 })).toThrow(TypeError)
    const answered = memoryAnsweredRequests({ clock })
    await expect(answered.claim('a', Number.NaN)).rejects.toThrow(TypeError)
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(answered.claim('a', START + 1, { signal })).rejects.toThrow('enough')
    expect(await answered.claim('a', START + 1)).toBe(true)
  })
})
