import { UportError } from '../errors/uport-error.ts'
import type { JsonObject } from '../ports/json.ts'

/** What a verifier asks of a token's times. All in seconds. */
export interface TimeRules {
  /** Unix time. */
  readonly now: number
  /** How far the two clocks may differ. Default 60; the original verifiers allowed 300. */
  readonly skew?: number | undefined
  /** Refuse a token without `exp`. */
  readonly requireExpiry?: boolean | undefined
  /** Refuse a token without `iat`, and check `iat` even where `nbf` is there. */
  readonly requireIssuedAt?: boolean | undefined
  /** Treat the token as expired this long after its `iat`, whatever its `exp` says; implies `requireIssuedAt`. */
  readonly maxAge?: number | undefined
  /** Read times that early signers wrote in milliseconds. Default false: such a token lies far in the future. */
  readonly legacyTimes?: boolean | undefined
}

/** The registered times of a token (RFC 7519, sections 4.1.4 to 4.1.6), whole Unix seconds. */
export interface TimeClaims {
  readonly exp?: number | undefined
  readonly nbf?: number | undefined
  readonly iat?: number | undefined
}

/** Seconds of tolerance unless told otherwise. */
const DEFAULT_SKEW = 60

/** From here on a number is taken for milliseconds where they are allowed: the year 2001 so, the year 33658 as seconds. */
const FIRST_MILLISECONDS = 1_000_000_000_000

/**
 * Reads the times and sees to it that those the rules require are there.
 *
 * @throws UportError `JWT_CLAIM_INVALID` where one is present and no integer (`"never"`, `null`, `1.5`), or missing
 */
export function readTimeClaims(payload: JsonObject, rules: TimeRules): TimeClaims {
  const inSeconds = (value: number | undefined): number | undefined =>
    rules.legacyTimes === true ? toSeconds(value) : value
  const exp = inSeconds(readTime(payload, 'exp', rules.requireExpiry === true))
  const nbf = inSeconds(readTime(payload, 'nbf', false))
  const iat = inSeconds(readTime(payload, 'iat', asksIssuedAt(rules)))
  return { exp, nbf, iat }
}

/**
 * Checks the times against the verifier's clock. `nbf` and `iat` must not lie further ahead than the skew, `exp` must not
 * lie as far back as it; where `nbf` is present, `iat` is informative unless the rules ask for it.
 *
 * @returns the seconds of tolerance that the token needed; 0 where the clocks agree
 * @throws UportError `JWT_NOT_YET_VALID`, `JWT_EXPIRED`
 */
export function checkTime(claims: TimeClaims, rules: TimeRules): number {
  const start = claims.nbf === undefined ? undefined : checkStart('nbf', claims.nbf, rules)
  const checksIssuedAt = claims.nbf === undefined || asksIssuedAt(rules)
  const issued = checksIssuedAt && claims.iat !== undefined ? checkStart('iat', claims.iat, rules) : undefined
  const ends = claims.exp === undefined ? undefined : checkEnd(claims.exp, rules)
  const ages =
    claims.iat === undefined || rules.maxAge === undefined
      ? undefined
      : checkEnd(claims.iat + rules.maxAge, rules)
  return Math.max(0, start ?? 0, issued ?? 0, ends ?? 0, ages ?? 0)
}

/** @throws TypeError where the clock or a span is no whole number of seconds */
export function requireTimeRules(rules: TimeRules): void {
  if (!Number.isSafeInteger(rules.now)) throw new TypeError('now must be the Unix time in whole seconds')
  requireSpan(rules.skew, 'skew')
  requireSpan(rules.maxAge, 'maxAge')
}

function requireSpan(value: number | undefined, name: string): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) {
    throw new TypeError(`${name} must be a whole number of seconds, 0 or more`)
  }
}

function asksIssuedAt(rules: TimeRules): boolean {
  return rules.requireIssuedAt === true || rules.maxAge !== undefined
}

function toSeconds(value: number | undefined): number | undefined {
  return value === undefined || value < FIRST_MILLISECONDS ? value : Math.floor(value / 1000)
}

function readTime(payload: JsonObject, claim: 'exp' | 'nbf' | 'iat', required: boolean): number | undefined {
  const value = payload[claim]
  if (value === undefined && !required) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  const reason = value === undefined ? 'missing' : 'not an integer'
  throw new UportError(
    'JWT_CLAIM_INVALID',
    `The token's ${claim} is ${reason}: its issuer must write Unix seconds`,
    {
      data: { claim, reason },
    },
  )
}

function checkStart(claim: 'iat' | 'nbf', value: number, rules: TimeRules): number {
  const { now, skew = DEFAULT_SKEW } = rules
  const ahead = value - now
  if (ahead > skew) {
    throw new UportError(
      'JWT_NOT_YET_VALID',
      `The token's ${claim} lies ${ahead} s ahead of this clock (${skew} s allowed): compare both clocks with the true time`,
      { data: { claim, value, now, skew, ahead } },
    )
  }
  return ahead
}

function checkEnd(exp: number, rules: TimeRules): number {
  const { now, skew = DEFAULT_SKEW } = rules
  // Valid while exp > now - skew: a token needs one second of tolerance at the very second of its expiry.
  const needed = now - exp + 1
  if (needed > skew) {
    const message = `The token expired ${now - exp} s ago (${skew} s allowed): ask for a new one, or correct this clock`
    throw new UportError('JWT_EXPIRED', message, { data: { exp, now, skew } })
  }
  return needed
}
