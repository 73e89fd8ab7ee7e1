import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SilentServer extends AsyncDisposable {
  readonly url: string
}

/** Takes every request and never finishes an answer: of `/half` it sends the head and a piece, of all else nothing. */
export async function startSilentServer(): Promise<SilentServer> {
  const server = createServer(({ url }, response) => {
    if (url === '/half') response.writeHead(200, { 'content-type': 'application/json' }).write('{')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
