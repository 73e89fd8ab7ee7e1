import { encodeBase64 } from '../bytes/base64.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import { systemRandomBytes } from '../encryption/random-bytes.ts'
import { type Ask, type Outcome, requestTypeName } from '../flows/flow.ts'
import { type JwtClaims, signJwt } from '../jwt/encode.ts'
import type { Json } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import type { ReplyChannel } from '../ports/reply-channel.ts'
import type { PendingRequest } from '../ports/request-store.ts'
import type { OutgoingRequest, ReplyMode } from '../ports/transport.ts'
import { parseRedirectUrl } from './redirect-url.ts'
import { createRequestUri, type RequestLinks } from './request-uri.ts'
import { DEFAULT_LIFETIME, MAX_LIFETIME, type RequesterParts } from './requester-parts.ts'

export interface RequestTerms {
  readonly channel: ReplyChannel
  readonly lifetime?: number | undefined
  readonly appState?: Json | undefined
  readonly redirectUrl?: string | undefined
}

/** The members of a request that are the kernel's. */
export interface TransportMembers {
  readonly iat: number
  readonly exp?: number | undefined
  readonly callback?: string | undefined
  readonly boxPub?: string | undefined
  readonly redirect_url?: string | undefined
}

/** 128 random bits, base64url: chosen before signing, unguessable, fit for URLs and topics. */
export function createRequestId(parts: RequesterParts): string {
  return encodeBase64url((parts.randomBytes ?? systemRandomBytes)(16))
}

/**
 * What is signed: the flow's members and the kernel's. A credential gets nothing but `iat`: it is kept and shown to others
 * for years, so how it was delivered has no place in it.
 */
export function createPayload({ flow, payload }: Ask<Outcome>, members: TransportMembers): JwtClaims {
  const [type] = flow.requestTypes
  if (type === undefined) return { iat: members.iat, ...payload }
  return inOrder({ ...payload, ...members, type }, flow.memberOrder ?? [])
}

function inOrder(claims: JwtClaims, order: readonly string[]): JwtClaims {
  const first = order
    .filter((name) => Object.hasOwn(claims, name))
    .map((name) => [name, claims[name]] as const)
  return { ...Object.fromEntries(first), ...claims }
}

/** Opens a reply address, signs the request and stores it. Leaves no open address behind when a step fails. */
export async function createRequest(
  id: string,
  ask: Ask<Outcome>,
  now: number,
  parts: RequesterParts,
  terms: RequestTerms,
  options: Options,
): Promise<PendingRequest> {
  const { channel, lifetime = ask.flow.lifetime ?? DEFAULT_LIFETIME, appState } = terms
  const [type] = ask.flow.requestTypes
  assertTerms(type, lifetime, terms.redirectUrl)
  const { identity } = parts
  const expiresAt = now + lifetime
  const reply = await channel.open({ id, expiresAt }, options)
  try {
    const boxPub =
      type === undefined
        ? undefined
        : encodeBase64(await identity.boxKeys.publicKey(id, { ...options, expiresAt }))
    const members = { iat: now, exp: expiresAt, callback: reply.callback, boxPub }
    const payload = createPayload(ask, { ...members, redirect_url: terms.redirectUrl })
    const jwt = await signJwt(payload, identity, { ...options, now })
    const record: PendingRequest = {
      id,
      issuer: identity.did,
      requestType: requestTypeName(type),
      jwt,
      expiresAt,
      reply,
      appState,
    }
    await parts.requests.put(record, options)
    return record
  } catch (error) {
    await Promise.allSettled([channel.close(reply), identity.boxKeys.forget?.(id)])
    throw error
  }
}

function assertTerms(type: string | undefined, lifetime: number, redirectUrl: string | undefined): void {
  if (!Number.isSafeInteger(lifetime) || lifetime < 1 || lifetime > MAX_LIFETIME) {
    throw new TypeError(`lifetime must be 1 to ${MAX_LIFETIME} whole seconds`)
  }
  if (redirectUrl === undefined) return
  if (type === undefined) throw new TypeError('redirectUrl: a credential carries no address to come back to')
  if (parseRedirectUrl(redirectUrl) === undefined) {
    throw new TypeError("redirectUrl must be an http(s) URL, or one of your app's own scheme")
  }
}

/** The request as transports see it. Where the token itself names no callback, the URI does, unsigned. */
export function toOutgoing(
  record: PendingRequest,
  replyMode: ReplyMode,
  links: RequestLinks | undefined,
): OutgoingRequest {
  const beside =
    record.requestType === requestTypeName(undefined) ? { callbackUrl: record.reply.callback } : undefined
  return Object.freeze({
    id: record.id,
    jwt: record.jwt,
    replyMode,
    expiresAt: record.expiresAt,
    uri: (form?: Parameters<OutgoingRequest['uri']>[0]) =>
      createRequestUri(record.jwt, replyMode, links, form, beside),
  })
}
