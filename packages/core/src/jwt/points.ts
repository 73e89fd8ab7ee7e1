import { keccak256 } from '../bytes/hash.ts'
import { encodeHex } from '../bytes/hex.ts'

/** The compressed form (33 bytes) of an uncompressed SEC 1 point (65 bytes, section 2.3.3). */
export function compressPoint(point: Uint8Array): Uint8Array {
  const compressed = point.slice(0, 33)
  compressed[0] = 2 + (point[64]! & 1)
  return compressed
}

/** The Ethereum address of an uncompressed point (65 bytes): `0x` and 40 lower-case hex digits. */
export function pointToAddress(point: Uint8Array): string {
  return `0x${encodeHex(keccak256(point.subarray(1))).slice(24)}`
}
