import { asciiText, codeTable, digitTable } from './ascii.ts'

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const CODES = codeTable(ALPHABET)
const DIGITS = digitTable(ALPHABET)

/** Encoding works in limbs of five base58 digits, 16 bits at a time: every product stays below 2^53. */
const ENCODE_LIMB = 58 ** 5
/** Decoding works in limbs of 24 bits, four digits at a time. */
const DECODE_LIMB = 2 ** 24
const POWERS = [1, 58, 58 ** 2, 58 ** 3, 58 ** 4] as const

/** What decoding reads unless told otherwise: every key, hash and identifier in use is shorter. */
const DEFAULT_MAX_BYTES = 128

/**
 * Base58 with Bitcoin's alphabet; a leading zero byte becomes a leading `1`. Meant for identifiers: the work grows with
 * the square of the length.
 */
export function encodeBase58(bytes: Uint8Array): string {
  const zeros = countLeading(bytes.length, (index) => bytes[index] === 0)
  const limbs = toEncodeLimbs(bytes, zeros)
  const codes = new Uint8Array(zeros + limbs.length * 5)
  let position = codes.length
  for (const limb of limbs) {
    let rest = limb
    for (let digit = 0; digit < 5; digit++) {
      const quotient = Math.floor(rest / 58)
      codes[--position] = CODES[rest - quotient * 58]!
      rest = quotient
    }
  }
  // The highest limb may begin with zero digits, which are no zero bytes: move the true ones in front of the first digit.
  const digits = codes.subarray(zeros)
  const padding = countLeading(digits.length, (index) => digits[index] === CODES[0])
  codes.fill(CODES[0]!, padding, padding + zeros)
  return asciiText(codes.subarray(padding))
}

/**
 * Decodes base58 with Bitcoin's alphabet.
 *
 * @param maxBytes refuses what would decode to more bytes, before any work is done
 * @returns `undefined` where a character is outside the alphabet or the text is too long
 */
export function decodeBase58(text: string, maxBytes: number = DEFAULT_MAX_BYTES): Uint8Array | undefined {
  // A byte takes 1.37 digits, a leading zero byte one: 7 digits for 5 bytes is never exceeded by what fits.
  if (text.length > Math.ceil(maxBytes * 1.4)) return undefined
  const zeros = countLeading(text.length, (index) => text.charCodeAt(index) === CODES[0])
  const limbs = toDecodeLimbs(text, zeros)
  if (limbs === undefined) return undefined
  const size = zeros + byteLength(limbs)
  return size > maxBytes ? undefined : fromDecodeLimbs(limbs, size)
}

function countLeading(length: number, matches: (index: number) => boolean): number {
  let count = 0
  while (count < length && matches(count)) count++
  return count
}

/** Base 58^5, lowest limb first. */
function toEncodeLimbs(bytes: Uint8Array, start: number): number[] {
  const limbs: number[] = []
  let index = start
  while (index < bytes.length) {
    const single = (bytes.length - index) % 2 === 1
    let carry = single ? bytes[index]! : bytes[index]! * 256 + bytes[index + 1]!
    const factor = single ? 256 : 65536
    index += single ? 1 : 2
    for (let limb = 0; limb < limbs.length; limb++) {
      const value = limbs[limb]! * factor + carry
      carry = Math.floor(value / ENCODE_LIMB)
      limbs[limb] = value - carry * ENCODE_LIMB
    }
    if (carry > 0) limbs.push(carry)
  }
  return limbs
}

/** Base 2^24, lowest limb first; `undefined` where a character is no digit. */
function toDecodeLimbs(text: string, start: number): number[] | undefined {
  const limbs: number[] = []
  let index = start
  while (index < text.length) {
    const count = (text.length - index) % 4 || 4
    let carry = 0
    for (const end = index + count; index < end; index++) {
      const digit = DIGITS[text.charCodeAt(index)] ?? 255
      if (digit === 255) return undefined
      carry = carry * 58 + digit
    }
    const factor = POWERS[count]!
    for (let limb = 0; limb < limbs.length; limb++) {
      const value = limbs[limb]! * factor + carry
      carry = Math.floor(value / DECODE_LIMB)
      limbs[limb] = value - carry * DECODE_LIMB
    }
    if (carry > 0) limbs.push(carry)
  }
  return limbs
}

function byteLength(limbs: readonly number[]): number {
  const top = limbs.at(-1)
  if (top === undefined) return 0
  return (limbs.length - 1) * 3 + (top > 0xffff ? 3 : top > 0xff ? 2 : 1)
}

function fromDecodeLimbs(limbs: readonly number[], size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let position = size
  for (const limb of limbs) {
    // Writes before index 0 fall outside the typed array; the bits there are zero.
    bytes[--position] = limb
    bytes[--position] = limb >>> 8
    bytes[--position] = limb >>> 16
  }
  return bytes
}
