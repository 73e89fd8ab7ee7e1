import { decodeBase64url } from '../bytes/base64url.ts'
import { concatBytes } from '../bytes/concat.ts'
import { decodeHex } from '../bytes/hex.ts'
import { decodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import { AbstractKeyStore, type RawPublicKey, type RawSignature } from '../keys/abstract-key-store.ts'
import type { KeyStore, SignContext } from '../ports/key-store.ts'

export interface FromDidJwtSigner {
  /** The only id that the store knows. */
  readonly keyId: string
  /** SEC 1 point of the signer's key, 33 or 65 bytes: every signature is checked against it. */
  readonly publicKey: Uint8Array
  /** A `Signer` of did-jwt, such as `ES256KSigner(privateKey)` or one over a remote service. */
  readonly signer: (data: string) => Promise<string | { readonly r: string; readonly s: string }>
}

/**
 * A did-jwt `Signer` as a key store, for those who have one already. It hashes by itself, so it signs tokens only; other
 * purposes are refused with `KEY_SIGNING_REFUSED`.
 */
export function fromDidJwtSigner(from: FromDidJwtSigner): KeyStore {
  return new DidJwtKeyStore(from)
}

class DidJwtKeyStore extends AbstractKeyStore {
  readonly #from: FromDidJwtSigner

  constructor(from: FromDidJwtSigner) {
    super()
    this.#from = { ...from, publicKey: from.publicKey.slice() }
  }

  protected override async loadPublicKey(keyId: string): Promise<RawPublicKey | undefined> {
    return keyId === this.#from.keyId ? { point: this.#from.publicKey } : undefined
  }

  protected override async signDigest(
    keyId: string,
    _digest: Uint8Array,
    context: SignContext,
  ): Promise<RawSignature> {
    const text = context.purpose === 'jwt' ? decodeUtf8(context.preimage) : undefined
    if (context.hash !== 'sha256' || text === undefined) {
      throw new UportError(
        'KEY_SIGNING_REFUSED',
        'A did-jwt signer signs tokens only: use another key store',
        {
          data: { keyId, reason: 'not a token' },
        },
      )
    }
    return { compact: readSignature(await this.#from.signer(text)) }
  }
}

/** Base64url of 64 bytes (65 with the recovery id), or `r` and `s` in hex. Empty where it is neither. */
function readSignature(signature: string | { readonly r: string; readonly s: string }): Uint8Array {
  if (typeof signature === 'string') {
    const bytes = decodeBase64url(signature)
    return bytes?.length === 64 || bytes?.length === 65 ? bytes.subarray(0, 64) : new Uint8Array()
  }
  const r = decodeHex(signature.r, { prefix: 'none' })
  const s = decodeHex(signature.s, { prefix: 'none' })
  return r?.length === 32 && s?.length === 32 ? concatBytes(r, s) : new Uint8Array()
}
