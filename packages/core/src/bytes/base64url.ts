import { codeTable, digitTable } from './ascii.ts'
import { findPlatformBase64url } from './platform-base64url.ts'
import { decodeSextets, encodeSextets } from './sextets.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const CODES = codeTable(ALPHABET)
const DIGITS = digitTable(ALPHABET)

const decodeOnPlatform = findPlatformBase64url()
/** Shorter texts are read before the platform has begun. */
const LEAST_FOR_PLATFORM = 48

/** Base64url without padding (RFC 4648, section 5, as RFC 7515 uses it). */
export function encodeBase64url(bytes: Uint8Array): string {
  return encodeSextets(bytes, CODES)
}

/**
 * Decodes canonical base64url: no padding, no white space, unused bits zero. Exactly one text decodes to given bytes,
 * so what was signed or hashed as text has no second spelling.
 *
 * @returns `undefined` where the text is malformed or not canonical
 */
export function decodeBase64url(text: string): Uint8Array | undefined {
  if (decodeOnPlatform !== undefined && text.length >= LEAST_FOR_PLATFORM) return decodeOnPlatform(text)
  return decodeSextets(text, text.length, DIGITS, true)
}
