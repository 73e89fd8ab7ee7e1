import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UportError } from '@uport-kit/core'
import { type ListenFailure, listen } from '../http/listen.ts'
import type { Prometheus } from './prometheus.ts'

export interface OperationsServerOptions {
  /** Default `127.0.0.1`: what it tells is for the operator. */
  readonly host?: string | undefined
  /** 0: a free one. */
  readonly port: number
  readonly prometheus: Pick<Prometheus, 'contentType' | 'text'>
  /** Whether the server can do its work now; must answer in time. */
  readonly isReady: () => Promise<boolean>
}

export interface OperationsServer {
  /** Without a slash at its end. */
  readonly url: string
  close(): Promise<void>
}

const MAX_CONNECTIONS = 64
const MAX_HEADER_BYTES = 8192
const REQUEST_MILLISECONDS = 10_000

const LOOPBACK_ADDRESS = /^(?:127\.|::1$|::ffff:127\.)/i
const LOOPBACK_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/**
 * Listens for the operator, apart from the public address: `/metrics` for Prometheus, `/healthz` while the process answers, `/readyz` while
 * it can do its work. On the loopback interface it answers to loopback hosts alone: a page whose name is bound to it anew reads nothing.
 *
 * @throws UportError `OPERATIONS_ADDRESS_UNAVAILABLE`
 */
export async function startOperationsServer(options: OperationsServerOptions): Promise<OperationsServer> {
  const { host = '127.0.0.1', port, isReady } = options
  let isLocal = true
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: REQUEST_MILLISECONDS,
      requestTimeout: REQUEST_MILLISECONDS,
    },
    (request, response) => {
      if (isLocal && !isLoopbackHost(request.headers.host))
        return answer(response, 403, 'only loopback hosts\n')
      if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'only GET\n')
      switch (request.url?.split('?')[0]) {
        case '/metrics':
          return tellMetrics(response, options.prometheus)
        case '/healthz':
          return answer(response, 200, 'ok\n')
        case '/readyz':
          return tellReadiness(response, isReady)
        default:
          return answer(response, 404, 'not found\n')
      }
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  await listen(server, { host, port }, addressUnavailable)
  const { address, family, port: actual } = server.address() as AddressInfo
  isLocal = LOOPBACK_ADDRESS.test(address)
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function addressUnavailable(data: ListenFailure, advice: string, cause: Error): UportError {
  const message = `Metrics port ${data.port} on ${data.host} ${advice}.`
  return new UportError('OPERATIONS_ADDRESS_UNAVAILABLE', message, { data, cause })
}

/** Who sends none is no browser. */
function isLoopbackHost(host: string | undefined): boolean {
  return host === undefined || LOOPBACK_HOST.test(host)
}

function tellMetrics(
  response: ServerResponse,
  { text, contentType }: OperationsServerOptions['prometheus'],
): void {
  text().then(
    (metrics) => answer(response, 200, metrics, contentType),
    () => answer(response, 500, 'failed\n'),
  )
}

function tellReadiness(response: ServerResponse, isReady: () => Promise<boolean>): void {
  isReady().then(
    (ready) => answer(response, ready ? 200 : 503, ready ? 'ready\n' : 'not ready\n'),
    () => answer(response, 503, 'not ready\n'),
  )
}

function answer(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, {
    'Content-Type': type,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(text)
}
