import type { JwtClaims } from '../jwt/encode.ts'
import type { JsonObject } from '../ports/json.ts'

/** What binds a reply to its request. */
export interface ReplyBinding {
  /** The request, verbatim. */
  readonly req?: string | undefined
  /** The request's `iss`, verbatim. */
  readonly aud?: string | undefined
  /** Proves that wallet and page are on one device. */
  readonly code?: string | undefined
}

/** A reply's claims in the order of the original signers: `req`, the content, `aud`, `type`. */
export function createReplyPayload(content: JsonObject, { req, aud, code }: ReplyBinding): JwtClaims {
  const { type, ...members } = content
  return { req, ...members, code, aud, type }
}
