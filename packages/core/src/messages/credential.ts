import { UportError } from '../errors/uport-error.ts'
import { isJsonObject } from '../identity/is-json-object.ts'
import type { JsonObject } from '../ports/json.ts'
import { member } from './members.ts'

/** The content of a verified claim. */
export interface CredentialContent {
  /** Whom it is about, as written. */
  readonly sub: string
  readonly claim: JsonObject
}

/**
 * Reads the payload of a credential: `sub` and `claim` (early issuers wrote `claims`).
 *
 * @throws UportError `CREDENTIAL_INVALID`
 */
export function parseCredential(payload: JsonObject): CredentialContent {
  const sub = member(payload, 'sub')
  const claim = member(payload, 'claim') ?? member(payload, 'claims')
  if (typeof sub !== 'string' || sub.length === 0) {
    throw new UportError('CREDENTIAL_INVALID', 'The credential names no subject.', {
      data: { reason: 'sub' },
    })
  }
  if (!isJsonObject(claim)) {
    throw new UportError('CREDENTIAL_INVALID', 'The credential carries no claim object.', {
      data: { reason: 'claim' },
    })
  }
  return { sub, claim }
}
