import type { Json, JsonObject, JwtClaims } from '@uport-kit/core'

/** What to ask a person for, in the names of uport-credentials. */
export interface DisclosureRequestParams {
  /** Names of own claims; for wallets that know no `claims`. */
  readonly requested?: readonly string[] | undefined
  /** Names of credentials; for wallets that know no `claims`. */
  readonly verified?: readonly string[] | undefined
  readonly claims?: JsonObject | undefined
  /** Asks for the right to send push messages. */
  readonly notifications?: boolean | undefined
  /** Where the response is sent to. */
  readonly callbackUrl?: string | undefined
  /** `0x` hex. */
  readonly networkId?: string | undefined
  /** Endpoint of a private chain; needs `networkId`. */
  readonly rpcUrl?: string | undefined
  /** Credentials about the application: JWTs or `/ipfs/` links. */
  readonly vc?: readonly string[] | undefined
  /** Unix seconds; replaces `expiresIn`. */
  readonly exp?: number | undefined
  readonly accountType?: 'general' | 'segregated' | 'keypair' | 'none' | undefined
  /** Base64 key to seal the response to. */
  readonly boxPub?: string | undefined
}

export interface VerificationParams {
  /** Whom the claim is about. */
  readonly sub: string
  readonly claim: JsonObject
  /** Unix seconds. */
  readonly exp?: number | undefined
  /** Credentials about the issuer: JWTs or `/ipfs/` links. */
  readonly vc?: readonly string[] | undefined
  readonly callbackUrl?: string | undefined
}

export interface VerificationSignatureParams {
  /** Whom the claim is about. */
  readonly sub: string
  /** Who is asked. */
  readonly aud?: string | undefined
  /** Who must sign. */
  readonly riss?: string | undefined
  /** Seconds that the signed claim lives: a duration. */
  readonly rexp?: number | undefined
  readonly callbackUrl?: string | undefined
  readonly vc?: readonly string[] | undefined
  /** Seconds that the request lives. Default 600. */
  readonly expiresIn?: number | undefined
}

export interface SignatureRequestOptions {
  /** The account that must sign. */
  readonly from?: string | undefined
  /** `0x` hex. */
  readonly net?: string | undefined
  readonly callback?: string | undefined
  /** Seconds that the request lives. Default 600. */
  readonly expiresIn?: number | undefined
}

/** EIP-712 typed data. */
export interface TypedData {
  readonly types: JsonObject
  readonly primaryType: string
  readonly domain: JsonObject
  readonly message: JsonObject
}

const ACCOUNT_TYPES: readonly unknown[] = ['general', 'segregated', 'keypair', 'none']
const FIRST_MILLISECONDS = 1_000_000_000_000

/** Payload of a `shareReq`; unknown parameters are left out. @throws TypeError */
export function disclosureRequestPayload(params: DisclosureRequestParams): JwtClaims {
  if (params.rpcUrl && !params.networkId) {
    throw new TypeError('rpcUrl was specified but no networkId')
  }
  if (params.accountType && !ACCOUNT_TYPES.includes(params.accountType)) {
    throw new TypeError(`Unsupported accountType ${params.accountType}`)
  }
  return {
    requested: params.requested || undefined,
    verified: params.verified || undefined,
    claims: params.claims || undefined,
    permissions: params.notifications ? ['notifications'] : undefined,
    callback: params.callbackUrl || undefined,
    net: params.networkId || undefined,
    rpc: params.rpcUrl || undefined,
    vc: params.vc || undefined,
    ...(params.exp ? { exp: unixSeconds(params.exp, 'exp') } : {}),
    act: params.accountType || undefined,
    boxPub: params.boxPub || undefined,
    type: 'shareReq',
  }
}

/** Payload of a credential. @throws TypeError */
export function verificationPayload({ sub, claim, exp, vc, callbackUrl }: VerificationParams): JwtClaims {
  requireText(sub, 'createVerification: sub')
  requireObject(claim, 'createVerification: claim')
  const expiry = exp === undefined ? {} : { exp: unixSeconds(exp, 'exp') }
  return { sub, claim, ...expiry, vc, callbackUrl }
}

/** Payload of a `verReq`. @throws TypeError */
export function verificationSignaturePayload(
  unsignedClaim: JsonObject,
  { aud, sub, riss, callbackUrl, vc, rexp }: VerificationSignatureParams,
): JwtClaims {
  requireObject(unsignedClaim, 'createVerificationSignatureRequest: unsignedClaim')
  requireText(sub, 'createVerificationSignatureRequest: sub')
  return { unsignedClaim, sub, riss, aud, vc, callback: callbackUrl, type: 'verReq', rexp }
}

/** Payload of an `eip712Req`. @throws TypeError */
export function typedDataPayload(typedData: TypedData, options: SignatureRequestOptions): JwtClaims {
  for (const part of ['types', 'primaryType', 'message', 'domain'] as const) {
    if (!typedData[part]) throw new TypeError(`Invalid EIP712 Request, must include '${part}'`)
  }
  const { from, net, callback } = options
  return { typedData: copyJson(typedData), from, net, callback, type: 'eip712Req' }
}

/** Payload of a `personalSigReq`. @throws TypeError */
export function personalSignPayload(data: string, options: SignatureRequestOptions): JwtClaims {
  if (typeof data !== 'string') throw new TypeError('createPersonalSignRequest: data must be text')
  const { from, net, callback } = options
  return { data, from, net, callback, type: 'personalSigReq' }
}

/** @throws TypeError for what is no time in whole seconds, such as the milliseconds of `Date.now()` */
export function unixSeconds(value: number, name: string): number {
  if (Number.isInteger(value) && value > 0 && value < FIRST_MILLISECONDS) return value
  throw new TypeError(`${name} must be a time in whole seconds`)
}

/** A plain copy, without the members that are undefined. */
function copyJson(value: object): Json {
  const copy: Json = JSON.parse(JSON.stringify(value))
  return copy
}

function requireText(value: unknown, name: string): void {
  if (typeof value !== 'string' || value === '')
    throw new TypeError(`${name} must be a text that is not empty`)
}

function requireObject(value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${name} must be an object`)
}
