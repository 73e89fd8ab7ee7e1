import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { BusyConnections } from './busy-connections.ts'

let waiting: ServerResponse[]
let server: ReturnType<typeof createServer>
let connections: BusyConnections
beforeEach(async () => {
  waiting = []
  server = createServer((_, response) => {
    waiting.push(response)
    server.emit('waits')
  })
  connections = new BusyConnections(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

async function open(text = ''): Promise<{ readonly socket: Socket; readonly received: Promise<string> }> {
  const accepted = once(server, 'connection')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const waits = text === '' ? undefined : once(server, 'waits')
  socket.write(text)
  let all = ''
  socket.setEncoding('utf8').on('data', (part) => {
    all += part
  })
  await accepted
  await waits
  return { socket, received: once(socket, 'close').then(() => all) }
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

test('a connection without a request ends at once, one with a request when that is answered', async () => {
  const silent = await open()
  const busy = await open(REQUEST)
  connections.stop()
  expect(await silent.received).toBe('')
  waiting[0]?.end('answer')
  const text = await busy.received
  expect(text).toMatch(/^connection: close\r$/im)
  expect(text).toContain('answer')
})

test('an answer that has begun is not disturbed', async () => {
  const busy = await open(REQUEST)
  waiting[0]?.write('first, ')
  connections.stop()
  waiting[0]?.end('last')
  const text = await busy.received
  expect(text).toMatch(/^connection: keep-alive\r$/im)
  expect(text).toContain('last')
})

test('an answer after which nothing is stopped leaves its connection open', async () => {
  const first = await open(REQUEST)
  waiting[0]?.end('one')
  const waits = once(server, 'waits')
  first.socket.write(REQUEST)
  await waits
  waiting[1]?.end('two')
  await once(first.socket, 'data')
  expect(first.socket.destroyed).toBe(false)
  connections.stop()
  expect(await first.received).toContain('two')
})
