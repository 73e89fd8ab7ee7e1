import { secp256k1 } from '@noble/curves/secp256k1.js'
import { encodeHex } from '../bytes/hex.ts'
import { ORDER } from '../curve/half-scalars.ts'
import { addMultiples } from '../curve/public-point.ts'
import type { RecoverableSignature } from '../ports/key-store.ts'
import { KnownPoints, type KnownPointsOptions } from './known-points.ts'
import type { Secp256k1Engine } from './secp256k1-engine.ts'

export type NobleEngineOptions = KnownPointsOptions

/** The engine of `createNobleEngine`, which can be told of keys to be fast with. */
export interface NobleEngine extends Secp256k1Engine {
  expectMore(publicKey: Uint8Array): void
  /** Makes a key's table of multiples, as if enough tokens had been expected of it: verification is then twice as fast. */
  prepare(publicKey: Uint8Array): void
  /** How many keys have a table. */
  readonly tables: number
}

/**
 * The engine that runs everywhere. Whatever touches a secret, reads a key or takes a root is `@noble/curves`, audited
 * JavaScript; the multiplications of a verification, whose numbers are all public, are ours and take a third of the time.
 * It keeps public keys parsed, and tables of multiples for those it was told to expect (`expectMore`, `prepare`); nothing
 * else between calls.
 *
 * The arithmetic takes a time that is not quite independent of the secret; a host that signs where strangers can measure
 * finely should keep keys in a device or use a native engine.
 */
export function createNobleEngine(options: NobleEngineOptions = {}): NobleEngine {
  const points = new KnownPoints(options)
  return Object.freeze<NobleEngine>({
    verify: (signature, digest, publicKey) => verify(signature, digest, publicKey, points),
    recover,
    sign,
    publicKeyOf,
    isPrivateKey,
    decompress: (publicKey) => {
      const known = points.parse(publicKey)
      return known === undefined ? undefined : secp256k1.Point.fromAffine(known.point).toBytes(false)
    },
    expectMore: (publicKey) => points.expect(publicKey),
    prepare: (publicKey) => points.prepare(publicKey),
    get tables() {
      return points.tables
    },
  })
}

/** SEC 1, section 4.1.4. */
function verify(
  signature: Uint8Array,
  digest: Uint8Array,
  publicKey: Uint8Array,
  points: KnownPoints,
): boolean {
  if (signature.length !== 64 || digest.length !== 32) return false
  const known = points.parse(publicKey)
  const parsed = known === undefined ? undefined : parseSignature(signature)
  if (known === undefined || parsed === undefined) return false
  const { Fn } = secp256k1.Point
  const inverse = Fn.inv(parsed.s)
  const ofBase = Fn.mul(Fn.create(BigInt(`0x${encodeHex(digest)}`)), inverse)
  const nonce = addMultiples(ofBase, points.base, Fn.mul(parsed.r, inverse), known)
  // The field is larger than the order, so two of its numbers may stand for r.
  return nonce.hasX(parsed.r) || nonce.hasX(parsed.r + ORDER)
}

/** Both are scalars, neither is zero. */
function parseSignature(signature: Uint8Array): { readonly r: bigint; readonly s: bigint } | undefined {
  try {
    return secp256k1.Signature.fromBytes(signature, 'compact')
  } catch {
    return undefined
  }
}

/** SEC 1, section 4.1.6, by the library: the point is new each time, so nothing that is kept would help. */
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
