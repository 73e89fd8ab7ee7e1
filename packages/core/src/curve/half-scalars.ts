import { secp256k1 } from '@noble/curves/secp256k1.js'

/** The order of the base point (SEC 2, section 2.4.1). */
export const ORDER: bigint = secp256k1.Point.Fn.ORDER

/** A cube root of 1 modulo the prime: (βx, y) is λ times (x, y). */
export const BETA = 0x7ae96a2b657c07106e64479eac3434e99cf0497512f58995c1396c28719501een

/** A short basis of the lattice of pairs (a, b) with a + bλ = 0 modulo the order: (P, -Q) and (P + Q, P). */
const P = 0x3086d221a7d46bcde86c90e49284eb15n
const Q = 0xe4437ed6010e88286f547fa90abfe4c3n

/**
 * A scalar below the order as a + bλ, with a and b of at most 128 bits and of either sign (Gallant, Lambert, Vanstone
 * 2001): multiplying by it then takes half of the doublings.
 */
export function toHalfScalars(scalar: bigint): readonly [bigint, bigint] {
  const first = divideRounded(P * scalar)
  const second = divideRounded(Q * scalar)
  return [scalar - (first + second) * P - second * Q, first * Q - second * P]
}

/** By the order, to the nearest number. */
function divideRounded(value: bigint): bigint {
  return (value + (ORDER >> 1n)) / ORDER
}
