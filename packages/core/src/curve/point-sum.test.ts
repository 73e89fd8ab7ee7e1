import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, it } from 'vitest'
import { PointSum, PRIME } from './point-sum.ts'

const { BASE } = secp256k1.Point
const multiple = (factor: bigint) => BASE.multiply(factor).toAffine()

/** A sum whose z is not 1. */
function sumOf(factor: bigint): PointSum {
  const sum = new PointSum()
  const { x, y } = multiple(factor)
  sum.add(x, y)
  const half = multiple(3n)
  sum.add(half.x, half.y)
  sum.add(half.x, -half.y)
  return sum
}

describe('a sum of points', () => {
  it('is at infinity before anything is added, and stays there when it is doubled', () => {
    const sum = new PointSum()
    sum.double()
    expect([sum.z, sum.hasX(0n)]).toEqual([0n, false])
    expect(() => sum.toAffine()).toThrow()
    const { x, y } = multiple(5n)
    sum.add(x, y)
    expect(sum.toAffine()).toEqual({ x, y })
  })

  it('is the sum of points that differ', () => {
    const sum = sumOf(5n)
    for (const factor of [1n, 2n, 9n]) {
      const { x, y } = multiple(factor)
      sum.add(x, y)
    }
    expect(sum.toAffine()).toEqual(multiple(17n))
    sum.double()
    expect(sum.toAffine()).toEqual(multiple(34n))
    const { x, y } = multiple(4n)
    sum.add(x, -y)
    expect(sum.toAffine()).toEqual(multiple(30n))
  })

  it.each([0n, PRIME, -PRIME])(
    'is twice the point where the same is added, also written as x + %s',
    (more) => {
      const sum = sumOf(5n)
      const { x, y } = multiple(5n)
      sum.add(x + more, y + more)
      expect(sum.toAffine()).toEqual(multiple(10n))
    },
  )

  it.each([0n, PRIME, -PRIME])(
    'is at infinity where the opposite is added, also written as x + %s',
    (more) => {
      const sum = sumOf(5n)
      const { x, y } = multiple(5n)
      sum.add(x + more, -y + more)
      expect([sum.z, sum.hasX(x)]).toEqual([0n, false])
      sum.add(x, y)
      expect(sum.toAffine()).toEqual({ x, y })
    },
  )

  it('knows its x among the numbers of the field', () => {
    const sum = sumOf(5n)
    const { x } = multiple(5n)
    expect([x, x + 1n, PRIME - x, x + PRIME].map((value) => sum.hasX(value))).toEqual([
      true,
      false,
      false,
      false,
    ])
  })
})
