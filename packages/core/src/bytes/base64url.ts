import { charCodes, digitTable } from './ascii.ts'
import { platformBase64url } from './platform.ts'
import { decodeSextets, encodeSextets } from './sextets.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const CODES = charCodes(ALPHABET)
const DIGITS = digitTable(ALPHABET)

/** Shorter texts are read before the platform has begun. A signature is. */
const LEAST_FOR_PLATFORM = 96

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
  if (platformBase64url === undefined || text.length < LEAST_FOR_PLATFORM) return decodePortably(text)
  const bytes = platformBase64url(text)
  // The platform's buffers also cut themselves otherwise than arrays do.
  return bytes && new Uint8Array(bytes)
}

/** As `decodeBase64url`, for a reader that keeps nothing: the bytes may be a view of memory that others share. */
export function viewBase64url(text: string): Uint8Array | undefined {
  if (platformBase64url === undefined || text.length < LEAST_FOR_PLATFORM) return decodePortably(text)
  return platformBase64url(text)
}

function decodePortably(text: string): Uint8Array | undefined {
  return decodeSextets(text, text.length, DIGITS, true)
}
