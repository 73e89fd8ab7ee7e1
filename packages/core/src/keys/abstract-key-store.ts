import { equalBytes } from '../bytes/equal.ts'
import { isUportError, UportError } from '../errors/uport-error.ts'
import { abortable } from '../jwt/abortable.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import { compressPoint } from '../jwt/points.ts'
import type { Secp256k1Engine } from '../jwt/secp256k1-engine.ts'
import type { KeyStore, PublicKeyInfo, RecoverableSignature, SignContext } from '../ports/key-store.ts'
import type { Options } from '../ports/options.ts'
import { parseDerSignature } from './der.ts'
import { requireDigest } from './digest.ts'
import { toLowS } from './low-s.ts'
import { parseSpki } from './spki.ts'

/** A signature as a device returns it. Tagged, never guessed from the length: one in DER can be 64 bytes long. */
export type RawSignature =
  /** ECDSA-Sig-Value (RFC 3279, section 2.2.3). */
  | { readonly der: Uint8Array }
  /** 64 bytes, `r` then `s`. */
  | { readonly compact: Uint8Array }

/** A public key as a device returns it. */
export type RawPublicKey =
  /** DER of SubjectPublicKeyInfo (RFC 5480). */
  | { readonly spki: Uint8Array }
  /** SEC 1 point, 33 or 65 bytes. */
  | { readonly point: Uint8Array }

export interface AbstractKeyStoreOptions {
  /** Default: the engine of `createNobleEngine`. */
  readonly engine?: Secp256k1Engine | undefined
}

/**
 * The base of a key store over a device or service that signs digests: an HSM, a cloud KMS, a phone's enclave.
 *
 * A subclass asks the device; this class recomputes the digest before, and afterwards turns the answer into a low-S
 * signature with recovery id that is proven to be one of the store's own key. It keeps nothing. Plain errors of a
 * subclass become `KEY_STORE_FAILED` without their text, which may quote anything; where it knows more it throws a
 * UportError of its own, such as `KEY_SIGNING_REFUSED`.
 */
export abstract class AbstractKeyStore implements KeyStore {
  readonly #engine: Secp256k1Engine

  constructor(options: AbstractKeyStoreOptions = {}) {
    this.#engine = options.engine ?? createNobleEngine()
  }

  /** The public key of that id, or undefined where the device has none. Asked before every signature: cache it if that is slow. */
  protected abstract loadPublicKey(keyId: string, options: Options): Promise<RawPublicKey | undefined>

  /**
   * Has the device sign 32 bytes as they are. Digest and context are copies of what the caller gave, so what a policy
   * reads in the preimage is what is signed; the preview is the caller's word alone.
   */
  protected abstract signDigest(
    keyId: string,
    digest: Uint8Array,
    context: SignContext,
    options: Options,
  ): Promise<RawSignature>

  /** @throws UportError `KEY_INVALID` where the device's key is not one of secp256k1, `KEY_STORE_FAILED` */
  async get(keyId: string, options: Options = {}): Promise<PublicKeyInfo | undefined> {
    const publicKey = await this.#publicKey(keyId, options)
    return publicKey === undefined
      ? undefined
      : Object.freeze({ keyId, type: 'secp256k1' as const, publicKey })
  }

  /**
   * @throws TypeError where the digest is not 32 bytes
   * @throws UportError `KEY_DIGEST_MISMATCH`, `KEY_NOT_FOUND`, `KEY_INVALID`, `KEY_STORE_FAILED`,
   * `KEY_SIGNATURE_INVALID` where the device's answer is no signature of its key over this digest
   */
  async sign(
    keyId: string,
    digest: Uint8Array,
    context: SignContext,
    options: Options = {},
  ): Promise<RecoverableSignature> {
    // Not slice(): a Buffer's shares its memory.
    const own = digest instanceof Uint8Array ? new Uint8Array(digest) : digest
    const ownContext = copyContext(context)
    requireDigest(keyId, own, ownContext)
    const publicKey = await this.#publicKey(keyId, options)
    if (publicKey === undefined) {
      throw new UportError('KEY_NOT_FOUND', 'The store holds no key of this id: create or import it', {
        data: { keyId },
      })
    }
    const raw = await ask(keyId, () => this.signDigest(keyId, own.slice(), ownContext, options), options)
    return this.#recoverable(keyId, readSignature(keyId, raw), own, publicKey)
  }

  async #publicKey(keyId: string, options: Options): Promise<Uint8Array | undefined> {
    const raw = await ask(keyId, () => this.loadPublicKey(keyId, options), options)
    if (raw === undefined) return undefined
    const point = 'spki' in raw ? parseSpki(raw.spki) : raw.point
    const checked = point === undefined ? undefined : this.#engine.decompress(point)
    if (checked !== undefined) return compressPoint(checked)
    throw new UportError(
      'KEY_INVALID',
      'The device returned no secp256k1 key: give it one made for that curve',
      {
        data: { reason: 'not a public key of secp256k1' },
      },
    )
  }

  #recoverable(
    keyId: string,
    compact: Uint8Array,
    digest: Uint8Array,
    publicKey: Uint8Array,
  ): RecoverableSignature {
    const low = toLowS(compact)
    for (const recovery of [0, 1] as const) {
      const point = this.#engine.recover(low, recovery, digest)
      if (point !== undefined && equalBytes(compressPoint(point), publicKey)) {
        return Object.freeze({ r: low.slice(0, 32), s: low.slice(32), recovery })
      }
    }
    throw invalidSignature(keyId, 'not made by this key over this digest')
  }
}

/** The caller may write into its own while the device is asked. */
function copyContext({ purpose, hash, preimage, preview }: SignContext): SignContext {
  return Object.freeze({ purpose, hash, preimage: new Uint8Array(preimage), preview })
}

/** Calls the device; its plain errors come out as a code. */
async function ask<T>(keyId: string, call: () => Promise<T>, options: Options): Promise<T> {
  options.signal?.throwIfAborted()
  try {
    return await abortable(call(), options.signal)
  } catch (error) {
    options.signal?.throwIfAborted()
    if (isUportError(error)) throw error
    throw new UportError(
      'KEY_STORE_FAILED',
      'The device behind the key store failed: see whether it is reachable',
      {
        data: { keyId, reason: errorName(error) },
        retryable: true,
      },
    )
  }
}

/** A device's error by its code or class, such as `ECONNREFUSED` or `AccessDeniedException`; never its text. */
function errorName(error: unknown): string {
  const { code, name } = Object(error) as { readonly code?: unknown; readonly name?: unknown }
  const known = [code, name].find((value) => typeof value === 'string' && /^\w{1,64}$/.test(value))
  return typeof known === 'string' ? known : 'unknown'
}

function readSignature(keyId: string, raw: RawSignature): Uint8Array {
  if ('der' in raw) {
    const compact = parseDerSignature(raw.der)
    if (compact === undefined) throw invalidSignature(keyId, 'not strict DER')
    return compact
  }
  if (raw.compact.length !== 64) throw invalidSignature(keyId, 'not 64 bytes')
  return raw.compact
}

function invalidSignature(keyId: string, reason: string): UportError<'KEY_SIGNATURE_INVALID'> {
  return new UportError(
    'KEY_SIGNATURE_INVALID',
    'The device returned a signature that is not one of its key: take it out of use and check it',
    { data: { keyId, reason } },
  )
}
