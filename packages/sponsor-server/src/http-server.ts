import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { type Clock, UportError } from '@uport-kit/core'
import type {} from './errors.ts'
import type { SponsorLimits } from './sponsor-limits.ts'

/** A server of node:http with every time limit set. */
export function createHttpServer(
  handle: Parameters<typeof getRequestListener>[0],
  limits: SponsorLimits,
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

/** @throws UportError `SPONSOR_ADDRESS_UNAVAILABLE` */
export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(host, port, cause)))
    server.listen({ host, port }, resolve)
  })
}

function listenError(host: string, port: number, cause: NodeJS.ErrnoException): UportError {
  const [reason, advice] =
    cause.code === 'EADDRINUSE'
      ? (['in-use', 'is in use; choose another, or 0 for a free one'] as const)
      : cause.code === 'EACCES'
        ? (['not-allowed', 'needs rights that this process does not have; choose one above 1023'] as const)
        : (['not-here', 'cannot be listened on; check that the host is an address of this machine'] as const)
  return new UportError('SPONSOR_ADDRESS_UNAVAILABLE', `Port ${port} on ${host} ${advice}.`, {
    data: { host, port, reason },
    cause,
  })
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

/** Where the server listens, without a slash at the end. */
export function localUrl(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  const isAnywhere = address === '0.0.0.0' || address === '::'
  const host = isAnywhere ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address
  return `http://${host}:${port}`
}
