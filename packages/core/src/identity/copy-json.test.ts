import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyJson } from './copy-json.ts'

const LIMITS = { maxDepth: 8, maxSize: 10_000 }

describe('copyJson', () => {
  it('copies any JSON, deeply frozen and apart', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const copy = copyJson(value, { maxDepth: 16, maxSize: 1_000_000 })
        expect(JSON.stringify(copy)).toBe(JSON.stringify(value))
        if (typeof value === 'object' && value !== null) {
          expect(copy).not.toBe(value)
          expect(Object.isFrozen(copy)).toBe(true)
        }
      }),
    )
  })

  it.each([
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1n,
    Symbol('x'),
    () => 1,
    new Date(0),
    new Map(),
    new Uint8Array(1),
    [undefined],
    { x: [1n] },
  ])('refuses %s', (value) => {
    expect(copyJson(value, LIMITS)).toBeUndefined()
  })

  it('refuses what is too deep, endless or too large', () => {
    const endless: unknown[] = []
    endless.push(endless)
    expect(copyJson(endless, LIMITS)).toBeUndefined()
    expect(copyJson([[[[[[[[1]]]]]]]], LIMITS)).toBeDefined()
    expect(copyJson([[[[[[[[[1]]]]]]]]], LIMITS)).toBeUndefined()
    expect(copyJson('x'.repeat(10_000), LIMITS)).toBeUndefined()
    expect(copyJson({ ['x'.repeat(10_000)]: 1 }, LIMITS)).toBeUndefined()
    expect(copyJson(new Array(10_001).fill(1), LIMITS)).toBeUndefined()
  })

  it('leaves out undefined members, and takes objects without a prototype', () => {
    const bare = Object.assign(Object.create(null), { a: 1, b: undefined })
    expect(copyJson(bare, LIMITS)).toStrictEqual({ a: 1 })
  })
})
