import { isUportError, type UportError } from '@uport-kit/core'

/** One rule that a token must keep, in the order in which they are applied. */
export interface Rule {
  readonly id: string
  /** What the rule asks, for people. */
  readonly asks: string
}

/** What costs nothing first; then the issuer and the signature; then times and audience; what the token says last. */
export const RULES = [
  { id: 'form', asks: 'three parts of base64url, JSON objects, of acceptable size' },
  { id: 'algorithm', asks: 'signed with an algorithm that is accepted' },
  { id: 'signature-form', asks: 'the signature has the length of its algorithm' },
  {
    id: 'claims',
    asks: 'exp, nbf and iat are whole Unix seconds, aud is text, and what is required is there',
  },
  { id: 'issuer', asks: 'iss is a DID or an MNID' },
  { id: 'registry', asks: "the issuer's registry knows it" },
  { id: 'content', asks: 'the document is the one whose hash is registered' },
  { id: 'document', asks: 'the document can be read, and speaks for the issuer' },
  { id: 'key', asks: 'the document lists a key for the algorithm' },
  { id: 'signature', asks: 'one of these keys made the signature' },
  { id: 'start', asks: 'nbf and iat are not in the future' },
  { id: 'expiry', asks: 'exp has not passed' },
  { id: 'audience', asks: 'the token is addressed to this verifier, or to nobody' },
  { id: 'credential', asks: 'a credential has a subject and a claim' },
] as const satisfies readonly Rule[]

export type RuleId = (typeof RULES)[number]['id']

const BY_CODE: ReadonlyMap<string, RuleId> = new Map<string, RuleId>([
  ['JWT_TOO_LARGE', 'form'],
  ['JWT_MALFORMED', 'form'],
  ['JWT_ALGORITHM_UNSUPPORTED', 'algorithm'],
  ['JWT_SIGNATURE_LENGTH', 'signature-form'],
  ['DID_INVALID', 'issuer'],
  ['MNID_INVALID', 'issuer'],
  ['DID_DOCUMENT_INVALID', 'document'],
  ['DID_DOCUMENT_ID_MISMATCH', 'document'],
  ['IDENTITY_DOCUMENT_INVALID', 'document'],
  ['JWT_NO_SUITABLE_KEY', 'key'],
  ['JWT_SIGNATURE_INVALID', 'signature'],
  ['JWT_NOT_YET_VALID', 'start'],
  ['JWT_EXPIRED', 'expiry'],
  ['JWT_AUDIENCE_MISMATCH', 'audience'],
  ['CREDENTIAL_INVALID', 'credential'],
])

/** The rule that an error of the kernel or of a resolver is about. */
export function ruleOf(error: UportError): RuleId {
  if (isUportError(error, 'JWT_MALFORMED') && error.data.reason === 'header has critical members') {
    return 'algorithm'
  }
  if (isUportError(error, 'JWT_CLAIM_INVALID')) return error.data.claim === 'iss' ? 'issuer' : 'claims'
  const known = BY_CODE.get(error.code)
  if (known !== undefined) return known
  // Everything else comes from a resolver: bytes behind a hash, or the registry before them.
  return /^(?:CONTENT_|CID_)/.test(error.code) ? 'content' : 'registry'
}
