import { secp256k1 } from '@noble/curves/secp256k1.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ORDER } from './half-scalars.ts'
import { addMultiples, PublicPoint } from './public-point.ts'

const { Point } = secp256k1
const { BASE } = Point
const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n
const plain = new PublicPoint(BASE.toAffine(), 8)
const prepared = new PublicPoint(BASE.toAffine(), 8)
prepared.prepare()

/** As the library has it; `undefined` at infinity. */
function expected(a: bigint, b: bigint, factor: bigint) {
  const sum = BASE.mulAddUnsafe(a, BASE.multiply(factor), b)
  return sum.is0() ? undefined : sum.toAffine()
}

function found(a: bigint, first: PublicPoint, b: bigint, second: PublicPoint) {
  const sum = addMultiples(a, first, b, second)
  return sum.z === 0n ? undefined : sum.toAffine()
}

describe('multiples of two points', () => {
  it('are what the library finds, for any point and any scalars', () => {
    const scalar = fc.bigInt({ min: 0n, max: ORDER - 1n })
    fc.assert(
      fc.property(scalar, scalar, fc.bigInt({ min: 1n, max: ORDER - 1n }), (a, b, factor) => {
        const point = new PublicPoint(BASE.multiply(factor).toAffine())
        expect(found(a, plain, b, point)).toEqual(expected(a, b, factor))
        expect(found(a, prepared, b, point)).toEqual(expected(a, b, factor))
      }),
      { numRuns: 30 },
    )
  })

  // A key may be chosen such that equal or opposite points meet on the way.
  const edges = [0n, 1n, 3n, LAMBDA, ORDER - 6n, ORDER - 1n]
  it.each([1n, 2n, LAMBDA, ORDER - 1n])(
    'are right where points meet on the way: the key is %s times the base point',
    (factor) => {
      const point = new PublicPoint(BASE.multiply(factor).toAffine())
      const fast = new PublicPoint(point.point)
      fast.prepare()
      let infinities = 0
      for (const a of edges) {
        for (const b of edges) {
          const right = expected(a, b, factor)
          expect(found(a, plain, b, point)).toEqual(right)
          expect(found(a, prepared, b, fast)).toEqual(right)
          if (right === undefined) infinities++
        }
      }
      expect(infinities).toBeGreaterThan(1)
    },
  )

  it('of any width are the same', () => {
    const [a, b] = [ORDER / 3n, ORDER / 5n]
    const { point } = plain
    for (const width of [2, 4, 6, 7]) {
      expect(found(a, plain, b, new PublicPoint(point, width))).toEqual(expected(a, b, 1n))
    }
  })
})
