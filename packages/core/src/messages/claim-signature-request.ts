import { isDid } from '../identity/did.ts'
import { isJsonObject } from '../identity/is-json-object.ts'
import { isMnid } from '../identity/mnid.ts'
import type { JsonObject } from '../ports/json.ts'
import { member, optionalObject, optionalText, refuseRequest } from './members.ts'

/** A request to sign a claim (`verReq`), read. */
export interface ClaimSignatureRequest {
  readonly type: 'verReq'
  /** Whom the claim is about, as written. */
  readonly sub: string
  /** What is to be signed, exactly so. */
  readonly claim: JsonObject
  /** The part of it to show a person: old libraries wrapped the claim once more, as `{ claim, sub }`. */
  readonly shownClaim: JsonObject
  /** The DID or MNID that must sign, as written. */
  readonly signer?: string | undefined
  /** Seconds that the signed claim shall be valid; undefined: without end. */
  readonly lifetime?: number | undefined
}

/** A hundred years: what is longer is a mistaken point in time. */
const MAX_LIFETIME = 3_155_760_000

/**
 * Reads the payload of a `verReq`.
 *
 * @throws UportError `REQUEST_INVALID` naming the member
 */
export function parseClaimSignatureRequest(payload: JsonObject): ClaimSignatureRequest {
  if (payload['type'] !== 'verReq') return refuseRequest('type', 'is not verReq')
  const claim = optionalObject(payload, 'unsignedClaim', 'unsignedClaim', refuseRequest)
  if (claim === undefined) return refuseRequest('unsignedClaim', 'is missing')
  const sub = optionalText(payload, 'sub', 'sub', refuseRequest)
  if (sub === undefined || sub === '') return refuseRequest('sub', 'is missing')
  return {
    type: 'verReq',
    sub,
    claim,
    shownClaim: unwrap(claim),
    signer: parseSigner(payload),
    lifetime: parseLifetime(payload),
  }
}

/** `riss`: who must answer. */
export function parseSigner(payload: JsonObject): string | undefined {
  const signer = optionalText(payload, 'riss', 'riss', refuseRequest)
  if (signer === undefined || isDid(signer) || isMnid(signer)) return signer
  return refuseRequest('riss', 'is neither a DID nor an MNID')
}

function unwrap(claim: JsonObject): JsonObject {
  const inner = member(claim, 'claim')
  const wraps = Object.keys(claim).every((name) => name === 'claim' || name === 'sub')
  return wraps && isJsonObject(inner) ? inner : claim
}

/** `rexp` is a duration, as the libraries and the wallet had it; the specification's example shows a point in time. */
function parseLifetime(payload: JsonObject): number | undefined {
  const value = member(payload, 'rexp')
  if (value === undefined || value === null) return undefined
  const usable =
    typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= MAX_LIFETIME
  return usable ? value : refuseRequest('rexp', 'is not a number of seconds')
}
