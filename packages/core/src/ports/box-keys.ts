import type { Options } from './options.ts'

/** A NaCl box in the wire form of ERC-1098; all members standard Base64 but `version`. */
export interface BoxEnvelope {
  readonly version: string
  readonly nonce: string
  readonly ephemPublicKey: string
  readonly ciphertext: string
}

/** x25519 keys that open what was sealed for a request. Apart from KeyStore, because HSM and KMS have none. */
export interface BoxKeys {
  /**
   * The 32-byte public key of `name`: a request id, or a long-lived name. The same name gives the same key;
   * a new name makes a key (or derives one).
   *
   * @param options `expiresAt`: Unix seconds after which nothing will be opened with a key made now, so that it may be
   * forgotten some time after (300 s at least)
   */
  publicKey(
    name: string,
    options?: Options & { readonly expiresAt?: number | undefined },
  ): Promise<Uint8Array>
  /**
   * Opens an envelope sealed to `publicKey(name)` and strips the padding.
   *
   * @throws UportError `BOX_UNSUPPORTED_VERSION`, `BOX_MALFORMED`, `BOX_OPEN_FAILED` (another key, or altered),
   * `BOX_KEY_UNKNOWN` (this store never made a key of that name)
   */
  open(name: string, envelope: BoxEnvelope, options?: Options): Promise<Uint8Array>
  /** Forgets the key of `name`, where one is kept. Called when a request has ended. */
  forget?(name: string, options?: Options): Promise<void>
}
