import type { JsonObject } from '../ports/json.ts'
import { type AccountSignature, parseAccountSignature } from './account-signature.ts'
import { MESSAGE_LIMITS, member, refuseReply } from './members.ts'

/** A message that an account signed (`personalSignResp`), read; the signature is not checked yet. */
export interface PersonalSignResponse {
  /** As written: text, or `0x` hex. */
  readonly data: string
  readonly signature: AccountSignature
}

/**
 * Reads the payload of a `personalSignResp`.
 *
 * @throws UportError `REPLY_MALFORMED`
 */
export function parsePersonalSignResponse(payload: JsonObject): PersonalSignResponse {
  const data = member(payload, 'data')
  if (typeof data !== 'string' || data.length > MESSAGE_LIMITS.tokenLength) {
    return refuseReply('data', 'is not text of bearable length')
  }
  return { data, signature: parseAccountSignature(member(payload, 'signature'), 'signature', refuseReply) }
}
