import { normalizeZ } from '@noble/curves/abstract/curve.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { DIGITS, signedDigits } from './digits.ts'
import { BETA, toHalfScalars } from './half-scalars.ts'
import { type AffinePoint, PointSum, PRIME } from './point-sum.ts'

/** The odd multiples of a point, and the same times λ. */
type Multiples = readonly [readonly AffinePoint[], readonly AffinePoint[]]

/** Where the digits of a prepared point have multiples of their own, so that so many are looked at in one turn. */
const PLACES = 4
const PREPARED_WIDTH = 8

/**
 * A point that is multiplied by public numbers. It keeps the multiples that this takes, so the second time takes less than
 * the first; a prepared point takes half of that.
 */
export class PublicPoint {
  readonly point: AffinePoint
  /** For its keeper to count. */
  uses = 0
  /** Of the digits: one more doubles the number of multiples and saves a seventh of the additions. */
  #width: number
  #multiples: readonly Multiples[] | undefined

  constructor(point: AffinePoint, width: number = 5) {
    this.point = point
    this.#width = width
  }

  get isPrepared(): boolean {
    return this.#multiples?.length === PLACES
  }

  /** Makes the multiples of four places, some 100 kB: two or three milliseconds of arithmetic. */
  prepare(): void {
    if (this.isPrepared) return
    this.#width = PREPARED_WIDTH
    this.#multiples = makeMultiples(this.point, PREPARED_WIDTH, PLACES)
  }

  /** The digits of a scalar with the multiples that they stand for. */
  walks(scalar: bigint): readonly Walk[] {
    this.#multiples ??= makeMultiples(this.point, this.#width, 1)
    const places = this.#multiples
    const stride = Math.ceil(DIGITS / places.length)
    return toHalfScalars(scalar).flatMap((half, which) => {
      const digits = signedDigits(half < 0n ? -half : half, this.#width)
      return places.map((multiples, place) => ({
        digits: digits.subarray(place * stride, (place + 1) * stride),
        multiples: multiples[which]!,
        isNegative: half < 0n,
      }))
    })
  }
}

interface Walk {
  readonly digits: Int8Array
  readonly multiples: readonly AffinePoint[]
  readonly isNegative: boolean
}

/** a times one point and b times another; the scalars are below the order. One chain of doublings for all (Straus 1964). */
export function addMultiples(a: bigint, first: PublicPoint, b: bigint, second: PublicPoint): PointSum {
  const sum = new PointSum()
  const walks = [...first.walks(a), ...second.walks(b)]
  for (let bit = DIGITS; bit-- > 0; ) {
    sum.double()
    for (const { digits, multiples, isNegative } of walks) {
      // Nothing stands beyond the end of those that have more places.
      const digit = digits[bit] ?? 0
      if (digit === 0) continue
      const { x, y } = multiples[Math.abs(digit) >> 1]!
      sum.add(x, digit < 0 !== isNegative ? -y : y)
    }
  }
  return sum
}

/** By the library: each is made once. */
function makeMultiples(point: AffinePoint, width: number, places: number): readonly Multiples[] {
  const { Point } = secp256k1
  const multiples: Multiples[] = []
  let start = Point.fromAffine(point)
  while (multiples.length < places) {
    for (let bit = multiples.length > 0 ? Math.ceil(DIGITS / places) : 0; bit > 0; bit--)
      start = start.double()
    const twice = start.double()
    const odd = [start]
    while (odd.length < 2 ** (width - 2)) odd.push(odd.at(-1)!.add(twice))
    const points = normalizeZ(Point, odd).map((one) => one.toAffine())
    multiples.push([points, points.map(({ x, y }) => ({ x: (x * BETA) % PRIME, y }))])
  }
  return multiples
}
