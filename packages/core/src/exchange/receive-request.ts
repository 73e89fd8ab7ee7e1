import { decodeBase64 } from '../bytes/base64.ts'
import { sha256Base64url } from '../bytes/hash.ts'
import { UportError } from '../errors/uport-error.ts'
import type { AnyReplyFlow } from '../flows/flow.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { type VerifiedJwt, verifyJwt } from '../jwt/verify.ts'
import type { Options } from '../ports/options.ts'
import type { ReplyMode } from '../ports/transport.ts'
import type { FetchedRequest, RequestFetcher } from '../ports/wallet.ts'
import { signingInputOf } from './reply-hash.ts'
import { parseRequestUri } from './request-uri.ts'
import type { ResponderParts } from './responder-parts.ts'

/** A request that verified, and what the wallet needs to answer it. */
export interface ReceivedRequest {
  /** base64url SHA-256 of the signing input. */
  readonly hash: string
  readonly verified: VerifiedJwt
  readonly type: string
  readonly flow: AnyReplyFlow
  readonly pinned: boolean
  readonly replyMode: ReplyMode
  readonly expiresAt: number
  /** The requester's key for sealing, where it gave one. */
  readonly boxPub: Uint8Array | undefined
}

/** Reads and verifies a request. Contacts nothing that it names but its issuer's document and, by reference, itself. */
export async function receiveRequest(
  text: string,
  parts: ResponderParts,
  now: number,
  options: Options,
): Promise<ReceivedRequest> {
  const parsed = parseRequestUri(text)
  const { jwt, pinned } =
    parsed.kind === 'inline'
      ? { jwt: parsed.jwt, pinned: true }
      : await fetchRequest(parsed.url, parts.fetchers, options)
  const type = readType(jwt)
  const flow = parts.flows.find((one) => one.requestTypes.includes(type))
  if (flow === undefined) {
    throw new UportError('REQUEST_TYPE_UNSUPPORTED', 'This wallet has no flow for that type of request.', {
      data: { type },
    })
  }
  const verified = await verifyJwt(
    jwt,
    {
      resolver: parts.resolver,
      engine: parts.engine,
      now,
      skew: parts.skew,
      audience: parts.identity.did,
      requireExpiry: true,
      requireIssuedAt: true,
      fresh: true,
    },
    options,
  )
  return {
    hash: sha256Base64url(signingInputOf(jwt)),
    verified,
    type,
    flow,
    pinned,
    replyMode: (parsed.kind === 'inline' ? parsed.replyMode : undefined) ?? 'post',
    expiresAt: Number(verified.payload['exp']),
    boxPub: readBoxPub(verified.payload['boxPub']),
  }
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

/** The type decides whether anything is resolved at all, so it is read first; the signature is checked after. */
function readType(jwt: string): string {
  const type = decodeJwt(jwt).payload['type']
  if (typeof type === 'string') return type.slice(0, 64)
  throw new UportError('REQUEST_TYPE_UNSUPPORTED', 'The token names no type of request.', {
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
