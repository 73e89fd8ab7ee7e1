import { UportError } from '../errors/uport-error.ts'
import { sameDid } from '../identity/did.ts'
import type { JsonObject } from '../ports/json.ts'

/** To whom a token may be addressed. */
export interface AudienceRules {
  /** The DIDs or MNIDs that are mine. Compared folded: a bare MNID is its did:uport, hex case of an address is nothing. */
  readonly audience?: string | readonly string[] | undefined
  /** The callback URL that is mine; compared character by character. */
  readonly callback?: string | undefined
  /** Refuse a token that names no audience. Without it such a token is good for every verifier. */
  readonly requireAudience?: boolean | undefined
}

/**
 * Reads `aud` (RFC 7519, section 4.1.3).
 *
 * @returns its elements; `undefined` where the token has none
 * @throws UportError `JWT_CLAIM_INVALID` where it is neither a text nor an array of texts
 */
export function readAudience(payload: JsonObject): readonly string[] | undefined {
  const value = payload['aud']
  if (value === undefined) return undefined
  if (typeof value === 'string') return [value]
  if (Array.isArray(value) && value.every((element) => typeof element === 'string')) return value
  throw new UportError(
    'JWT_CLAIM_INVALID',
    "The token's aud is neither text nor texts: its issuer must correct it",
    {
      data: { claim: 'aud', reason: 'not text or an array of texts' },
    },
  )
}

/**
 * Checks that one element names the verifier. An empty text names nobody.
 *
 * @throws UportError `JWT_AUDIENCE_MISMATCH`
 */
export function checkAudience(audience: readonly string[] | undefined, rules: AudienceRules): void {
  if (audience === undefined && rules.requireAudience !== true) return
  const mine = typeof rules.audience === 'string' ? [rules.audience] : (rules.audience ?? [])
  const expected = rules.callback === undefined ? mine : [...mine, rules.callback]
  const named = audience ?? []
  if (named.some((element) => isMine(element, mine, expected))) return
  const message =
    expected.length === 0
      ? 'The token is addressed to somebody, and this verifier has no name: configure its audience or callback'
      : 'The token is not addressed to this verifier: compare its aud with the configured audience and callback'
  throw new UportError('JWT_AUDIENCE_MISMATCH', message, {
    data: { audience: Object.freeze([...named]), expected: Object.freeze([...expected]) },
  })
}

function isMine(element: string, mine: readonly string[], expected: readonly string[]): boolean {
  if (element === '') return false
  return expected.includes(element) || mine.some((own) => sameDid(element, own))
}
