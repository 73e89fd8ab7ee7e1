import type { VerifyJwtRules } from '../jwt/verify.ts'
import type { Clock } from '../ports/clock.ts'
import type { Options } from '../ports/options.ts'
import { verifyDomainLinkage } from './domain-linkage.ts'
import {
  type IssuerClaims,
  readIssuerClaims,
  undeterminedClaims,
  verifyIssuerClaims,
} from './issuer-claims.ts'
import type { ReceivedRequest } from './receive-request.ts'
import { judgeRecipient, type RecipientTrust } from './recipient.ts'
import type { ResponderParts } from './responder-parts.ts'
import { ENRICHMENT_DEADLINE, withDeadline } from './with-deadline.ts'

/** What a consent screen needs beside the token: the request as its flow reads it, and what is known of its sender. */
export interface RequesterFacts {
  readonly request: unknown
  readonly recipient: RecipientTrust
  readonly issuerClaims: IssuerClaims
}

/**
 * Gathers it once a request has verified, for not before then may anything be contacted that it names. What fails or
 * takes too long is unknown; it keeps nobody from the request.
 *
 * @throws UportError `REQUEST_INVALID`
 */
export async function gatherRequesterFacts(
  { verified, flow, target }: ReceivedRequest,
  parts: ResponderParts,
  clock: Clock,
  options: Options,
): Promise<RequesterFacts> {
  const { issuer, payload } = verified
  const request: unknown = flow.parseRequest(payload)
  const entries = readIssuerClaims(payload)
  const { resolver, engine, algorithms, skew, legacyTimes, safeFetch, content } = parts
  const rules: VerifyJwtRules = { resolver, engine, algorithms, skew, legacyTimes, now: clock.now() }

  const attests = async (origin: string): Promise<boolean> =>
    safeFetch !== undefined &&
    withDeadline(clock, ENRICHMENT_DEADLINE, options, false, (signal) =>
      verifyDomainLinkage(issuer, origin, safeFetch, rules, { signal }),
    )
  const unknown = undeterminedClaims(entries)
  const claims =
    entries.length === 0
      ? unknown
      : withDeadline(clock, ENRICHMENT_DEADLINE, options, unknown, (signal) =>
          verifyIssuerClaims(entries, issuer, rules, content, { signal }),
        )
  const [recipient, issuerClaims] = await Promise.all([judgeRecipient(issuer, target, attests), claims])
  return { request, recipient, issuerClaims }
}
