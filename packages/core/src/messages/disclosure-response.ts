import { UportError } from '../errors/uport-error.ts'
import type { JsonObject } from '../ports/json.ts'
import { optionalObject, optionalText, refuseReply, textList } from './members.ts'

/** A disclosure response (`shareResp`), read. What the user wrote stays in `own`. */
export interface DisclosureResponse {
  readonly own: JsonObject
  /** Credential JWTs, not verified yet. */
  readonly credentials: readonly string[]
  /** MNID of the account that was asked for, claimed by the user. */
  readonly account?: string | undefined
}

/** Names that only a proof may carry: an application that reads them from `own` would take a claim for a fact. */
const RESERVED: readonly string[] = ['did', 'iss', 'sub', 'mnid', 'verified']

const MAX_CREDENTIAL_LENGTH = 65_536

/**
 * Reads the payload of a `shareResp`. Credentials come as `verified`, or as `vc` from peers that follow the
 * specification's text.
 *
 * @throws UportError `REPLY_MALFORMED`, `OWN_CLAIM_RESERVED`
 */
export function parseDisclosureResponse(payload: JsonObject): DisclosureResponse {
  const own = optionalObject(payload, 'own', 'own', refuseReply) ?? {}
  for (const name of RESERVED) {
    if (Object.hasOwn(own, name)) {
      throw new UportError(
        'OWN_CLAIM_RESERVED',
        `The reply claims ${name} for itself; only a proof may carry it.`,
        {
          data: { name },
        },
      )
    }
  }
  const verified = textList(payload, 'verified', 'verified', refuseReply, MAX_CREDENTIAL_LENGTH)
  const vc = textList(payload, 'vc', 'vc', refuseReply, MAX_CREDENTIAL_LENGTH)
  return {
    own,
    credentials: [...new Set([...verified, ...vc])],
    account: optionalText(payload, 'nad', 'nad', refuseReply),
  }
}
