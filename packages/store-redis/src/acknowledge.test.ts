import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { isUportError } from '@uport-kit/core'
import { Redis } from 'ioredis'
import { expect, it } from 'vitest'
import { acknowledged } from './acknowledge.ts'

/** A node that takes writes; `WAIT` is answered as it is told, by the number of the connection. */
async function startNode(wait: (connection: number, socket: Socket) => void) {
  let connections = 0
  const server = createServer((socket) => {
    const connection = ++connections
    socket.on('error', () => {})
    socket.on('data', (data) => {
      for (const command of data.toString().split(/(?=\*\d+\r\n)/)) {
        if (/\r\nwait\r\n/i.test(command)) wait(connection, socket)
        else socket.write('+OK\r\n')
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 1, enableReadyCheck: false })
  client.on('error', () => {})
  return {
    write: () => acknowledged(client, 'key', { replicas: 1 }, () => client.set('key', 'value')),
    connections: () => connections,
    async close() {
      client.disconnect()
      server.close()
      await once(server, 'close')
    },
  }
}

it('counts a write that its own connection saw on enough replicas', async () => {
  const node = await startNode((_, socket) => socket.write(':1\r\n'))
  expect(await node.write()).toBe('OK')
  await node.close()
})

it('counts none whose connection was lost before: the next one may lead to a node that never had it', async () => {
  const node = await startNode((connection, socket) =>
    connection === 1 ? socket.destroy() : socket.write(':1\r\n'),
  )
  const error: unknown = await node.write().catch((reason: unknown) => reason)
  expect(isUportError(error, 'REDIS_FAILED') && error.data.reason).toBe('not-replicated')
  expect(node.connections()).toBe(2)
  await node.close()
})
