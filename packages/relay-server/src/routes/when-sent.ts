import type { Context } from 'hono'
import type { RelayEnv } from '../relay.ts'

/** Calls back when the answer has left, or its reader has: until then it is in memory. */
export function whenSent(c: Context<RelayEnv>, done: () => void): void {
  // A server without bindings, such as a test, gives none.
  const env: RelayEnv['Bindings'] | undefined = c.env
  if (env?.outgoing === undefined || env.outgoing.closed) done()
  else env.outgoing.once('close', done)
}
