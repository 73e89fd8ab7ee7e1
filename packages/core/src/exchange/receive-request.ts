import { decodeBase64 } from '../bytes/base64.ts'
import { sha256Base64url } from '../bytes/hash.ts'
import { UportError } from '../errors/uport-error.ts'
import { type AnyReplyFlow, type RequestType, requestTypeName } from '../flows/flow.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { type VerifiedJwt, type VerifyJwtRules, verifyJwt } from '../jwt/verify.ts'
import type { JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import type { ReplyMode } from '../ports/transport.ts'
import type { FetchedRequest, RequestFetcher } from '../ports/wallet.ts'
import { type Callback, readCallback } from './callback.ts'
import { judgeRedirect, parseRedirectUrl } from './redirect-url.ts'
import { signingInputOf } from './reply-hash.ts'
import type { UnsignedParameters } from './request-parameters.ts'
import { parseRequestUri } from './request-uri.ts'
import { ASSUMED_LIFETIME, type ResponderParts } from './responder-parts.ts'

/** A request as it came in: its token, and what stood beside it. */
export interface IncomingToken {
  readonly jwt: string
  readonly pinned: boolean
  readonly beside: UnsignedParameters
}

/** A request that verified, and what the wallet needs to answer it. */
export interface ReceivedRequest {
  /** base64url SHA-256 of the signing input. */
  readonly hash: string
  readonly verified: VerifiedJwt
  readonly type: string
  readonly flow: AnyReplyFlow
  readonly pinned: boolean
  readonly replyMode: ReplyMode
  /** Where the answer goes. */
  readonly target: Callback | undefined
  /** Where the person is led back to. */
  readonly redirect: URL | undefined
  readonly expiresAt: number
  /** Whether that end is ours because the request names none. */
  readonly expiryAssumed: boolean
  /** The requester's key for sealing, where it gave one. */
  readonly boxPub: Uint8Array | undefined
}

/**
 * Finds the tokens in what was scanned or opened: one, or several in a deprecated link for credentials.
 *
 * @throws UportError `REQUEST_MALFORMED`, `REQUEST_UNSIGNED`, the fetcher's codes
 */
export async function readTokens(
  text: string,
  parts: ResponderParts,
  options: Options,
): Promise<readonly IncomingToken[]> {
  const parsed = parseRequestUri(text)
  switch (parsed.kind) {
    case 'inline':
      return [{ jwt: parsed.jwt, pinned: true, beside: parsed }]
    case 'credentials':
      return parsed.jwts.map((jwt) => ({ jwt, pinned: true, beside: parsed }))
    case 'reference': {
      const { jwt, pinned } = await fetchRequest(parsed.url, parts.fetchers, options)
      return [{ jwt, pinned, beside: {} }]
    }
    default:
      throw new UportError('REQUEST_UNSIGNED', 'Nobody signed this request; show it as such, or refuse it.', {
        data: { kind: parsed.kind },
      })
  }
}

/** Verifies a request. Contacts nothing that it names but its issuer's document. */
export async function receiveRequest(
  { jwt, pinned, beside }: IncomingToken,
  parts: ResponderParts,
  now: number,
  options: Options,
): Promise<ReceivedRequest> {
  const { payload } = decodeJwt(jwt)
  const type = readType(payload)
  const flow = parts.flows.find((one) => one.requestTypes.includes(type))
  if (flow === undefined) {
    throw new UportError('REQUEST_TYPE_UNSUPPORTED', 'This wallet has no flow for that type of request.', {
      data: { type: requestTypeName(type) },
    })
  }
  const verified = await verifyJwt(jwt, rulesFor(type, payload, parts, now), options)
  const { iat, exp } = verified.times
  const callback = readCallback(payload, beside.callbackUrl)
  const redirect = judgeRedirect(beside.redirectUrl, parseRedirectUrl(payload['redirect_url']), callback?.url)
  const replyMode = beside.replyMode ?? 'post'
  const assumed = (type === undefined ? now : (iat ?? now)) + ASSUMED_LIFETIME
  return {
    hash: sha256Base64url(signingInputOf(jwt)),
    verified,
    type: requestTypeName(type),
    flow,
    pinned,
    replyMode,
    target: replyMode === 'redirect' ? redirectTarget(payload, redirect, callback) : callback,
    redirect,
    // A credential's `exp` is the end of what it says, not of the offer.
    expiresAt: type === undefined ? Math.min(exp ?? assumed, assumed) : (exp ?? assumed),
    expiryAssumed: type === undefined || exp === undefined,
    boxPub: readBoxPub(payload['boxPub']),
  }
}

/** By redirect the answer goes to the page itself; without one, to the callback. */
function redirectTarget(
  payload: JsonObject,
  redirect: URL | undefined,
  callback: Callback | undefined,
): Callback | undefined {
  if (redirect === undefined) return callback
  return { url: redirect, signed: payload['redirect_url'] !== undefined || callback?.signed === true }
}

/** A credential may be old and without end; a request must be new, and end. */
function rulesFor(
  type: RequestType,
  payload: JsonObject,
  parts: ResponderParts,
  now: number,
): VerifyJwtRules {
  const { resolver, engine, algorithms, skew, legacyTimes } = parts
  const audience = parts.identity.did
  const rules = { resolver, engine, algorithms, now, skew, legacyTimes, audience, fresh: true }
  if (type === undefined) return rules
  const endless = parts.requestsWithoutExp === true && payload['exp'] === undefined
  return endless
    ? { ...rules, maxAge: ASSUMED_LIFETIME }
    : { ...rules, requireExpiry: true, requireIssuedAt: true }
}

function fetchRequest(
  url: URL,
  fetchers: readonly RequestFetcher[] = [],
  options: Options,
): Promise<FetchedRequest> {
  const fetcher = fetchers.find((one) => one.accepts(url))
  if (fetcher !== undefined) return fetcher.fetch(url, options)
  throw new UportError(
    'REQUEST_MALFORMED',
    'This is no request URI, and no fetcher takes it as a reference.',
    {
      data: { reason: 'no fetcher accepts it' },
    },
  )
}

/**
 * The type decides whether anything is resolved at all, so it is read first; the signature is checked after. Only a token
 * without any type is a credential: an unknown type is a request that this wallet does not know.
 */
function readType(payload: JsonObject): RequestType {
  const type = payload['type']
  if (type === undefined) return undefined
  if (typeof type === 'string') return type.slice(0, 64)
  throw new UportError('REQUEST_TYPE_UNSUPPORTED', 'The type of the request is no text.', {
    data: { type: 'none' },
  })
}

function readBoxPub(value: unknown): Uint8Array | undefined {
  if (value === undefined) return undefined
  const bytes = typeof value === 'string' ? decodeBase64(value) : undefined
  if (bytes?.length === 32) return bytes
  throw new UportError('REQUEST_INVALID', "The request's boxPub is not a Base64 key of 32 bytes.", {
    data: { member: 'boxPub', reason: 'is not a Base64 key of 32 bytes' },
  })
}
