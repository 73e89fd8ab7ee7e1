import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Agent } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { Exchange } from './exchange.ts'

const PIECES = 200
/** What a server may say of each byte that it sends, in words that nobody reads. */
const EXTENSION = 'x'.repeat(30_000)

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

test('keeps of an answer its bytes, not all that arrived around them', async () => {
  const server = createServer((socket) => {
    socket.once('data', async () => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
      for (let piece = 0; piece < PIECES; piece++) {
        if (!socket.write(`1;x=${EXTENSION}\r\na\r\n`)) await once(socket, 'drain')
      }
      socket.write('4\r\nlast\r\n')
      server.once('end it', () => socket.end('0\r\n\r\n'))
    })
  }).listen(0, '127.0.0.1')
  const agent = new Agent()
  onTestFinished(async () => {
    await agent.destroy()
    server.close()
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const hop = {
    url: new URL(`http://127.0.0.1:${port}/`),
    method: 'GET',
    headers: {},
    body: undefined,
  } as const
  let received = 0
  const allArrived = new Promise<void>((resolve) => {
    class Watched extends Exchange {
      override onResponseData(controller: unknown, chunk: Uint8Array): void {
        super.onResponseData(controller, chunk)
        received += chunk.length
        if (received === PIECES + 4) resolve()
      }
    }
    collectGarbage()
    void new Watched(agent, hop, { maxBytes: 65_536, host: 'test' }).answer.then(({ body }) =>
      server.emit('answered', body),
    )
  })
  const before = process.memoryUsage().arrayBuffers
  await allArrived
  collectGarbage()
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  const answered = once(server, 'answered')
  server.emit('end it')
  expect(Buffer.from((await answered)[0]).toString()).toBe(`${'a'.repeat(PIECES)}last`)
})
