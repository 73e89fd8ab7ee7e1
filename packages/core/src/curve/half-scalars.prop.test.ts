import { secp256k1 } from '@noble/curves/secp256k1.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { signedDigits } from './digits.ts'
import { BETA, ORDER, toHalfScalars } from './half-scalars.ts'
import { PRIME } from './point-sum.ts'

const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n
const { BASE } = secp256k1.Point
const scalars = fc.oneof(
  fc.bigInt({ min: 0n, max: ORDER - 1n }),
  fc.constantFrom(0n, 1n, LAMBDA, ORDER - LAMBDA, ORDER - 1n, ORDER >> 1n, 2n ** 128n, 2n ** 128n - 1n),
)
const halves = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
  fc.constantFrom(
    0n,
    1n,
    127n,
    128n,
    129n,
    255n,
    2n ** 127n,
    2n ** 128n - 1n,
    0x80808080808080808080808080808080n,
  ),
)

it('the constants are those of the curve', () => {
  const { x, y } = BASE.toAffine()
  expect(BASE.multiply(LAMBDA).toAffine()).toEqual({ x: (x * BETA) % PRIME, y })
})

it('halves of a scalar are short and make it up', () => {
  fc.assert(
    fc.property(scalars, (scalar) => {
      const [a, b] = toHalfScalars(scalar)
      expect((((a + b * LAMBDA) % ORDER) + ORDER) % ORDER).toBe(scalar)
      for (const half of [a, b]) expect(half < 2n ** 128n && -half < 2n ** 128n).toBe(true)
    }),
  )
})

it('signed digits make up the number, and no two that are not zero are near one another', () => {
  fc.assert(
    fc.property(halves, fc.integer({ min: 2, max: 8 }), (value, width) => {
      const digits = [...signedDigits(value, width)]
      expect(digits.reduceRight((sum, digit) => 2n * sum + BigInt(digit), 0n)).toBe(value)
      const places = digits.flatMap((digit, place) => (digit === 0 ? [] : [place]))
      for (const [index, place] of places.entries()) {
        expect(Math.abs(digits[place]!) % 2).toBe(1)
        expect(Math.abs(digits[place]!)).toBeLessThan(2 ** (width - 1))
        if (index > 0) expect(place - places[index - 1]!).toBeGreaterThanOrEqual(width)
      }
    }),
  )
})
