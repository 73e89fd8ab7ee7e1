import type { ReplyContext } from '../flows/flow.ts'
import { mnidFromDid } from '../identity/did.ts'
import { signJwt } from '../jwt/encode.ts'
import type { Clock } from '../ports/clock.ts'
import type { Did } from '../ports/did.ts'
import type { Identity } from '../ports/identity.ts'
import type { Options } from '../ports/options.ts'
import type { ReceivedRequest } from './receive-request.ts'
import { createReplyPayload } from './reply-payload.ts'
import { DEFAULT_REPLY_LIFETIME, type ResponderParts } from './responder-parts.ts'

/** What a flow may use to answer `received` as `identity`. */
export function createReplyContext(
  { verified, target }: ReceivedRequest,
  identity: Identity,
  code: string | undefined,
  parts: ResponderParts,
  clock: Clock,
  options: Options,
): ReplyContext {
  const audience = String(verified.payload['iss'])
  // A bare MNID is answered by a bare MNID: old peers compare text.
  const bare = !audience.startsWith('did:') && identity.did.startsWith('did:uport:')
  const did = bare ? bareMnid(identity.did) : identity.did
  const replyLifetime = parts.replyLifetime ?? DEFAULT_REPLY_LIFETIME
  return {
    ...options,
    identity,
    requestJwt: verified.jwt,
    requester: verified.issuer,
    audience,
    callback: target === undefined ? 'none' : target.signed ? 'signed' : 'unsigned',
    subjects: parts.subjects ?? 'holder',
    sign: (content) =>
      signJwt(
        createReplyPayload(content, { req: verified.jwt, aud: audience, code }),
        { ...identity, did },
        { ...options, now: clock.now(), expiresIn: replyLifetime },
      ),
    issue: (payload, { expiresIn } = {}) =>
      signJwt(payload, identity, { ...options, now: clock.now(), expiresIn }),
  }
}

function bareMnid(did: Did): string {
  mnidFromDid(did)
  return did.slice('did:uport:'.length)
}
