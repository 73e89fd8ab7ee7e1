import { decodeBase64, encodeBase64, type JsonObject } from '@uport-kit/core'
import { KmsFailure } from '../kms-failure.ts'
import { KmsKeyStore } from '../kms-key-store.ts'
import type { KmsOptions } from '../kms-options.ts'
import type { KmsPublicKey } from '../public-key-cache.ts'
import { gcpKeyName, isGcpKeyRing } from './gcp-key-name.ts'
import { type AccessTokenSource, GcpRestClient } from './gcp-rest-client.ts'
import { parsePublicKeyPem } from './pem.ts'

const ALGORITHM = 'EC_SIGN_SECP256K1_SHA256'

export interface GcpKmsOptions extends KmsOptions {
  /** With google-auth-library: `() => auth.getAccessToken()`. */
  readonly accessToken: AccessTokenSource
  /** `projects/p/locations/l/keyRings/r`; then a key's id may be `<key>/<version>` in this ring. */
  readonly keyRing?: string | undefined
  /** Default `https://cloudkms.googleapis.com`; another one for a private endpoint. */
  readonly endpoint?: string | undefined
  /** Default: the platform's. It must not be told to follow redirects or to skip checking certificates. */
  readonly fetch?: typeof fetch | undefined
}

/**
 * Keys in Google Cloud KMS (`EC_SIGN_SECP256K1_SHA256`, which needs the protection level HSM) that sign and never leave
 * it. A key's id is the resource name of one of its versions, which never changes its key. Needs
 * `cloudkms.cryptoKeyVersions.viewPublicKey` and `.useToSign`, and `.get` to tell a key that is disabled, destroyed or of
 * another kind from one in another bad state.
 *
 * @throws TypeError when an option is out of range
 */
export class GcpKmsKeyStore extends KmsKeyStore {
  readonly #client: GcpRestClient
  readonly #keyRing: string | undefined

  constructor(options: GcpKmsOptions) {
    super(options)
    const { accessToken, keyRing, endpoint = 'https://cloudkms.googleapis.com' } = options
    if (keyRing !== undefined && !isGcpKeyRing(keyRing)) {
      throw new TypeError('keyRing must be like projects/p/locations/l/keyRings/r')
    }
    this.#keyRing = keyRing
    this.#client = new GcpRestClient({ accessToken, endpoint, fetch: options.fetch ?? fetch })
  }

  protected override nameOf(keyId: string): string | undefined {
    return gcpKeyName(keyId, this.#keyRing)
  }

  protected override async fetchPublicKey(name: string, signal: AbortSignal): Promise<KmsPublicKey> {
    const answer = await this.#client.request(`${name}/publicKey`, undefined, signal)
    if (answer['algorithm'] !== ALGORITHM) throw new KmsFailure('wrong-key')
    const spki = parsePublicKeyPem(textMember(answer, 'pem'))
    if (spki === undefined) throw new KmsFailure('malformed-answer')
    return { handle: name, spki }
  }

  protected override async fetchSignature(
    handle: string,
    digest: Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    // The member says for which hash the digest's length is right; what hash made it is not the service's business.
    const body = { digest: { sha256: encodeBase64(digest) } }
    const answer = await this.#client.request(`${handle}:asymmetricSign`, body, signal)
    const der = decodeBase64(textMember(answer, 'signature'))
    if (der === undefined) throw new KmsFailure('malformed-answer')
    return der
  }

  protected override async explainState(name: string, signal: AbortSignal): Promise<KmsFailure> {
    const { state, algorithm } = await this.#client.request(name, undefined, signal)
    if (state === 'DESTROYED' || state === 'DESTROY_SCHEDULED') return new KmsFailure('not-found')
    if (algorithm !== ALGORITHM) return new KmsFailure('wrong-key')
    if (state === 'DISABLED') return new KmsFailure('disabled')
    if (state === 'PENDING_GENERATION') return new KmsFailure('unavailable')
    return new KmsFailure(state === 'ENABLED' ? 'rejected' : 'key-state')
  }
}

function textMember(answer: JsonObject, name: string): string {
  const value = answer[name]
  if (typeof value !== 'string') throw new KmsFailure('malformed-answer')
  return value
}
