import type { Context } from 'hono'
import type { RelayEnv } from '../relay.ts'

/** A refusal in the words of the old push server. */
export type Reason = readonly [status: 400 | 401 | 403 | 404 | 409, message: string]

export function fail(c: Context<RelayEnv>, [status, message]: Reason): Response {
  return c.json({ status: 'error', message }, status)
}

/** The token of the `Authorization` header, or why there is none. */
export function legacyToken(c: Context<RelayEnv>): string | Reason {
  const header = c.req.header('authorization')
  if (header === undefined) return [403, 'Authorization header missing']
  return /^bearer ([\w.-]{1,8192})$/i.exec(header)?.[1] ?? [401, 'Format is Authorization: Bearer [token]']
}
