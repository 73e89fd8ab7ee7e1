import { secp256k1 } from '@noble/curves/secp256k1.js'

const { Fp } = secp256k1.Point

/** The prime of the field (SEC 2, section 2.4.1). */
export const PRIME: bigint = Fp.ORDER

/** A point that is not the one at infinity. */
export interface AffinePoint {
  readonly x: bigint
  readonly y: bigint
}

/**
 * A point of secp256k1 that others are added to: y² = x³ + 7 in Jacobian coordinates, (x / z², y / z³), with z = 0 for
 * the point at infinity. The formulas are the usual ones (Cohen, Miyaji, Ono 1998); unlike complete formulas they fail
 * where both points are equal or opposite, so these cases are told apart. For public numbers only: the time it takes
 * depends on them.
 *
 * Coordinates are right modulo the prime, and between it and its negative: `%` keeps the sign.
 */
export class PointSum {
  x = 1n
  y = 1n
  z = 0n

  /** Twice the point. No point of the curve is its own opposite, so there is no exception. */
  double(): void {
    const { x, y, z } = this
    if (z === 0n) return
    const yy = (y * y) % PRIME
    const s = ((x * yy) << 2n) % PRIME
    const m = (3n * x * x) % PRIME
    const x2 = (m * m - (s << 1n)) % PRIME
    this.x = x2
    this.y = (m * (s - x2) - ((yy * yy) << 3n)) % PRIME
    this.z = ((y * z) << 1n) % PRIME
  }

  /** @param y of the point, or its negative: then the point is subtracted */
  add(px: bigint, py: bigint): void {
    const { x, y, z } = this
    if (z === 0n) {
      this.x = px
      this.y = py
      this.z = 1n
      return
    }
    const zz = (z * z) % PRIME
    const h = (px * zz - x) % PRIME
    const r = (((z * zz) % PRIME) * py - y) % PRIME
    if (h === 0n) {
      if (r === 0n) this.double()
      else this.z = 0n
      return
    }
    const hh = (h * h) % PRIME
    const hhh = (h * hh) % PRIME
    const v = (x * hh) % PRIME
    const x2 = (r * r - hhh - (v << 1n)) % PRIME
    this.x = x2
    this.y = (r * (v - x2) - y * hhh) % PRIME
    this.z = (z * h) % PRIME
  }

  /** Whether it is a point with this x; no point has one outside the field. */
  hasX(value: bigint): boolean {
    return this.z !== 0n && value < PRIME && (this.x - value * this.z * this.z) % PRIME === 0n
  }

  /** @throws Error at infinity */
  toAffine(): AffinePoint {
    const inverse = Fp.inv(Fp.create(this.z))
    const square = Fp.sqr(inverse)
    return { x: Fp.mul(this.x, square), y: Fp.mul(this.y, Fp.mul(square, inverse)) }
  }
}
