import {
  AbstractKeyStore,
  isUportError,
  type Options,
  type RawPublicKey,
  type RawSignature,
  type RecoverableSignature,
  type SignContext,
} from '@uport-kit/core'
import { callWithRetries, type RepeatRule } from './call-with-retries.ts'
import { type KmsOperation, toUportError } from './kms-error.ts'
import { KmsFailure } from './kms-failure.ts'
import { type KmsOptions, type Pace, paceOf } from './kms-options.ts'
import { type KmsPublicKey, PublicKeyCache } from './public-key-cache.ts'

/**
 * A key store over a key management service: retries, deadlines, cancelling and remembered public keys. What a service
 * says and how is the subclass's business; it throws `KmsFailure`.
 */
export abstract class KmsKeyStore extends AbstractKeyStore {
  readonly #pace: Pace
  readonly #publicKeys: PublicKeyCache

  constructor(options: KmsOptions) {
    super({ engine: options.engine })
    this.#pace = paceOf(options)
    this.#publicKeys = new PublicKeyCache({
      lifetime: options.publicKeyLifetime ?? 300,
      maxKeys: options.maxPublicKeys ?? 1000,
      clock: this.#pace.clock,
    })
  }

  /** The name under which the service may know the key; undefined where it cannot have one of this id. */
  protected abstract nameOf(keyId: string): string | undefined
  /** One request for a public key. */
  protected abstract fetchPublicKey(name: string, signal: AbortSignal): Promise<KmsPublicKey>
  /** One request for a signature, in DER. */
  protected abstract fetchSignature(
    handle: string,
    digest: Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array>
  /** One request for the state of a key that cannot be used: the failure that tells it better than `key-state`. */
  protected abstract explainState(name: string, signal: AbortSignal): Promise<KmsFailure>

  /** A failure for good drops the remembered public key, so that what was changed in the service is seen. */
  override async sign(
    keyId: string,
    digest: Uint8Array,
    context: SignContext,
    options: Options = {},
  ): Promise<RecoverableSignature> {
    try {
      return await super.sign(keyId, digest, context, options)
    } catch (error) {
      if (isUportError(error) && !error.retryable) this.#publicKeys.drop(keyId)
      throw error
    }
  }

  protected override async loadPublicKey(keyId: string, options: Options): Promise<RawPublicKey | undefined> {
    const key = await this.#publicKey(keyId, options)
    return key === undefined ? undefined : { spki: key.spki }
  }

  protected override async signDigest(
    keyId: string,
    digest: Uint8Array,
    _context: SignContext,
    options: Options,
  ): Promise<RawSignature> {
    const key = this.#publicKeys.latest(keyId) ?? (await this.#publicKey(keyId, options))
    if (key === undefined) throw toUportError(new KmsFailure('not-found'), keyId, 'sign')
    const request = (signal: AbortSignal) => this.fetchSignature(key.handle, digest, signal)
    return { der: await this.request(keyId, key.handle, 'sign', request, options) }
  }

  /** Forgets every public key: the next call asks the service. */
  protected forgetPublicKeys(): void {
    this.#publicKeys.clear()
  }

  /**
   * Does a request with retries, and tells its failure as an error of the framework.
   *
   * @param name the key whose state explains a failure, where there is one
   */
  protected async request<T>(
    keyId: string | undefined,
    name: string | undefined,
    operation: KmsOperation,
    work: (signal: AbortSignal) => Promise<T>,
    options: Options,
    repeats?: RepeatRule,
  ): Promise<T> {
    try {
      return await callWithRetries(work, this.#pace, options, repeats)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!(error instanceof KmsFailure)) throw error
      throw toUportError(await this.#explained(error, name, options), keyId, operation)
    }
  }

  async #publicKey(keyId: string, options: Options): Promise<KmsPublicKey | undefined> {
    const name = this.nameOf(keyId)
    if (name === undefined) return undefined
    try {
      const load = (signal: AbortSignal) =>
        this.request(keyId, name, 'read', (attempt) => this.fetchPublicKey(name, attempt), { signal })
      return await this.#publicKeys.get(keyId, load, options)
    } catch (error) {
      if (isUportError(error, 'KEY_NOT_FOUND')) return undefined
      throw error
    }
  }

  /** Asking needs a right more; without it the state stays unknown. */
  async #explained(failure: KmsFailure, name: string | undefined, options: Options): Promise<KmsFailure> {
    if (failure.outcome !== 'key-state' || name === undefined) return failure
    try {
      return await callWithRetries((signal) => this.explainState(name, signal), this.#pace, options)
    } catch {
      options.signal?.throwIfAborted()
      return failure
    }
  }
}
