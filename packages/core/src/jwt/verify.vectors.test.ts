import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { didJwtAlgorithms } from '../did-jwt/index.ts'
import type { UportErrorCode } from '../errors/uport-error.ts'
import { foldDid } from '../identity/did.ts'
import type { DidDocument, DidResolver } from '../ports/did-resolver.ts'
import type { JsonObject } from '../ports/json.ts'
import { verifyJwt } from './verify.ts'

interface Vector {
  readonly id: string
  readonly class: 'conformance' | 'quirk'
  readonly jwt: string
  readonly verify: {
    readonly at: number
    readonly audience?: string
    readonly callbackUrl?: string
    readonly auth?: boolean
  }
  readonly didDocument: DidDocument
  readonly expect:
    | {
        readonly valid: true
        readonly issuer: string
        readonly signerKeyId?: string
        readonly header?: JsonObject
        readonly payload?: JsonObject
      }
    | { readonly valid: false; readonly error: string }
}

const { vectors, clockSkewSeconds } = JSON.parse(
  readFileSync(new URL('../../../../test/vectors/jwt.json', import.meta.url), 'utf8'),
) as { vectors: Vector[]; clockSkewSeconds: number }

const CODES: ReadonlyMap<string, UportErrorCode> = new Map([
  ['malformed', 'JWT_MALFORMED'],
  ['non-canonical-base64url', 'JWT_MALFORMED'],
  ['unsupported-algorithm', 'JWT_ALGORITHM_UNSUPPORTED'],
  ['malformed-claim', 'JWT_CLAIM_INVALID'],
  ['signature-length', 'JWT_SIGNATURE_LENGTH'],
  ['signature', 'JWT_SIGNATURE_INVALID'],
  ['no-suitable-key', 'JWT_NO_SUITABLE_KEY'],
  ['document-id-mismatch', 'DID_DOCUMENT_ID_MISMATCH'],
  ['not-yet-valid', 'JWT_NOT_YET_VALID'],
  ['expired', 'JWT_EXPIRED'],
  ['audience', 'JWT_AUDIENCE_MISMATCH'],
])

/** Its wrong signature is also written with unused bits set, and that is seen first. */
const NOT_CANONICAL = new Set(['orig-bad-009'])

/** The vectors were made when did:nacl was the only method beside uPort's own algorithms. */
const ED25519 = new Map([...didJwtAlgorithms()].filter(([name]) => name === 'Ed25519'))

function run(vector: Vector) {
  const resolver: DidResolver = {
    methods: ['uport', 'ethr', 'nacl', 'https', 'muport', 'web'],
    resolve: async (did) => ({ did, document: vector.didDocument }),
  }
  const { at, audience, callbackUrl, auth } = vector.verify
  return verifyJwt(vector.jwt, {
    resolver,
    now: at,
    skew: clockSkewSeconds,
    audience,
    callback: callbackUrl,
    authentication: auth,
    algorithms: ED25519,
  })
}

const valid = vectors.filter((vector) => vector.expect.valid)
const invalid = vectors.filter((vector) => !vector.expect.valid)

it('reads all vectors', () => {
  expect(vectors).toHaveLength(97)
  expect(valid).toHaveLength(63)
  expect(new Set(invalid.map((vector) => !vector.expect.valid && vector.expect.error))).toEqual(
    new Set(CODES.keys()),
  )
})

describe('valid tokens', () => {
  it.each(valid.map((vector) => [vector.id, vector] as const))('%s', async (_, vector) => {
    const { expect: wanted } = vector
    if (!wanted.valid) throw new Error('not a valid vector')
    const verified = await run(vector)
    expect(verified.issuer).toBe(foldDid(wanted.issuer))
    if (wanted.signerKeyId !== undefined) expect(verified.key.id).toBe(wanted.signerKeyId)
    if (wanted.header !== undefined) expect(verified.header).toEqual(wanted.header)
    if (wanted.payload !== undefined) expect(verified.payload).toEqual(wanted.payload)
    expect(verified.jwt).toBe(vector.jwt)
  })
})

describe('invalid tokens', () => {
  it.each(invalid.map((vector) => [vector.id, vector] as const))('%s', async (id, vector) => {
    const category = vector.expect.valid ? '' : vector.expect.error
    const code = NOT_CANONICAL.has(id) ? 'JWT_MALFORMED' : CODES.get(category)
    await expect(run(vector)).rejects.toMatchObject({ name: 'UportError', code })
  })
})
