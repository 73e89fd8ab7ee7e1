import {
  type DecodedJwt,
  type Did,
  decodeJwt,
  isUportError,
  type JsonObject,
  sameDid,
  sha256Base64url,
  type VerifiedJwt,
  type VerifyJwtRules,
  verifyJwt,
} from '@uport-kit/core'
import type { RefusalCode } from '../refuse.ts'
import { openPushTopic } from './open-push-topic.ts'
import { PushRefusal, type PushRelay } from './push-relay.ts'

/** Longest life of a token that opens a mailbox, in seconds. */
const MAX_USER_AUTH_SECONDS = 300
/** Longest life of a token that allows one push, in seconds. */
const MAX_PUSH_SECONDS = 120
const SKEW_SECONDS = 60
const MAX_TOKEN_BYTES = 8192

/**
 * Who asks for a mailbox: the issuer of a `user-auth` token that is addressed to this server and lives five minutes at most.
 *
 * @param owner whose mailbox it is, where that is known: nobody else is looked up
 * @throws PushRefusal `TOKEN_INVALID`, `FORBIDDEN`, `UNAVAILABLE`
 */
export async function verifyUserAuth(
  push: PushRelay,
  jwt: string,
  owner?: Did,
): Promise<{ readonly owner: Did; readonly expiresAt: number }> {
  const { payload } = decode(jwt, 'user-auth', 'TOKEN_INVALID')
  if (!livesAtMost(payload, MAX_USER_AUTH_SECONDS)) throw new PushRefusal('TOKEN_INVALID')
  if (owner !== undefined && !isDid(payload['iss'], owner)) throw new PushRefusal('FORBIDDEN')
  const rules = { callback: push.url(), maxAge: MAX_USER_AUTH_SECONDS }
  const { issuer, times } = await verify(push, jwt, rules, 'TOKEN_INVALID')
  return { owner: issuer, expiresAt: times.exp ?? 0 }
}

/**
 * Whether the owner of a mailbox allowed somebody to push into it.
 *
 * @returns whom, and until when (Unix seconds)
 * @throws PushRefusal `GRANT_REFUSED`, `UNAVAILABLE`
 */
export async function verifyGrant(
  push: PushRelay,
  grant: string,
  mailbox: { readonly id: string; readonly owner: Did },
): Promise<{ readonly audience: string; readonly expiresAt: number }> {
  const { payload } = decode(grant, 'notifications', 'GRANT_REFUSED')
  const audience = payload['aud']
  const fits =
    payload['value'] === `${push.url()}/i/${mailbox.id}` &&
    isDid(payload['iss'], mailbox.owner) &&
    typeof audience === 'string'
  if (!fits) throw new PushRefusal('GRANT_REFUSED')
  const { times } = await verify(push, grant, { audience, callback: audience }, 'GRANT_REFUSED')
  return { audience, expiresAt: times.exp ?? 0 }
}

/** The token that came with a push, before anything is looked up: it must be the audience's, and about this very body. */
export function checkPushToken(jwt: string, audience: string, body: string): void {
  const { payload } = decode(jwt, 'push', 'TOKEN_INVALID')
  const fits =
    isDid(payload['iss'], audience) &&
    payload['hash'] === sha256Base64url(body) &&
    livesAtMost(payload, MAX_PUSH_SECONDS)
  if (!fits) throw new PushRefusal('TOKEN_INVALID')
}

/**
 * Verifies a push token and lets it pass once.
 *
 * @param address where it came from, which has as many marks against replay as it may have topics
 * @throws PushRefusal `TOKEN_INVALID`, `REPLAYED`, `TOO_MANY`, `CROWDED`, `UNAVAILABLE`
 */
export async function spendPushToken(push: PushRelay, jwt: string, address: string): Promise<void> {
  const rules = { callback: push.url(), maxAge: MAX_PUSH_SECONDS }
  const { signingInput, times } = await verify(push, jwt, rules, 'TOKEN_INVALID')
  // What was signed, not the token's text: a signature has two spellings.
  const name = `p:${sha256Base64url(signingInput)}`
  const expiresAt = (times.exp ?? 0) + SKEW_SECONDS + 1
  // On an account of their own: they end soon, and take no room from the address's topics.
  const account = `marks ${address}`
  const result = await openPushTopic(push, 'pushShare', { name, expiresAt, capacity: 1, address: account })
  if (result === 'exists') throw new PushRefusal('REPLAYED')
}

function decode(jwt: string, type: string, code: RefusalCode): DecodedJwt {
  try {
    const decoded = decodeJwt(jwt, { maxBytes: MAX_TOKEN_BYTES })
    if (decoded.payload['type'] === type) return decoded
  } catch (cause) {
    if (!isUportError(cause)) throw cause
  }
  throw new PushRefusal(code)
}

/** Verifies with the keys of today; every token here names its audience and its end. */
async function verify(
  push: PushRelay,
  jwt: string,
  rules: Pick<VerifyJwtRules, 'audience' | 'callback' | 'maxAge'>,
  code: RefusalCode,
): Promise<VerifiedJwt> {
  try {
    return await verifyJwt(jwt, {
      ...rules,
      resolver: push.resolver,
      engine: push.engine,
      now: push.clock.now(),
      skew: SKEW_SECONDS,
      requireAudience: true,
      requireExpiry: true,
      authentication: true,
      fresh: true,
      maxBytes: MAX_TOKEN_BYTES,
    })
  } catch (cause) {
    if (!isUportError(cause)) throw cause
    if (cause.retryable) throw new PushRefusal('UNAVAILABLE', 5)
    throw new PushRefusal(code)
  }
}

/** Whether issue and end are whole seconds and no farther apart. */
function livesAtMost({ iat, exp }: JsonObject, seconds: number): boolean {
  if (typeof iat !== 'number' || typeof exp !== 'number') return false
  return Number.isSafeInteger(iat) && Number.isSafeInteger(exp) && exp > iat && exp - iat <= seconds
}

function isDid(found: unknown, expected: string): boolean {
  try {
    return typeof found === 'string' && sameDid(found, expected)
  } catch (cause) {
    if (isUportError(cause)) return false
    throw cause
  }
}
