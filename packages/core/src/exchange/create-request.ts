import { encodeBase64 } from '../bytes/base64.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import { systemRandomBytes } from '../encryption/random-bytes.ts'
import type { Ask, Outcome } from '../flows/flow.ts'
import { signJwt } from '../jwt/encode.ts'
import type { Json } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import type { ReplyChannel } from '../ports/reply-channel.ts'
import type { PendingRequest } from '../ports/request-store.ts'
import type { OutgoingRequest, ReplyMode } from '../ports/transport.ts'
import { createRequestUri, type RequestLinks } from './request-uri.ts'
import { DEFAULT_LIFETIME, MAX_LIFETIME, type RequesterParts } from './requester-parts.ts'

export interface RequestTerms {
  readonly channel: ReplyChannel
  readonly lifetime?: number | undefined
  readonly appState?: Json | undefined
}

/** 128 random bits, base64url: chosen before signing, unguessable, fit for URLs and topics. */
export function createRequestId(parts: RequesterParts): string {
  return encodeBase64url((parts.randomBytes ?? systemRandomBytes)(16))
}

/** Opens a reply address, signs the request and stores it. Leaves no open address behind when a step fails. */
export async function createRequest(
  id: string,
  ask: Ask<Outcome>,
  now: number,
  parts: RequesterParts,
  { channel, lifetime = ask.flow.lifetime ?? DEFAULT_LIFETIME, appState }: RequestTerms,
  options: Options,
): Promise<PendingRequest> {
  if (!Number.isSafeInteger(lifetime) || lifetime < 1 || lifetime > MAX_LIFETIME) {
    throw new TypeError(`lifetime must be 1 to ${MAX_LIFETIME} whole seconds`)
  }
  const { identity } = parts
  const expiresAt = now + lifetime
  const type = ask.flow.requestTypes[0]
  const reply = await channel.open({ id, expiresAt }, options)
  try {
    const boxPub = encodeBase64(await identity.boxKeys.publicKey(id, options))
    const payload = { iat: now, exp: expiresAt, ...ask.payload, callback: reply.callback, boxPub, type }
    const jwt = await signJwt(payload, identity, options)
    const record: PendingRequest = {
      id,
      issuer: identity.did,
      requestType: type,
      jwt,
      expiresAt,
      reply,
      appState,
    }
    await parts.requests.put(record, options)
    return record
  } catch (error) {
    await channel.close(reply).catch(() => {})
    throw error
  }
}

/** The request as transports see it. */
export function toOutgoing(
  record: PendingRequest,
  replyMode: ReplyMode,
  links: RequestLinks | undefined,
): OutgoingRequest {
  return Object.freeze({
    id: record.id,
    jwt: record.jwt,
    replyMode,
    expiresAt: record.expiresAt,
    uri: (form?: Parameters<OutgoingRequest['uri']>[0]) =>
      createRequestUri(record.jwt, replyMode, links, form),
  })
}
