import { concatBytes } from '@uport-kit/core'

/**
 * The two messages of the Protocol Buffers encoding that an IPFS file needs, written by hand: unsigned varints and
 * length-delimited fields, in the fixed order that the network hashes.
 */

const VARINT_TYPE = 0
const BYTES_TYPE = 2

/** The base-128 varint of a safe, non-negative integer. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  // Arithmetic, not shifts: sizes pass 32 bits.
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}

/** A field that holds an unsigned integer. */
export function varintField(field: number, value: number): Uint8Array {
  return concatBytes(varint(field * 8 + VARINT_TYPE), varint(value))
}

/** A field that holds bytes, or an embedded message. */
export function bytesField(field: number, value: Uint8Array): Uint8Array {
  return concatBytes(varint(field * 8 + BYTES_TYPE), varint(value.length), value)
}
