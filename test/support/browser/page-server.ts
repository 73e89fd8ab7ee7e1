import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listenOnLoopback } from '../listen-on-loopback.ts'
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
  const { host, close } = await listenOnLoopback(server)
  return { origin: `http://${host}`, close }
}
