import { describe, expect, test } from 'vitest'
import { ManualClock } from './manual-clock.ts'

describe('ManualClock', () => {
  test('stands still until it is moved', () => {
    const clock = new ManualClock(1_700_000_000)
    expect(clock.now()).toBe(1_700_000_000)
    clock.advance(0.75)
    expect(clock.now()).toBe(1_700_000_000)
    clock.advance(0.25)
    expect(clock.now()).toBe(1_700_000_001)
    expect(new ManualClock().now()).toBe(0)
  })

  test('rings in the order of time, then of setting, each at its own time', () => {
    const clock = new ManualClock(100)
    const rung: string[] = []
    const note = (name: string) => () => rung.push(`${name}@${clock.now()}`)
    clock.after(20, note('late'))
    clock.after(10, note('first'))
    clock.after(10, note('second'))
    clock.after(30, note('never'))
    expect(clock.pending).toBe(4)
    clock.advance(29)
    expect(rung).toEqual(['first@110', 'second@110', 'late@120'])
    expect(clock.now()).toBe(129)
    expect(clock.pending).toBe(1)
  })

  test('rings what is set on the way', () => {
    const clock = new ManualClock()
    const rung: number[] = []
    const again = () => {
      rung.push(clock.now())
      clock.after(10, again)
    }
    clock.after(10, again)
    clock.advance(35)
    expect(rung).toEqual([10, 20, 30])
    expect(clock.pending).toBe(1)
  })

  test.each([0, -5])(
    'rings an alarm %d seconds away without being moved, never synchronously',
    async (seconds) => {
      const clock = new ManualClock(50)
      let rung = 0
      clock.after(seconds, () => rung++)
      expect(rung).toBe(0)
      await Promise.resolve()
      expect(rung).toBe(1)
      expect(clock.now()).toBe(50)
      clock.advance(1)
      expect(rung).toBe(1)
    },
  )

  test('cancels, late and twice too', () => {
    const clock = new ManualClock()
    const rung: string[] = []
    const cancel = clock.after(10, () => rung.push('cancelled'))
    const cancelRung = clock.after(5, () => rung.push('kept'))
    cancel()
    cancel()
    clock.advance(20)
    cancelRung()
    expect(rung).toEqual(['kept'])
    expect(clock.pending).toBe(0)
  })

  test('passes on what an alarm throws and keeps the others', () => {
    const clock = new ManualClock()
    clock.after(5, () => {
      throw new Error('broken alarm')
    })
    clock.after(6, () => {})
    expect(() => clock.advance(10)).toThrow('broken alarm')
    expect(clock.now()).toBe(5)
    expect(clock.pending).toBe(1)
  })

  test('refuses times that are none', () => {
    const clock = new ManualClock()
    expect(() => new ManualClock(Number.NaN)).toThrow(TypeError)
    expect(() => clock.after(Number.POSITIVE_INFINITY, () => {})).toThrow(TypeError)
    expect(() => clock.advance(-1)).toThrow(TypeError)
    expect(() => clock.advance(Number.NaN)).toThrow(TypeError)
  })
})
