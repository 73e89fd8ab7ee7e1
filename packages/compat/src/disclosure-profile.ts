import {
  type Did,
  type DidDocument,
  foldDid,
  type Json,
  type JsonObject,
  mnidFromDid,
  readProfile,
  UportError,
} from '@uport-kit/core'

/** A credential that verified: its payload, and the token it came as. */
export type VerifiedClaim = JsonObject & { readonly jwt: string }

/** How the credentials of a response were judged. */
export interface JudgedClaims {
  readonly verified: readonly VerifiedClaim[]
  readonly invalid: readonly string[]
  /** Those whose issuer's document could not be fetched now. */
  readonly undetermined: readonly string[]
}

/**
 * A response in the shape of uport-credentials 1.x: what the person wrote and what was proven in one object. Beside the
 * members named here stand own claims and the public profile, the profile first; none of them can take a name of these.
 */
export interface DisclosureProfile {
  /** Who answered, proven. A bare MNID is written as its did:uport. */
  readonly did: Did
  /** Base64 key to seal messages to. */
  readonly boxPub?: string
  /** The person says so; nothing proves control. */
  readonly deviceKey?: string
  /** The account that was asked for. The person says so; nothing proves control. */
  readonly mnid?: string
  /** The address inside `mnid`. */
  readonly address?: string
  /** Not verified: it is good for whom it was made for, or for nothing. */
  readonly pushToken?: string
  readonly verified?: readonly VerifiedClaim[]
  /** Credential tokens that are not to be relied on. */
  readonly invalid?: readonly string[]
  /** Credential tokens that could not be judged now; only there when there are some. */
  readonly undetermined?: readonly string[]
  readonly [claim: string]: Json | undefined
}

/** Members of the payload that are read by name, so they are no claims. */
const PAYLOAD_MEMBERS: readonly string[] = [
  ...[
    'own',
    'capabilities',
    'aud',
    'req',
    'iat',
    'exp',
    'nbf',
    'type',
    'nad',
    'dad',
    'iss',
    'boxPub',
    'verified',
  ],
]

/** Names that only what was proven may have. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['did', 'iss', 'sub', 'boxPub', 'deviceKey', 'mnid', 'address', 'pushToken', 'verified', 'invalid'],
  ...['undetermined', '__proto__', 'constructor', 'prototype'],
])

/**
 * Puts the parts of a verified response together.
 *
 * @param payload the response's payload, its signature verified
 * @param document the document of who signed it
 * @throws UportError `REPLY_MALFORMED`
 */
export function createDisclosureProfile(
  payload: JsonObject,
  document: DidDocument,
  claims: JudgedClaims | undefined,
): DisclosureProfile {
  const iss = text(payload, 'iss')
  if (iss === undefined) throw malformed('iss')
  const rest = Object.entries(payload).filter(([name]) => !PAYLOAD_MEMBERS.includes(name))
  const own = Object.entries(readOwn(payload))
  const said = [...own, ...Object.entries(readProfile(document)), ...rest].filter(
    ([name]) => !RESERVED.has(name),
  )
  const entries: [string, Json | undefined][] = [
    ...said,
    ['did', foldDid(iss)],
    ['boxPub', text(payload, 'boxPub')],
    ['deviceKey', text(payload, 'dad')],
    ...readAccount(payload),
    ['pushToken', readPushToken(payload)],
    ['verified', claims?.verified],
    ['invalid', claims?.invalid],
    [
      'undetermined',
      claims !== undefined && claims.undetermined.length > 0 ? claims.undetermined : undefined,
    ],
  ]
  const profile = Object.fromEntries(entries.filter(([, value]) => value !== undefined))
  return Object.freeze({ ...profile, did: foldDid(iss) })
}

/** The credential tokens of a response; undefined where it has none, which is not the same as an empty list. */
export function readVerified(payload: JsonObject): readonly string[] | undefined {
  const verified = member(payload, 'verified')
  if (verified === undefined || verified === null) return undefined
  if (!Array.isArray(verified) || verified.length > MAX_CREDENTIALS) throw malformed('verified')
  return verified.map((jwt) => {
    if (typeof jwt !== 'string') throw malformed('verified')
    return jwt
  })
}

/** Each credential may cost a resolution. */
const MAX_CREDENTIALS = 64

function readOwn(payload: JsonObject): JsonObject {
  const own = member(payload, 'own') ?? {}
  if (isObject(own)) return own
  throw malformed('own')
}

function readAccount(payload: JsonObject): [string, string][] {
  const nad = text(payload, 'nad')
  if (nad === undefined) return []
  const { address } = mnidFromDid(nad)
  return [
    ['mnid', nad.replace(/^did:uport:/, '')],
    ['address', address],
  ]
}

function readPushToken(payload: JsonObject): string | undefined {
  const capabilities = member(payload, 'capabilities')
  if (!Array.isArray(capabilities) || capabilities.length !== 1) return undefined
  const [token] = capabilities
  return typeof token === 'string' ? token : undefined
}

function text(payload: JsonObject, name: string): string | undefined {
  const value = member(payload, name)
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  throw malformed(name)
}

function member(payload: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(payload, name) ? payload[name] : undefined
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(name: string): UportError<'REPLY_MALFORMED'> {
  return new UportError('REPLY_MALFORMED', `The response's ${name} breaks its form.`, {
    data: { reason: `${name} breaks its form` },
  })
}
