import type { RecoverableSignature } from '../ports/key-store.ts'

/**
 * The arithmetic of ECDSA over secp256k1 (SEC 1, SEC 2), so that a server may put a native library in its place. Every
 * call is synchronous and pure as far as a caller can see; an engine may keep what it parsed from public keys. Signatures
 * are 64 bytes, `r` then `s`, big-endian ("compact"); digests are 32 bytes and are not hashed again.
 */
export interface Secp256k1Engine {
  /**
   * Whether the signature is one of this key over this digest. Both values of `s` count, because tokens of the original
   * signers carry either.
   *
   * @param publicKey SEC 1 point, 33 or 65 bytes
   * @returns `false` also where a part is malformed: wrong lengths, `r` or `s` zero or not below the curve's order, a
   * point that is not on the curve. Never throws
   */
  verify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean
  /**
   * The key that made the signature (SEC 1, section 4.1.6).
   *
   * @param recovery 1 where the nonce point's y is odd
   * @returns the point in 65 bytes, uncompressed; `undefined` where no key fits. Never throws
   */
  recover(signature: Uint8Array, recovery: 0 | 1, digest: Uint8Array): Uint8Array | undefined
  /**
   * Signs with the deterministic nonce of RFC 6979 (SHA-256); `s` is in the lower half of the order.
   *
   * @throws TypeError where the digest is not 32 bytes or `isPrivateKey(privateKey)` is false
   */
  sign(digest: Uint8Array, privateKey: Uint8Array): RecoverableSignature
  /**
   * The public key of a private key: 33 bytes, compressed.
   *
   * @throws TypeError where `isPrivateKey(privateKey)` is false
   */
  publicKeyOf(privateKey: Uint8Array): Uint8Array
  /** Whether the bytes are 32 and a scalar from 1 to the order less one. */
  isPrivateKey(bytes: Uint8Array): boolean
  /**
   * The uncompressed form (65 bytes) of a SEC 1 point in 33 or 65 bytes.
   *
   * @returns `undefined` where the bytes are no point of the curve, or the point at infinity
   */
  decompress(publicKey: Uint8Array): Uint8Array | undefined
  /**
   * Told that a token by this key passed every rule of a verifier that expects more of them. An engine may prepare for
   * them; one that has nothing to prepare leaves this out.
   */
  expectMore?(publicKey: Uint8Array): void
}

/**
 * What verifying tokens asks of an engine, which may answer later: one that shares the work among threads does. Every
 * `Secp256k1Engine` is one.
 */
export interface DeferrableEngine {
  /** As `Secp256k1Engine.verify`. */
  verify(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean | Promise<boolean>
  /** As `Secp256k1Engine.recover`. */
  recover(
    signature: Uint8Array,
    recovery: 0 | 1,
    digest: Uint8Array,
  ): Uint8Array | undefined | Promise<Uint8Array | undefined>
  /** As `Secp256k1Engine.expectMore`. */
  expectMore?(publicKey: Uint8Array): void
}
