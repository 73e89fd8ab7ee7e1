import { isUportError, type JsonObject, sameDid, type VerifyJwtRules, verifyJwt } from '@uport-kit/core'
import type { JudgedClaims, VerifiedClaim } from './disclosure-profile.ts'

type Verdict =
  | { readonly kind: 'verified'; readonly claim: VerifiedClaim }
  | { readonly kind: 'invalid' | 'undetermined'; readonly jwt: string }

/**
 * Verifies the credentials of a response, each by itself. One whose issuer cannot be resolved now is undetermined, not
 * invalid: a network that failed says nothing about it.
 *
 * @param holder whom they must be about; undefined: anybody
 */
export async function judgeClaims(
  jwts: readonly string[],
  holder: string | undefined,
  rules: VerifyJwtRules,
): Promise<JudgedClaims> {
  const verdicts = await Promise.all(jwts.map((jwt) => judge(jwt, holder, rules)))
  const tokens = (kind: 'invalid' | 'undetermined') =>
    verdicts.flatMap((verdict) => (verdict.kind === kind ? [verdict.jwt] : []))
  return {
    verified: verdicts.flatMap((verdict) => (verdict.kind === 'verified' ? [verdict.claim] : [])),
    invalid: tokens('invalid'),
    undetermined: tokens('undetermined'),
  }
}

async function judge(jwt: string, holder: string | undefined, rules: VerifyJwtRules): Promise<Verdict> {
  try {
    const { payload } = await verifyJwt(jwt, rules)
    if (isAbout(payload, holder)) return { kind: 'verified', claim: { ...payload, jwt } }
    return { kind: 'invalid', jwt }
  } catch (error) {
    const judged = isUportError(error) && !error.retryable
    return { kind: judged ? 'invalid' : 'undetermined', jwt }
  }
}

/** A credential has a claim object; a request that somebody signed has none. Early issuers wrote `claims`. */
function isAbout(payload: JsonObject, holder: string | undefined): boolean {
  const claim = payload['claim'] ?? payload['claims']
  if (typeof claim !== 'object' || claim === null) return false
  const subject = payload['sub']
  return holder === undefined || (typeof subject === 'string' && sameDid(subject, holder))
}
