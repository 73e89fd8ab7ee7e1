import { expect, it } from 'vitest'
import { deepFreeze } from './deep-freeze.ts'

it.each([1, 'text', null, true])('has nothing to do for %j', (value) => {
  expect(deepFreeze(value, 0)).toBe(true)
})

it('freezes every level', () => {
  const value = { a: [{ b: { c: [] as string[] } }], d: null }
  expect(deepFreeze(value)).toBe(true)
  for (const inner of [value, value.a, value.a[0], value.a[0]!.b, value.a[0]!.b.c]) {
    expect(Object.isFrozen(inner)).toBe(true)
  }
})

it('counts levels', () => {
  expect(deepFreeze({}, 1)).toBe(true)
  expect(deepFreeze({}, 0)).toBe(false)
  expect(deepFreeze({ a: [] }, 1)).toBe(false)
  expect(deepFreeze({ a: [] }, 2)).toBe(true)
})
