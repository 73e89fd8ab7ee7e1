import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PageFiles } from './bundle-page.ts'

/** Answers what is no file; false where it does not want to. */
export type PageHandler = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>

export interface PageServer {
  /** `http://127.0.0.1:` and a free port: a secure context. */
  readonly origin: string
  close(): Promise<void>
}

/** Serves pages on 127.0.0.1. */
export async function servePages(files: PageFiles, handler?: PageHandler): Promise<PageServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const file = request.method === 'GET' ? files.get(pathname) : undefined
    if (file !== undefined) {
      response.writeHead(200, { 'content-type': file.type, 'cache-control': 'no-store' }).end(file.body)
    } else if (!(await handler?.(request, response))) {
      response.writeHead(404).end()
    }
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
