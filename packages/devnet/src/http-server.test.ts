import { request } from 'node:http'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { isLoopbackOrigin, onlyLoopback, serveHttp } from './http-server.ts'

/** `fetch` sets the Host header itself; a rebound name is told with `node:http`. */
function statusFor(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

function app(origins: 'any' | 'loopback'): Hono {
  const hono = new Hono()
  hono.use(onlyLoopback(origins))
  return hono.get('/', (context) => context.text('ok'))
}

describe('serveHttp', () => {
  it('refuses a host name that was pointed here', async () => {
    const server = await serveHttp(app('any'), 0)
    try {
      expect(await statusFor(server.url, {})).toBe(200)
      expect(await statusFor(server.url, { host: 'localhost:80' })).toBe(200)
      expect(await statusFor(server.url, { host: 'rebound.example' })).toBe(403)
      expect(await statusFor(server.url, { origin: 'https://page.example' })).toBe(200)
    } finally {
      await server.close()
    }
  })

  it('refuses pages of other hosts where only this machine may ask', async () => {
    const server = await serveHttp(app('loopback'), 0)
    try {
      expect(await statusFor(server.url, { origin: 'http://localhost:5173' })).toBe(200)
      expect(await statusFor(server.url, { origin: 'https://page.example' })).toBe(403)
      expect(await statusFor(server.url, { origin: 'null' })).toBe(403)
    } finally {
      await server.close()
    }
  })

  it('says what to do about a port that is taken', async () => {
    const first = await serveHttp(app('any'), 0)
    try {
      const { port } = new URL(first.url)
      await expect(serveHttp(app('any'), Number(port))).rejects.toThrow(
        `port ${port} on 127.0.0.1 is in use: choose another, or 0 for a free one`,
      )
    } finally {
      await first.close()
    }
  })

  it('closes while a client keeps its connection', async () => {
    const server = await serveHttp(app('any'), 0)
    await (await fetch(server.url)).text()
    await server.close()
    await expect(fetch(server.url)).rejects.toThrow(TypeError)
  })
})

describe('isLoopbackOrigin', () => {
  it.each(['http://127.0.0.1:1', 'https://localhost', 'http://[::1]:8080'])('takes %s', (origin) => {
    expect(isLoopbackOrigin(origin)).toBe(true)
  })

  it.each(['null', '', 'http://localhost.example', 'http://127.0.0.1.example', 'http://user@page.example'])(
    'refuses %j',
    (origin) => {
      expect(isLoopbackOrigin(origin)).toBe(false)
    },
  )
})
