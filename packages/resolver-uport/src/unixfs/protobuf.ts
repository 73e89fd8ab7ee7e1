/**
 * What an IPFS file needs of the Protocol Buffers encoding, written by hand: unsigned varints and what goes before a field's
 * value, in the fixed order that the network hashes. In plain arrays: a handful of bytes is sooner in one than a typed one is made.
 */

const VARINT_TYPE = 0
const BYTES_TYPE = 2

/** The base-128 varint of a safe, non-negative integer. */
export function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  // Arithmetic, not shifts: sizes pass 32 bits.
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
  return bytes
}

/** A field that holds an unsigned integer. */
export function varintField(field: number, value: number): number[] {
  return [...varint(field * 8 + VARINT_TYPE), ...varint(value)]
}

/** What goes before the value of a field that holds so many bytes, or an embedded message of that length. */
export function bytesHead(field: number, length: number): number[] {
  return [...varint(field * 8 + BYTES_TYPE), ...varint(length)]
}
