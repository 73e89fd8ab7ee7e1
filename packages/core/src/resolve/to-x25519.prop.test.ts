import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeHex } from '../bytes/hex.ts'
import { toX25519 } from './to-x25519.ts'

/** By the audited library. */
function byLibrary(publicKey: Uint8Array): Uint8Array | undefined {
  try {
    if (ed25519.Point.fromBytes(publicKey).isSmallOrder()) return undefined
    return ed25519.utils.toMontgomery(publicKey)
  } catch {
    return undefined
  }
}
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('an Ed25519 key as x25519', () => {
  it('is what the audited library says', () => {
    fc.assert(
      fc.property(bytes32, (secret) => {
        const publicKey = ed25519.getPublicKey(secret)
        expect(toX25519(publicKey)).toEqual(byLibrary(publicKey))
        expect(toX25519(publicKey)).toHaveLength(32)
      }),
      { numRuns: 30 },
    )
  })

  it('is refused where the library refuses: off the curve, not reduced, of another length', () => {
    const high = fc
      .integer({ min: 0, max: 19 })
      .map((low) => Uint8Array.of(0xed - 19 + low, ...new Array(30).fill(255), 0x7f))
    const signed = fc.tuple(fc.oneof(bytes32, high), fc.boolean()).map(([bytes, sign]) => {
      const copy = bytes.slice()
      if (sign) copy[31]! |= 0x80
      return copy
    })
    fc.assert(
      fc.property(fc.oneof(signed, fc.uint8Array({ maxLength: 40 })), (bytes) => {
        expect(toX25519(bytes)).toEqual(byLibrary(bytes))
      }),
      { numRuns: 150 },
    )
  })

  it('is refused for every point of small order, with either sign', () => {
    expect(ED25519_TORSION_SUBGROUP).toHaveLength(8)
    for (const hex of ED25519_TORSION_SUBGROUP) {
      const point = decodeHex(hex)!
      expect(toX25519(point)).toBe(undefined)
      point[31]! ^= 0x80
      expect(toX25519(point)).toBe(undefined)
    }
  })
})
