import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

/**
 * Who is at the other end of the connection: behind a proxy that is the proxy. Undefined where the application runs without
 * Node's server. No header is asked: whoever floods a site can write any.
 */
export function remoteAddress(context: Context): string | undefined {
  return Object(context.env).incoming === undefined ? undefined : getConnInfo(context).remote.address
}
