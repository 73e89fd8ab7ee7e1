import { decodeBase64 } from '../bytes/base64.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import { hsalsa20, openSecretbox, sealSecretbox } from './secretbox.ts'
import { x25519, x25519PublicKey } from './x25519.ts'

export const BOX_KEY_BYTES = 32
export const BOX_NONCE_BYTES = 24
const TAG_BYTES = 16

/**
 * The largest ciphertext that is sealed or opened: 1 MiB. A message relay stores 64 KiB; the rest is room for transports
 * without one.
 */
export const MAX_BOX_BYTES = 2 ** 20

/** What a box is opened with, decoded and of the right sizes. */
export interface BoxParts {
  readonly senderKey: Uint8Array
  readonly nonce: Uint8Array
  readonly ciphertext: Uint8Array
}

/** The x25519 public key of a 32-byte secret key. */
export function boxPublicKey(secretKey: Uint8Array): Uint8Array {
  return x25519PublicKey(assertSecretKey(secretKey))
}

/** Throws a TypeError unless these are 32 bytes. */
function assertSecretKey(secretKey: Uint8Array): Uint8Array {
  if (!(secretKey instanceof Uint8Array) || secretKey.length !== BOX_KEY_BYTES) {
    throw new TypeError('secretKey must be a Uint8Array of 32 bytes')
  }
  return secretKey
}

/** NaCl `box`: X25519, XSalsa20 and Poly1305. */
export function sealNaclBox(
  plaintext: Uint8Array,
  recipientKey: Uint8Array,
  secretKey: Uint8Array,
  nonce: Uint8Array,
): Uint8Array {
  if (plaintext.length > MAX_BOX_BYTES - TAG_BYTES) {
    throw new TypeError(`plaintext must not exceed ${MAX_BOX_BYTES - TAG_BYTES} bytes with its padding`)
  }
  const key = sharedKey(recipientKey, assertSecretKey(secretKey))
  try {
    return sealSecretbox(plaintext, nonce, key)
  } finally {
    key.fill(0)
  }
}

/** The inverse. @throws UportError `BOX_OPEN_FAILED`, `BOX_MALFORMED` (key of low order) */
export function openNaclBox(parts: BoxParts, secretKey: Uint8Array): Uint8Array {
  const key = sharedKey(parts.senderKey, assertSecretKey(secretKey))
  try {
    const plaintext = openSecretbox(parts.ciphertext, parts.nonce, key)
    if (plaintext !== undefined) return plaintext
    throw new UportError(
      'BOX_OPEN_FAILED',
      'The box does not open: it was sealed for another key, or altered',
    )
  } finally {
    key.fill(0)
  }
}

/** A plaintext as bytes. @throws TypeError when it is neither text nor bytes */
export function plaintextBytes(plaintext: Uint8Array | string): Uint8Array {
  if (typeof plaintext === 'string') return encodeUtf8(plaintext)
  if (plaintext instanceof Uint8Array) return plaintext
  throw new TypeError('plaintext must be a string or a Uint8Array')
}

/** A value as an object whose members can be looked at. @throws UportError `BOX_MALFORMED` */
export function boxObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw malformedBox('it is not a JSON object')
}

/** Decodes the members of either wire form. @throws UportError `BOX_MALFORMED` */
export function decodeBoxParts(value: Readonly<Record<string, unknown>>, senderMember: string): BoxParts {
  return {
    nonce: decodeMember(value, 'nonce', BOX_NONCE_BYTES, BOX_NONCE_BYTES),
    senderKey: decodeMember(value, senderMember, BOX_KEY_BYTES, BOX_KEY_BYTES),
    ciphertext: decodeMember(value, 'ciphertext', TAG_BYTES, MAX_BOX_BYTES),
  }
}

function malformedBox(reason: string): UportError<'BOX_MALFORMED'> {
  return new UportError('BOX_MALFORMED', `The box is malformed: ${reason}`, { data: { reason } })
}

function decodeMember(
  value: Readonly<Record<string, unknown>>,
  name: string,
  minBytes: number,
  maxBytes: number,
): Uint8Array {
  const text = value[name]
  if (typeof text !== 'string') throw malformedBox(`${name} is missing or not a string`)
  // Looked at before decoding, so that an endless text costs nothing.
  if (text.length > Math.ceil(maxBytes / 3) * 4) throw malformedBox(`${name} is too long`)
  const bytes = decodeBase64(text)
  if (bytes === undefined) throw malformedBox(`${name} is not Base64`)
  if (bytes.length < minBytes || bytes.length > maxBytes) throw malformedBox(`${name} has the wrong length`)
  return bytes
}

function sharedKey(publicKey: Uint8Array, secretKey: Uint8Array): Uint8Array {
  if (!(publicKey instanceof Uint8Array) || publicKey.length !== BOX_KEY_BYTES) {
    throw malformedBox('the public key is not 32 bytes')
  }
  const shared = sharedSecret(publicKey, secretKey)
  try {
    return hsalsa20(shared, new Uint8Array(16))
  } finally {
    shared.fill(0)
  }
}

/**
 * A public key of low order leads to the same secret with every secret key, so that anybody could open or forge such a box
 * (RFC 7748, section 6.1).
 */
function sharedSecret(publicKey: Uint8Array, secretKey: Uint8Array): Uint8Array {
  try {
    return x25519(secretKey, publicKey)
  } catch {
    throw malformedBox('the public key is of low order')
  }
}
