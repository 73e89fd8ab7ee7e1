import { concatBytes } from '../bytes/concat.ts'
import { equalBytes } from '../bytes/equal.ts'

/** `SEQUENCE { OID id-ecPublicKey (1.2.840.10045.2.1), OID secp256k1 (1.3.132.0.10) }`. */
const ALGORITHM = Uint8Array.of(
  0x30,
  0x10,
  0x06,
  0x07,
  0x2a,
  0x86,
  0x48,
  0xce,
  0x3d,
  0x02,
  0x01,
  0x06,
  0x05,
  0x2b,
  0x81,
  0x04,
  0x00,
  0x0a,
)

/** Before the point: outer SEQUENCE and its length, the algorithm, BIT STRING and its length, no unused bits. */
function prefix(pointLength: number): Uint8Array {
  const bitString = Uint8Array.of(0x03, pointLength + 1, 0x00)
  const content = ALGORITHM.length + bitString.length + pointLength
  return concatBytes(Uint8Array.of(0x30, content), ALGORITHM, bitString)
}

const PREFIXES: readonly (readonly [number, Uint8Array])[] = [
  [65, prefix(65)],
  [33, prefix(33)],
]

/**
 * Reads a secp256k1 public key as devices return it: DER of `SubjectPublicKeyInfo` (RFC 5480, section 2) with the named
 * curve. DER has one spelling, so everything but the point is compared byte for byte.
 *
 * @returns the point, 33 or 65 bytes, not yet checked to be on the curve; `undefined` for another key, curve or spelling
 */
export function parseSpki(spki: Uint8Array): Uint8Array | undefined {
  for (const [pointLength, expected] of PREFIXES) {
    if (spki.length !== expected.length + pointLength) continue
    return equalBytes(spki.subarray(0, expected.length), expected) ? spki.slice(expected.length) : undefined
  }
  return undefined
}
