import { asciiText, charCodes, digitTable } from './ascii.ts'

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const CODES = charCodes(ALPHABET)
const DIGITS = digitTable(ALPHABET)

/** Encoding works in limbs of five base58 digits, 16 bits at a time: every product stays below 2^53. */
const ENCODE_LIMB = 58 ** 5
const ENCODE_INVERSE = 1 / ENCODE_LIMB
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
  let zeros = 0
  while (bytes[zeros] === 0) zeros++
  const limbs = toEncodeLimbs(bytes, zeros)
  let top = limbs.length - 1
  while (top > 0 && limbs[top] === 0) top--
  let position = zeros + top * 5
  for (let rest = limbs[top]!; rest > 0; rest = (rest / 58) | 0) position++
  // Plain arrays: for so few numbers the engines make and read them faster than typed ones.
  const codes = new Array<number>(position)
  for (let index = 0; index <= top; index++) {
    let rest = limbs[index]!
    // What is left of the highest limb is zero, and what stands before it are the digits of zero bytes.
    for (const end = index < top ? position - 5 : 0; position > end; ) {
      const quotient = (rest / 58) | 0
      codes[--position] = CODES[rest - quotient * 58]!
      rest = quotient
    }
  }
  // A call takes only so many arguments.
  return codes.length < 1024 ? String.fromCharCode(...codes) : asciiText(Uint8Array.from(codes))
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
  let zeros = 0
  while (text.charCodeAt(zeros) === CODES[0]) zeros++
  const limbs = toDecodeLimbs(text, zeros)
  if (limbs === undefined) return undefined
  const size = zeros + byteLength(limbs)
  return size > maxBytes ? undefined : fromDecodeLimbs(limbs, size)
}

/** Base 58^5, lowest limb first; the highest ones may be zero. */
function toEncodeLimbs(bytes: Uint8Array, start: number): number[] {
  // The first five or six bytes are one number, so that pairs are left.
  const headEnd = Math.min(bytes.length, start + 6 - ((bytes.length - start) % 2))
  let head = 0
  let index = start
  for (; index < headEnd; index++) head = head * 256 + bytes[index]!
  const high = Math.floor(head / ENCODE_LIMB)
  const limbs = [head - high * ENCODE_LIMB, high]
  for (; index < bytes.length; index += 2) {
    let carry = bytes[index]! * 256 + bytes[index + 1]!
    for (let limb = 0; limb < limbs.length; limb++) {
      const value = limbs[limb]! * 65536 + carry
      // A multiplication takes a third of a division's time. Half of one more keeps it off the whole numbers, where it
      // could be one too low: what it is inexact by is a fiftieth of that.
      carry = Math.floor((value + 0.5) * ENCODE_INVERSE)
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
