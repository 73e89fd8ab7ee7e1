import { encodeBase64 } from '../bytes/base64.ts'
import type { SealBoxOptions } from './box.ts'
import {
  BOX_KEY_BYTES,
  BOX_NONCE_BYTES,
  boxObject,
  boxPublicKey,
  decodeBoxParts,
  openNaclBox,
  plaintextBytes,
  sealNaclBox,
} from './nacl-box.ts'
import { systemRandomBytes } from './random-bytes.ts'

/** A box in the wire form used before mid 2018: without a version. All members standard Base64. */
export interface LegacyBox {
  /** The sender's ephemeral public key. */
  readonly from: string
  readonly nonce: string
  readonly ciphertext: string
}

/**
 * Seals for a wallet from before mid 2018. The plaintext is not padded: push messages of that time go through
 * `padWithSpaces` first.
 *
 * @param recipientPublicKey 32 bytes; may come from a stranger
 * @throws UportError `BOX_MALFORMED` when the public key has another length or is of low order
 */
export function sealLegacyBox(
  plaintext: Uint8Array | string,
  recipientPublicKey: Uint8Array,
  options: SealBoxOptions = {},
): LegacyBox {
  const randomBytes = options.randomBytes ?? systemRandomBytes
  const secretKey = randomBytes(BOX_KEY_BYTES)
  const nonce = randomBytes(BOX_NONCE_BYTES)
  try {
    const ciphertext = sealNaclBox(plaintextBytes(plaintext), recipientPublicKey, secretKey, nonce)
    return Object.freeze({
      from: encodeBase64(boxPublicKey(secretKey)),
      nonce: encodeBase64(nonce),
      ciphertext: encodeBase64(ciphertext),
    })
  } finally {
    secretKey.fill(0)
  }
}

/**
 * Reads a legacy box that a stranger sent.
 *
 * @returns a frozen box whose sizes are right
 * @throws UportError `BOX_MALFORMED`
 */
export function parseLegacyBox(value: unknown): LegacyBox {
  const { nonce, senderKey, ciphertext } = decodeBoxParts(boxObject(value), 'from')
  return Object.freeze({
    from: encodeBase64(senderKey),
    nonce: encodeBase64(nonce),
    ciphertext: encodeBase64(ciphertext),
  })
}

/**
 * Opens a legacy box, which may be hostile. Nothing is stripped: the scheme has no padding of its own.
 *
 * @param secretKey 32 bytes
 * @throws UportError `BOX_MALFORMED`, `BOX_OPEN_FAILED`
 */
export function openLegacyBox(box: LegacyBox, secretKey: Uint8Array): Uint8Array {
  return openNaclBox(decodeBoxParts(boxObject(box), 'from'), secretKey)
}
