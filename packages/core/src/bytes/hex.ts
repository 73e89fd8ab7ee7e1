import { asciiText, charCodes } from './ascii.ts'

const CODES = charCodes('0123456789abcdef')

/** Whether hex text starts with `0x`: it must, it may, or it must not. */
export type HexPrefix = 'required' | 'optional' | 'none'

export interface DecodeHexOptions {
  /** Default `'optional'`. */
  readonly prefix?: HexPrefix | undefined
}

/** Lower-case hex without `0x`. */
export function encodeHex(bytes: Uint8Array): string {
  const codes = new Uint8Array(bytes.length * 2)
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index]!
    codes[index * 2] = CODES[byte >>> 4]!
    codes[index * 2 + 1] = CODES[byte & 15]!
  }
  return asciiText(codes)
}

/**
 * Decodes hex of any case, whole bytes only.
 *
 * @returns `undefined` where the text is malformed or breaks the rule for its prefix
 */
export function decodeHex(text: string, options?: DecodeHexOptions): Uint8Array | undefined {
  const prefix = options?.prefix
  const prefixed = text.startsWith('0x')
  if (prefixed ? prefix === 'none' : prefix === 'required') return undefined
  const start = prefixed ? 2 : 0
  if ((text.length - start) % 2 !== 0) return undefined
  const bytes = new Uint8Array((text.length - start) / 2)
  return readHex(text, start, bytes, 0) ? bytes : undefined
}

/**
 * Reads the digits of a text from `start` on into bytes from `position` on. Of an odd number of digits the first is a byte.
 *
 * @returns whether they are digits
 */
export function readHex(text: string, start: number, bytes: Uint8Array, position: number): boolean {
  for (let index = start - ((text.length - start) % 2); index < text.length; index += 2) {
    const high = index < start ? 0 : nibble(text.charCodeAt(index))
    const low = nibble(text.charCodeAt(index + 1))
    if (high < 0 || low < 0) return false
    bytes[position++] = (high << 4) | low
  }
  return true
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const lower = code | 32
  return lower >= 97 && lower <= 102 && code < 128 ? lower - 87 : -1
}
