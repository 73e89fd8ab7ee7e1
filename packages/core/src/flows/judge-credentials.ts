import { isUportError, UportError } from '../errors/uport-error.ts'
import { sameDid } from '../identity/did.ts'
import type { VerifiableClaimSpec } from '../messages/claim-specs.ts'
import { parseCredential } from '../messages/credential.ts'
import type { Did } from '../ports/did.ts'
import type { JsonObject } from '../ports/json.ts'
import type { Verified, VerifyContext } from './flow.ts'

/** A verified claim about the person who answered. */
export interface Credential extends Verified {
  /** Whom it is about: the folded DID of the one who shows it, or, where `subjects` is `any`, as it was written. */
  readonly sub: string
  readonly claim: JsonObject
}

/** A credential that does not count, and the code of the error that says why. */
export interface UnacceptedCredential {
  readonly jwt: string
  readonly code: string
}

/** Each credential of a reply is exactly one of these. */
export interface JudgedCredentials {
  readonly verified: readonly Credential[]
  readonly invalid: readonly UnacceptedCredential[]
  readonly undetermined: readonly UnacceptedCredential[]
}

/** What judging needs of a context. */
export type CredentialJudge = Pick<VerifyContext, 'verifyCredential' | 'subjects' | 'signal'>

/** How many credentials are verified at a time: each may cost a resolution. */
const CONCURRENCY = 8

type Verdict =
  | { readonly kind: 'verified'; readonly credential: Credential }
  | { readonly kind: 'invalid' | 'undetermined'; readonly credential: UnacceptedCredential }

/** Verifies every credential of a reply; a bad one harms no other. */
export async function judgeCredentials(
  jwts: readonly string[],
  holder: Did,
  specs: readonly VerifiableClaimSpec[],
  context: CredentialJudge,
): Promise<JudgedCredentials> {
  const verdicts: Verdict[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < jwts.length) {
      const index = next++
      verdicts[index] = await judge(jwts[index] ?? '', holder, specs, context)
    }
  }
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, jwts.length) }, worker))
  const unaccepted = (kind: 'invalid' | 'undetermined') =>
    verdicts.flatMap((verdict) => (verdict.kind === kind ? [verdict.credential] : []))
  return {
    verified: verdicts.flatMap((verdict) => (verdict.kind === 'verified' ? [verdict.credential] : [])),
    invalid: unaccepted('invalid'),
    undetermined: unaccepted('undetermined'),
  }
}

async function judge(
  jwt: string,
  holder: Did,
  specs: readonly VerifiableClaimSpec[],
  context: CredentialJudge,
): Promise<Verdict> {
  try {
    const { issuer, payload, jwt: token } = await context.verifyCredential(jwt)
    const { sub, claim } = parseCredential(payload)
    const own = sameDid(sub, holder)
    if (!own && context.subjects !== 'any') {
      throw new UportError('CREDENTIAL_OTHER_SUBJECT', 'The credential is about somebody else.')
    }
    assertIssuerAccepted(issuer, claim, specs)
    return { kind: 'verified', credential: { issuer, payload, jwt: token, sub: own ? holder : sub, claim } }
  } catch (error) {
    context.signal?.throwIfAborted()
    // An error that is not ours comes from somebody's resolver: it says nothing against the credential.
    const code = isUportError(error) ? error.code : 'DID_RESOLUTION_FAILED'
    const judged = isUportError(error) && !error.retryable
    return { kind: judged ? 'invalid' : 'undetermined', credential: { jwt, code } }
  }
}

/** A claim of a kind that was asked of certain issuers must come from one of them. */
function assertIssuerAccepted(issuer: Did, claim: JsonObject, specs: readonly VerifiableClaimSpec[]): void {
  for (const { type, issuers } of specs) {
    if (issuers.length === 0 || !Object.hasOwn(claim, type)) continue
    if (issuers.some((accepted) => sameDid(accepted, issuer))) continue
    throw new UportError(
      'CREDENTIAL_ISSUER_NOT_ACCEPTED',
      'The credential is by an issuer that was not asked for.',
      {
        data: { issuer },
      },
    )
  }
}
