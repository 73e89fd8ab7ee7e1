import { encodeBase64 } from '../bytes/base64.ts'
import { UportError } from '../errors/uport-error.ts'
import type { BoxEnvelope } from '../ports/box-keys.ts'
import {
  BOX_KEY_BYTES,
  BOX_NONCE_BYTES,
  type BoxParts,
  boxObject,
  boxPublicKey,
  decodeBoxParts,
  openNaclBox,
  plaintextBytes,
  sealNaclBox,
} from './nacl-box.ts'
import { padWithNuls, stripNuls } from './padding.ts'
import { type RandomBytes, systemRandomBytes } from './random-bytes.ts'

/** The one scheme of the current envelope (ERC-1098). */
export const BOX_VERSION = 'x25519-xsalsa20-poly1305'

/** Of an unknown version only so much is repeated in the error. */
const MAX_VERSION_LENGTH = 64

export interface SealBoxOptions {
  /** Makes the ephemeral key and the nonce. Default: the platform's generator. */
  readonly randomBytes?: RandomBytes | undefined
}

/**
 * Seals a plaintext to an x25519 public key with a fresh ephemeral key (ERC-1098). The UTF-8 bytes are padded with NUL to
 * a multiple of 64, so a reader loses the plaintext's own trailing NULs. Nobody learns who sealed it: what must be
 * authentic is signed inside.
 *
 * @param plaintext text, or bytes; up to 1 MiB less 16 bytes, padding included
 * @param recipientPublicKey 32 bytes; may come from a stranger
 * @throws UportError `BOX_MALFORMED` when the public key has another length or is of low order
 */
export function sealBox(
  plaintext: Uint8Array | string,
  recipientPublicKey: Uint8Array,
  options: SealBoxOptions = {},
): BoxEnvelope {
  const randomBytes = options.randomBytes ?? systemRandomBytes
  const ephemeralSecretKey = randomBytes(BOX_KEY_BYTES)
  try {
    return sealBoxWith(plaintext, recipientPublicKey, ephemeralSecretKey, randomBytes(BOX_NONCE_BYTES))
  } finally {
    ephemeralSecretKey.fill(0)
  }
}

/**
 * Seals with the given ephemeral key and nonce, to reproduce a known envelope. Not a public name: one pair used for two
 * messages gives both away.
 */
export function sealBoxWith(
  plaintext: Uint8Array | string,
  recipientPublicKey: Uint8Array,
  ephemeralSecretKey: Uint8Array,
  nonce: Uint8Array,
): BoxEnvelope {
  const padded = padWithNuls(plaintextBytes(plaintext))
  const ciphertext = sealNaclBox(padded, recipientPublicKey, ephemeralSecretKey, nonce)
  return Object.freeze({
    version: BOX_VERSION,
    nonce: encodeBase64(nonce),
    ephemPublicKey: encodeBase64(boxPublicKey(ephemeralSecretKey)),
    ciphertext: encodeBase64(ciphertext),
  })
}

/**
 * Reads an envelope that a stranger sent. Base64 may lack its padding, as some old peers write it; unknown members are
 * dropped.
 *
 * @returns a frozen envelope whose sizes are right: nonce 24 bytes, key 32, ciphertext 16 to 1 MiB
 * @throws UportError `BOX_UNSUPPORTED_VERSION` (also without a version: see `parseLegacyBox`), `BOX_MALFORMED`
 */
export function parseBoxEnvelope(value: unknown): BoxEnvelope {
  const envelope = boxObject(value)
  const { nonce, senderKey, ciphertext } = decodeEnvelope(envelope)
  return Object.freeze({
    version: BOX_VERSION,
    nonce: encodeBase64(nonce),
    ephemPublicKey: encodeBase64(senderKey),
    ciphertext: encodeBase64(ciphertext),
  })
}

/**
 * Opens an envelope, which may be hostile, and strips the padding.
 *
 * @param secretKey 32 bytes
 * @throws UportError `BOX_UNSUPPORTED_VERSION`, `BOX_MALFORMED`, `BOX_OPEN_FAILED`
 */
export function openBox(envelope: BoxEnvelope, secretKey: Uint8Array): Uint8Array {
  return stripNuls(openNaclBox(decodeEnvelope(boxObject(envelope)), secretKey))
}

function decodeEnvelope(envelope: Readonly<Record<string, unknown>>): BoxParts {
  const version = envelope['version']
  if (version !== BOX_VERSION) {
    throw new UportError('BOX_UNSUPPORTED_VERSION', `The box is not of the scheme ${BOX_VERSION}`, {
      data: { version: typeof version === 'string' ? version.slice(0, MAX_VERSION_LENGTH) : '' },
    })
  }
  return decodeBoxParts(envelope, 'ephemPublicKey')
}
