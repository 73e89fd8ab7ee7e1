import { asciiText } from './ascii.ts'

/** Bytes as characters of six bits each (RFC 4648), unpadded, in the alphabet of `codes`. */
export function encodeSextets(bytes: Uint8Array, codes: Uint8Array): string {
  const output = new Uint8Array(Math.ceil((bytes.length * 4) / 3))
  const whole = bytes.length - (bytes.length % 3)
  let position = 0
  let index = 0
  for (; index < whole; index += 3) {
    const group = (bytes[index]! << 16) | (bytes[index + 1]! << 8) | bytes[index + 2]!
    output[position++] = codes[group >>> 18]!
    output[position++] = codes[(group >>> 12) & 63]!
    output[position++] = codes[(group >>> 6) & 63]!
    output[position++] = codes[group & 63]!
  }
  if (index < bytes.length) {
    const group = (bytes[index]! << 16) | ((bytes[index + 1] ?? 0) << 8)
    output[position++] = codes[group >>> 18]!
    output[position++] = codes[(group >>> 12) & 63]!
    if (position < output.length) output[position] = codes[(group >>> 6) & 63]!
  }
  return asciiText(output)
}

/**
 * The inverse, over the first `length` characters of `text`.
 *
 * @param canonical refuses text whose unused last bits are set
 * @returns `undefined` where a character is no digit or the length is impossible
 */
export function decodeSextets(
  text: string,
  length: number,
  digits: Uint8Array,
  canonical: boolean,
): Uint8Array | undefined {
  const rest = length % 4
  if (rest === 1) return undefined
  const bytes = new Uint8Array(Math.floor((length * 3) / 4))
  const whole = length - rest
  // A digit is below 64 and everything else reads as 255, so one look at the collected bits finds any stranger.
  let seen = 0
  let position = 0
  let index = 0
  for (; index < whole; index += 4) {
    const a = digits[text.charCodeAt(index)] ?? 255
    const b = digits[text.charCodeAt(index + 1)] ?? 255
    const c = digits[text.charCodeAt(index + 2)] ?? 255
    const d = digits[text.charCodeAt(index + 3)] ?? 255
    seen |= a | b | c | d
    bytes[position++] = (a << 2) | (b >>> 4)
    bytes[position++] = (b << 4) | (c >>> 2)
    bytes[position++] = (c << 6) | d
  }
  if (rest > 0) {
    const a = digits[text.charCodeAt(index)] ?? 255
    const b = digits[text.charCodeAt(index + 1)] ?? 255
    const c = rest === 3 ? (digits[text.charCodeAt(index + 2)] ?? 255) : 0
    seen |= a | b | c
    bytes[position++] = (a << 2) | (b >>> 4)
    if (rest === 3) bytes[position] = (b << 4) | (c >>> 2)
    if (canonical && (rest === 2 ? b & 15 : c & 3) !== 0) return undefined
  }
  return seen > 63 ? undefined : bytes
}
