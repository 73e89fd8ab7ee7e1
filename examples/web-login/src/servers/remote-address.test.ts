import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { reserveServer } from './page-server.ts'
import { remoteAddress } from './remote-address.ts'

const app = new Hono().get('/', (context) => context.text(`${remoteAddress(context)}`))
const headers = { 'x-forwarded-for': '192.0.2.1', forwarded: 'for=192.0.2.1' }

it('tells the address of the connection, whatever its headers say', async () => {
  const server = await reserveServer(0)
  server.serve(app)
  const response = await fetch(server.url, { headers })
  expect(await response.text()).toBe('127.0.0.1')
  await server.close()
})

it('tells none where there is no connection', async () => {
  expect(await (await app.request('/', { headers })).text()).toBe('undefined')
})
