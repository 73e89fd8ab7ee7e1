import type { Context } from 'hono'
import type { RelayEnv } from './relay.ts'

const REFUSALS = {
  BODY_INVALID: 400,
  PARAMETER_INVALID: 400,
  SECRET_WRONG: 401,
  TOKEN_INVALID: 401,
  FORBIDDEN: 403,
  GRANT_REFUSED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  TOPIC_FULL: 409,
  MAILBOX_FULL: 409,
  REPLAYED: 409,
  BODY_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  TOO_MANY: 429,
  FAILED: 500,
  CROWDED: 503,
  UNAVAILABLE: 503,
} as const

/** Why the relay refuses a request. */
export type RefusalCode = keyof typeof REFUSALS

/**
 * An error answer: `{"status":"error","code":...}`. It never has a member `message`: old pollers take that for a reply.
 *
 * @param retryAfter seconds
 */
export function refuse(c: Context<RelayEnv>, code: RefusalCode, retryAfter?: number): Response {
  c.set('refusal', code)
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter))
  if (REFUSALS[code] === 401) c.header('WWW-Authenticate', 'Bearer')
  return c.json({ status: 'error', code }, REFUSALS[code])
}
