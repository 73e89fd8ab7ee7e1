import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { RecoverableSignature } from '../ports/key-store.ts'
import type { Secp256k1Engine } from './secp256k1-engine.ts'

/**
 * The engine that runs everywhere: `@noble/curves`, audited JavaScript. It keeps nothing between calls.
 *
 * Its arithmetic takes a time that is not quite independent of the secret; a host that signs where strangers can measure
 * finely should keep keys in a device or use a native engine.
 */
export function createNobleEngine(): Secp256k1Engine {
  return Object.freeze({ verify, recover, sign, publicKeyOf, isPrivateKey, decompress })
}

function verify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || digest.length !== 32) return false
  return secp256k1.verify(signature, digest, publicKey, { prehash: false, lowS: false, format: 'compact' })
}

function recover(signature: Uint8Array, recovery: 0 | 1, digest: Uint8Array): Uint8Array | undefined {
  if (signature.length !== 64 || digest.length !== 32 || (recovery !== 0 && recovery !== 1)) return undefined
  try {
    const parsed = secp256k1.Signature.fromBytes(signature, 'compact').addRecoveryBit(recovery)
    return parsed.recoverPublicKey(digest).toBytes(false)
  } catch {
    return undefined
  }
}

function sign(digest: Uint8Array, privateKey: Uint8Array): RecoverableSignature {
  if (digest.length !== 32) throw new TypeError('A digest to sign must be 32 bytes')
  requirePrivateKey(privateKey)
  const signature = secp256k1.sign(digest, privateKey, { prehash: false, lowS: true, format: 'recovered' })
  // With low S the nonce point's x is below the order but for a chance of 2^-127: recovery ids 2 and 3 do not occur.
  const recovery = (signature[0]! & 1) as 0 | 1
  return { r: signature.slice(1, 33), s: signature.slice(33, 65), recovery }
}

function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  requirePrivateKey(privateKey)
  return secp256k1.getPublicKey(privateKey, true)
}

function requirePrivateKey(privateKey: Uint8Array): void {
  if (!isPrivateKey(privateKey)) {
    throw new TypeError(
      'A private key must be 32 bytes and a scalar from 1 to the order of secp256k1 less one',
    )
  }
}

function isPrivateKey(bytes: Uint8Array): boolean {
  return bytes.length === 32 && secp256k1.utils.isValidSecretKey(bytes)
}

function decompress(publicKey: Uint8Array): Uint8Array | undefined {
  try {
    const point = secp256k1.Point.fromBytes(publicKey)
    return point.is0() ? undefined : point.toBytes(false)
  } catch {
    return undefined
  }
}
