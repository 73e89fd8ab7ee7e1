import { faultySignature } from './aws-double.ts'
import { createDoubleKey, type DoubleKey } from './double-key.ts'
import { type DoubleAnswer, type DoubleRequest, type Fault, HttpDouble } from './http-double.ts'

export const GCP_KEY_RING = 'projects/project-1/locations/europe-west1/keyRings/ring-1'
export const GCP_TOKEN = 'ya29.canary-access-token'

const ALGORITHMS = {
  secp256k1: 'EC_SIGN_SECP256K1_SHA256',
  'key-agreement': 'EC_SIGN_SECP256K1_SHA256',
  p256: 'EC_SIGN_P256_SHA256',
  rsa: 'RSA_SIGN_PKCS1_2048_SHA256',
  symmetric: 'GOOGLE_SYMMETRIC_ENCRYPTION',
} as const
const STATES = {
  enabled: 'ENABLED',
  disabled: 'DISABLED',
  'to-be-deleted': 'DESTROY_SCHEDULED',
  creating: 'PENDING_GENERATION',
  odd: 'IMPORT_FAILED',
} as const

class GcpRefusal extends Error {
  readonly code: number
  readonly status: string
  constructor(code: number, status: string) {
    super(status)
    this.code = code
    this.status = status
  }
}

const PATH =
  /^\/v1\/(projects\/.*\/cryptoKeys\/([^/]+)\/cryptoKeyVersions\/\d+)(\/publicKey|:asymmetricSign)?$/

/** Google Cloud KMS by its REST interface, version 1. A key's name is the name of its CryptoKey; its version is 1. */
export class GcpDouble extends HttpDouble {
  readonly keys = new Map<string, DoubleKey>()
  /** Operations that this account may not do. */
  readonly denied = new Set<string>()
  protected override readonly contentType = 'application/json; charset=UTF-8'
  readonly #other = createDoubleKey()

  add(key: DoubleKey, name: string): DoubleKey {
    this.keys.set(name, key)
    return key
  }

  protected override operationOf({ path, method }: Pick<DoubleRequest, 'path' | 'method'>): string {
    const suffix = PATH.exec(path)?.[3]
    if (suffix === ':asymmetricSign' && method === 'POST') return 'AsymmetricSign'
    if (method !== 'GET') return 'unknown'
    return suffix === '/publicKey' ? 'GetPublicKey' : 'GetCryptoKeyVersion'
  }

  protected override answer(request: DoubleRequest, fault: Fault | undefined): DoubleAnswer {
    try {
      const authorized = request.headers.authorization === `Bearer ${GCP_TOKEN}`
      if (!authorized || fault === 'credentials') throw new GcpRefusal(401, 'UNAUTHENTICATED')
      if (fault === 'throttle') throw new GcpRefusal(429, 'RESOURCE_EXHAUSTED')
      if (fault === 'server-error') throw new GcpRefusal(503, 'UNAVAILABLE')
      if (fault === 'access-denied' || this.denied.has(request.operation)) {
        throw new GcpRefusal(403, 'PERMISSION_DENIED')
      }
      return { status: 200, body: this.#perform(request, fault) }
    } catch (error) {
      if (!(error instanceof GcpRefusal)) throw error
      const { code, status } = error
      return { status: code, body: { error: { code, status, message: `canary ${request.body}` } } }
    }
  }

  #perform({ operation, path, body, headers }: DoubleRequest, fault: Fault | undefined): object {
    const [, name, keyName] = PATH.exec(path) ?? []
    const key = this.keys.get(keyName ?? '')
    if (key === undefined || !name?.startsWith(GCP_KEY_RING) || !name.endsWith('/1')) {
      throw new GcpRefusal(404, 'NOT_FOUND')
    }
    const algorithm = ALGORITHMS[key.kind]
    if (operation === 'GetCryptoKeyVersion') return { name, state: STATES[key.state], algorithm }
    if (key.state !== 'enabled') throw new GcpRefusal(400, 'FAILED_PRECONDITION')
    if (key.kind === 'symmetric') throw new GcpRefusal(400, 'INVALID_ARGUMENT')
    if (operation === 'GetPublicKey') {
      return {
        name,
        algorithm,
        pem: fault === 'no-member' ? undefined : pemOf(key.spki),
        protectionLevel: 'HSM',
      }
    }
    if (operation !== 'AsymmetricSign' || headers['content-type'] !== 'application/json') {
      throw new GcpRefusal(400, 'INVALID_ARGUMENT')
    }
    const digest = Buffer.from(String(JSON.parse(body).digest.sha256), 'base64')
    if (key.kind !== 'secp256k1' || digest.length !== 32) throw new GcpRefusal(400, 'INVALID_ARGUMENT')
    return { name, signature: faultySignature(key, this.#other, digest, fault), protectionLevel: 'HSM' }
  }
}

function pemOf(spki: Uint8Array): string {
  const lines =
    Buffer.from(spki)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`
}
