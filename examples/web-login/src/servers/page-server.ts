import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import type { WorldConfig } from '../shared/world-config.ts'
import type { PageFiles } from './page-files.ts'
import { type PageRights, securityHeaders } from './security-headers.ts'

export interface PageServer {
  /** `http://localhost:` and the port: a secure context. */
  readonly url: string
  close(): Promise<void>
}

export interface PageAppParts {
  readonly config: WorldConfig
  /** The address that this server is reached by. */
  readonly url: string
  readonly files: PageFiles
  readonly rights?: PageRights | undefined
  /** Paths that the index page answers too, such as `/desk`. */
  readonly pages?: readonly string[] | undefined
}

/** A site's files and its `/config.json`, behind the headers that every answer gets. */
export function createPageApp({ config, url, files, rights, pages = [] }: PageAppParts): Hono {
  const app = new Hono()
  app.use(securityHeaders(config, rights ?? { camera: false }))
  app.use(onlyAddressedTo(new URL(url).host))
  app.get('/config.json', (context) => context.json(config, 200, { 'cache-control': 'no-store' }))
  for (const path of ['/', ...pages]) app.get(path, (context) => give(context.req.raw, files, '/index.html'))
  app.notFound((context) => {
    const { path } = context.req
    return give(context.req.raw, files, path.endsWith('/') ? `${path}index.html` : path)
  })
  return app
}

function give(request: Request, files: PageFiles, path: string): Response {
  const file = request.method === 'GET' || request.method === 'HEAD' ? files.get(path) : undefined
  if (file === undefined) return new Response('Not found\n', { status: 404 })
  const cache = file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache'
  return new Response(file.body, { headers: { 'content-type': file.type, 'cache-control': cache } })
}

/** Refuses a name that was pointed at this machine (DNS rebinding): its pages would be of the same origin as ours. */
function onlyAddressedTo(host: string): MiddlewareHandler {
  return async (context, next) => {
    if (context.req.header('host') !== host) return context.text('This server has another address.\n', 421)
    return next()
  }
}

/** A server whose port is known before what it serves is made: addresses of one site are part of the others' settings. */
export interface ReservedServer extends PageServer {
  serve(app: Hono): void
}

/**
 * Takes a port on this machine; 0 takes a free one. Until `serve` is called, requests wait.
 *
 * @throws Error where the port is taken
 */
export async function reserveServer(port: number): Promise<ReservedServer> {
  let serve = (_app: Hono): void => {}
  const listener = new Promise<ReturnType<typeof getRequestListener>>((resolve) => {
    // The library would else replace the global Request and Response of the whole process.
    serve = (app) => resolve(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  })
  const server = createServer((request, response) => {
    void listener.then((listen) => listen(request, response))
  })
  await listenOn(server, port)
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    url,
    serve,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function listenOn(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (cause) {
    const isInUse = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    const problem = isInUse ? 'is in use' : 'cannot be listened on'
    const advice = 'choose others with --port <n>, or --port 0 for free ones.'
    throw new Error(`Port ${port} ${problem}: ${advice}`, { cause })
  }
}
