import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Clock } from '@uport-kit/core'

/** What bounds a server before any route sees a request. */
export interface HttpLimits {
  readonly maxHeaderBytes: number
  /** Until the headers of a request are there. */
  readonly headersSeconds: number
  /** Until all of a request is there. */
  readonly requestSeconds: number
  /** After which a connection without traffic ends. */
  readonly idleSeconds: number
  readonly maxConnections: number
}

/** A server of node:http with every time limit set. */
export function createHttpServer(
  handle: Parameters<typeof getRequestListener>[0],
  limits: HttpLimits,
): Server {
  // The library would else replace the global Request and Response of the whole process.
  const listener = getRequestListener(handle, { overrideGlobalObjects: false })
  const server = createServer(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersSeconds * 1000,
      requestTimeout: limits.requestSeconds * 1000,
      connectionsCheckingInterval: Math.min(1000, limits.headersSeconds * 500),
    },
    (incoming, outgoing) => void listener(incoming, outgoing),
  )
  server.setTimeout(limits.idleSeconds * 1000)
  server.maxConnections = limits.maxConnections
  return server
}

/** Stops listening; resolves when no connection is left, and ends what is left when the time is over. */
export function closeServer(server: Server, clock: Clock, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(seconds, () => server.closeAllConnections())
    server.close(() => {
      cancel()
      resolve()
    })
  })
}
