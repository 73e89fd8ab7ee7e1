import { UportError } from '../errors/uport-error.ts'
import { sameDid } from '../identity/did.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { parseCredential } from '../messages/credential.ts'
import type { DisclosureRequest } from '../messages/disclosure-request.ts'
import type { JsonObject } from '../ports/json.ts'
import type { JudgedCredentials } from './judge-credentials.ts'

/** The essential own claims of a request that an answer lacks. */
export function missingOwnClaims(asked: DisclosureRequest, own: JsonObject): readonly string[] {
  return asked.own.flatMap(({ name, essential }) => {
    const given = Object.hasOwn(own, name) ? own[name] : undefined
    return essential && (given === undefined || given === null || given === '') ? [name] : []
  })
}

/** The essential kinds of credential of a request that none of these tokens, unverified, could answer. */
export function missingVerifiable(asked: DisclosureRequest, jwts: readonly string[]): readonly string[] {
  return asked.verifiable
    .filter(({ type, essential, issuers }) => essential && !jwts.some((jwt) => answers(jwt, type, issuers)))
    .map(({ type }) => type)
}

function answers(jwt: string, type: string, issuers: readonly string[]): boolean {
  if (!claimNames(jwt).includes(type)) return false
  const issuer = decodeJwt(jwt).payload['iss']
  return issuers.length === 0 || issuers.some((one) => typeof issuer === 'string' && sameDid(one, issuer))
}

/**
 * Refuses a reply without what the request calls essential.
 *
 * @throws UportError `ESSENTIAL_CLAIMS_MISSING`; `CREDENTIAL_UNDETERMINED` (retryable) where a credential that would
 * fill the gap could not be judged
 */
export function checkEssential(
  asked: DisclosureRequest,
  own: JsonObject,
  credentials: JudgedCredentials,
): void {
  const missingOwn = missingOwnClaims(asked, own)
  const missingVerifiable = asked.verifiable
    .filter(
      ({ type, essential }) =>
        essential && !credentials.verified.some(({ claim }) => Object.hasOwn(claim, type)),
    )
    .map(({ type }) => type)
  if (missingOwn.length === 0 && missingVerifiable.length === 0) return
  if (missingOwn.length === 0) assertNotUndetermined(missingVerifiable, credentials)
  throw new UportError(
    'ESSENTIAL_CLAIMS_MISSING',
    'The reply lacks claims that the request calls essential.',
    {
      data: { own: missingOwn, verifiable: missingVerifiable },
    },
  )
}

/** When every gap may be filled by a credential that a failing source kept from being judged, nothing is decided yet. */
function assertNotUndetermined(missing: readonly string[], { undetermined }: JudgedCredentials): void {
  const pending = undetermined.filter(({ jwt }) => missing.some((type) => claimNames(jwt).includes(type)))
  const coverable = missing.every((type) => pending.some(({ jwt }) => claimNames(jwt).includes(type)))
  if (!coverable) return
  throw new UportError(
    'CREDENTIAL_UNDETERMINED',
    'An essential credential could not be judged because a source failed; nothing was consumed, try again.',
    { data: { codes: pending.map(({ code }) => code) }, retryable: true },
  )
}

/** The names in a credential's claim, unverified: good enough to know what it might have proven. */
function claimNames(jwt: string): readonly string[] {
  try {
    return Object.keys(parseCredential(decodeJwt(jwt).payload).claim)
  } catch {
    return []
  }
}
