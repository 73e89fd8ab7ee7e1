import { ed25519 } from '@noble/curves/ed25519.js'

/**
 * The x25519 key of whoever holds an Ed25519 key: the birational map of RFC 7748, section 4.1.
 *
 * @returns 32 bytes; `undefined` where the bytes are no point of the curve, or one of small order
 */
export function toX25519(publicKey: Uint8Array): Uint8Array | undefined {
  try {
    if (ed25519.Point.fromBytes(publicKey).isSmallOrder()) return undefined
    return ed25519.utils.toMontgomery(publicKey)
  } catch {
    return undefined
  }
}
