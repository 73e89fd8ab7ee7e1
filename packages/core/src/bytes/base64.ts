import { charCodes, digitTable } from './ascii.ts'
import { decodeSextets, encodeSextets } from './sextets.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const CODES = charCodes(ALPHABET)
const DIGITS = digitTable(ALPHABET)

/** Standard Base64 with padding (RFC 4648, section 4). */
export function encodeBase64(bytes: Uint8Array): string {
  const text = encodeSextets(bytes, CODES)
  return text.length % 4 === 0 ? text : text + (text.length % 4 === 2 ? '==' : '=')
}

/**
 * Decodes standard Base64 (RFC 4648, section 4). Padding may be absent as a whole, because some old peers leave it out,
 * but where it is present it must be right; unused bits may be set, white space may not occur.
 *
 * @returns `undefined` where the text is malformed
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  let length = text.length
  if (text.endsWith('=')) {
    if (length % 4 !== 0) return undefined
    length -= text.endsWith('==') ? 2 : 1
  }
  return decodeSextets(text, length, DIGITS, false)
}
