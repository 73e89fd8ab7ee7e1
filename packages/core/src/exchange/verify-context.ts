import { UportError } from '../errors/uport-error.ts'
import type { RequestFlow, VerifiedReply, VerifyContext } from '../flows/flow.ts'
import { foldDid } from '../identity/did.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { type VerifyJwtRules, verifyJwt } from '../jwt/verify.ts'
import type { Options } from '../ports/options.ts'
import type { PendingRequest } from '../ports/request-store.ts'
import type { RequesterParts } from './requester-parts.ts'

/** What a flow may use to judge one reply to `record`. */
export function createVerifyContext(
  record: PendingRequest,
  flow: RequestFlow,
  parts: RequesterParts,
  at: { readonly now: number; readonly sealed: boolean },
  options: Options,
): VerifyContext {
  const rules: VerifyJwtRules = {
    resolver: parts.resolver,
    engine: parts.engine,
    now: at.now,
    skew: parts.skew,
  }
  return {
    ...options,
    ...at,
    request: { issuer: foldDid(record.issuer), payload: decodeJwt(record.jwt).payload, jwt: record.jwt },
    requestId: record.id,
    content: parts.content,
    async verifyReplyJwt(jwt, { type, echo }) {
      // Cheap and offline first: a token that is not bound to us must not make us resolve its issuer.
      assertBound(jwt, record, type, echo || flow.binding === 'echo')
      return verify(jwt, {
        ...rules,
        audience: record.issuer,
        callback: record.reply.callback,
        requireAudience: true,
        requireExpiry: true,
        authentication: true,
        fresh: true,
      })
    },
    verifyCredential: (jwt) =>
      verify(jwt, { ...rules, audience: record.issuer, callback: record.reply.callback }),
  }

  async function verify(jwt: string, all: VerifyJwtRules): Promise<VerifiedReply> {
    const { issuer, payload, document, skewUsed } = await verifyJwt(jwt, all, options)
    return { issuer, payload, jwt, document, skewUsed }
  }
}

function assertBound(jwt: string, record: PendingRequest, type: string | undefined, echo: boolean): void {
  const { payload } = decodeJwt(jwt)
  const found = payload['type']
  if (found !== type) {
    throw new UportError('REPLY_TYPE_MISMATCH', 'The reply is of another type than its request asks for.', {
      data: {
        expected: type ?? 'none',
        found: typeof found === 'string' ? found.slice(0, 64) : typeof found,
      },
    })
  }
  if (echo && payload['req'] !== record.jwt) {
    throw new UportError('REPLY_NOT_BOUND', 'The reply does not repeat the request it is said to answer.')
  }
}
