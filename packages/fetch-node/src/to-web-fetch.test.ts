import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSafeFetch, type NodeSafeFetch } from './node-safe-fetch.ts'
import { toWebFetch } from './to-web-fetch.ts'

let origin: string
let safeFetch: NodeSafeFetch
let connections = 0
const asked: (string | undefined)[] = []
const server = createServer(async (request, response) => {
  asked.push(request.url)
  const body = Buffer.concat(await request.toArray()).toString()
  if (request.url === '/moved') response.writeHead(302, { location: '/' }).end()
  else if (request.url === '/none') response.writeHead(204).end()
  else response.setHeader('x-method', String(request.method)).end(`${request.headers['x-word'] ?? ''}${body}`)
}).on('connection', () => {
  connections++
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  safeFetch = createSafeFetch({ allowOrigins: [origin] })
})
afterAll(async () => {
  await safeFetch.close()
  server.close()
})

describe('toWebFetch', () => {
  it('answers as fetch does', async () => {
    const fetch = toWebFetch(safeFetch)
    const response = await fetch(new URL(origin), {
      method: 'POST',
      headers: { 'X-Word': 'a-' },
      body: new TextEncoder().encode('body'),
    })
    expect([response.status, response.headers.get('x-method'), await response.text()]).toEqual([
      200,
      'POST',
      'a-body',
    ])
    expect((await fetch(`${origin}/none`)).status).toBe(204)
  })

  it('keeps its connections, at most 64 to one origin', async () => {
    const fetch = toWebFetch(safeFetch)
    const before = connections
    await Promise.all(Array.from({ length: 200 }, async () => (await fetch(origin)).text()))
    expect(connections - before).toBeLessThanOrEqual(64)
    const warm = connections
    await (await fetch(origin)).text()
    expect(connections).toBe(warm)
  })

  it('follows redirects unless told not to', async () => {
    const fetch = toWebFetch(safeFetch)
    expect((await fetch(`${origin}/moved`)).status).toBe(200)
    asked.length = 0
    await expect(fetch(`${origin}/moved`, { redirect: 'error' })).rejects.toThrow(TypeError)
    expect(asked).toEqual(['/moved'])
    await expect(fetch(`${origin}/moved`, { method: 'POST', redirect: 'error' })).rejects.toThrow(TypeError)
  })

  it('keeps the rules of the SafeFetch, its bound and its signal', async () => {
    await expect(toWebFetch(safeFetch)('http://127.0.0.1:1/')).rejects.toMatchObject({
      code: 'FETCH_BLOCKED',
    })
    const tiny = toWebFetch(safeFetch, { maxBytes: 2 })
    await expect(tiny(origin, { method: 'POST', body: 'long' })).rejects.toMatchObject({
      code: 'FETCH_TOO_LARGE',
    })
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(toWebFetch(safeFetch)(origin, { signal })).rejects.toThrow('enough')
  })

  it('refuses what it cannot take', async () => {
    const fetch = toWebFetch(safeFetch)
    await expect(fetch(new Request(origin))).rejects.toThrow(TypeError)
    await expect(fetch(origin, { method: 'DELETE' })).rejects.toThrow(TypeError)
    await expect(fetch(origin, { method: 'POST', body: new FormData() })).rejects.toThrow(TypeError)
  })
})
