/** Bits that half of a scalar has at most, and one for the carry of what stands below. */
export const DIGITS = 130

/** Bits of a part of a number. */
const PART = 16

/**
 * A number below 2^128 in signed digits (wNAF): each is zero or odd and between -2^(width - 1) and 2^(width - 1), and of
 * `width` neighbours at most one is not zero. The lowest is first.
 *
 * @param width from 2 to 8
 */
export function signedDigits(value: bigint, width: number): Int8Array {
  const parts = partsOf(value)
  const digits = new Int8Array(DIGITS)
  let carry = 0
  for (let bit = 0; bit < DIGITS; ) {
    if ((readBits(parts, bit, 1) ^ carry) === 0) {
      bit++
      continue
    }
    const window = readBits(parts, bit, width) + carry
    carry = window >> (width - 1)
    digits[bit] = window - (carry << width)
    bit += width
  }
  return digits
}

function partsOf(value: bigint): readonly number[] {
  return Array.from({ length: 10 }, (_, index) => Number((value >> BigInt(index * PART)) & 0xffffn))
}

function readBits(parts: readonly number[], bit: number, count: number): number {
  const index = bit >> 4
  const both = parts[index]! | (parts[index + 1]! << PART)
  return (both >>> (bit & 15)) & ((1 << count) - 1)
}
