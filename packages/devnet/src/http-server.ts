import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono, MiddlewareHandler } from 'hono'

export interface HttpServer {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves an application on 127.0.0.1; port 0 takes a free one.
 *
 * @throws Error where the port is taken.
 */
export async function serveHttp(app: Hono, port: number): Promise<HttpServer> {
  // The library would else replace the global Request and Response of the whole process.
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (cause) {
    const isInUse = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    const problem = isInUse ? 'is in use' : 'cannot be listened on'
    throw new Error(`port ${port} on 127.0.0.1 ${problem}: choose another, or 0 for a free one`, { cause })
  }
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const loopbackNames: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Refuses what a web page on another host could send: a name that was pointed at 127.0.0.1 (DNS rebinding), and, where
 * `origins` is `'loopback'`, any origin but this machine's.
 */
export function onlyLoopback(origins: 'any' | 'loopback'): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host') ?? ''
    const origin = context.req.header('origin')
    const stranger = origins === 'loopback' && origin !== undefined && !isLoopbackOrigin(origin)
    if (!isLoopbackOrigin(`http://${host}`) || stranger) {
      return context.text('This server answers this machine only.', 403)
    }
    return next()
  }
}

export function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && loopbackNames.has(new URL(origin).hostname)
}
