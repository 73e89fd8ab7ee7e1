import type { JsonObject } from './json.ts'
import type { Options } from './options.ts'

/** A public key that a store can sign with. */
export interface PublicKeyInfo {
  readonly keyId: string
  readonly type: 'secp256k1'
  /** 33 bytes, compressed (SEC 1, section 2.3.3). */
  readonly publicKey: Uint8Array
}

/** What a signature is for; a store may refuse by it. */
export type SignPurpose = 'jwt' | 'transaction' | 'personal-message' | 'typed-data' | 'meta-transaction'

/** Everything a store needs to judge what it signs: the digest alone says nothing to a person or a policy. */
export interface SignContext {
  readonly purpose: SignPurpose
  readonly hash: 'sha256' | 'keccak256'
  /**
   * The bytes whose `hash` is the digest: JWS signing input, EIP-191 bytes, unsigned transaction,
   * EIP-712 encoding (`0x19 0x01` domain separator, struct hash) or meta-transaction preimage.
   */
  readonly preimage: Uint8Array
  /** The same in a form to show: the JWT payload, the transaction's fields, the typed data, the text. */
  readonly preview: JsonObject
}

/** An ECDSA signature over secp256k1 from which the public key can be recovered. */
export interface RecoverableSignature {
  /** 32 bytes, big-endian. */
  readonly r: Uint8Array
  /** 32 bytes, big-endian, in the lower half of the curve's order (BIP-62). */
  readonly s: Uint8Array
  readonly recovery: 0 | 1
}

/** Signs digests; private bytes never leave it. All that a device with sign-only rights can do. */
export interface KeyStore {
  /** The key named `keyId`, or undefined when the store holds none of that name. */
  get(keyId: string, options?: Options): Promise<PublicKeyInfo | undefined>
  /**
   * Signs a 32-byte digest.
   *
   * @throws UportError `KEY_NOT_FOUND`, `KEY_DIGEST_MISMATCH` (the digest is not the preimage's hash),
   * `KEY_SIGNING_REFUSED` (policy or person), `KEY_STORE_FAILED` (device, retryable where that may help)
   */
  sign(
    keyId: string,
    digest: Uint8Array,
    context: SignContext,
    options?: Options,
  ): Promise<RecoverableSignature>
}

/** The administrator's side of a store; apart, because an application seldom needs it. */
export interface KeyManager {
  /** A new random key; the store chooses the id unless `keyId` is given (in use: `KEY_EXISTS`). */
  create(options?: Options & { readonly keyId?: string | undefined }): Promise<PublicKeyInfo>
  /** Deletes for good. @throws UportError `KEY_NOT_FOUND` */
  delete(keyId: string, options?: Options): Promise<void>
  list(options?: Options): AsyncIterable<PublicKeyInfo>
}

/** Brings an existing private key in. */
export interface KeyImporter {
  /** @param privateKey 32 bytes, a valid scalar; the caller wipes its own copy */
  import(
    privateKey: Uint8Array,
    options?: Options & { readonly keyId?: string | undefined },
  ): Promise<PublicKeyInfo>
}
