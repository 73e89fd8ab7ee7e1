import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { isUportError } from '../errors/uport-error.ts'
import { browserSafeFetch } from './browser-safe-fetch.ts'

const servers: Server[] = []

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterAll(() => {
  for (const server of servers) server.close().closeAllConnections()
})

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return isUportError(error) ? { code: error.code, data: error.data, retryable: error.retryable } : error
}

describe('browserSafeFetch', () => {
  it('reads an answer of an origin that is allowed, an error status included', async () => {
    const origin = await serve((request, response) => {
      response.writeHead(request.url === '/gone' ? 410 : 200, { 'x-kind': 'test' })
      request.pipe(response)
    })
    const { fetch } = browserSafeFetch({ allowOrigins: [origin] })
    const posted = await fetch(new URL('/echo', origin), { method: 'POST', body: 'hello', maxBytes: 5 })
    expect([posted.status, posted.url.href, posted.headers.get('x-kind')]).toEqual([
      200,
      `${origin}/echo`,
      'test',
    ])
    expect(new TextDecoder().decode(posted.body)).toBe('hello')
    const bytes = await fetch(new URL(origin), { method: 'POST', body: Uint8Array.of(1, 2), maxBytes: 9 })
    expect([...bytes.body]).toEqual([1, 2])
    expect((await fetch(new URL('/gone', origin), { maxBytes: 0 })).status).toBe(410)
  })

  it('sends neither cookies nor a referrer, follows nothing and keeps nothing', async () => {
    let seen: RequestInit | undefined
    const { fetch } = browserSafeFetch({
      fetch: async (_, init) => {
        seen = init
        return new Response('ok')
      },
    })
    await fetch(new URL('https://app.example/'), { maxBytes: 2 })
    expect(seen).toMatchObject({
      method: 'GET',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'manual',
      cache: 'no-store',
    })
  })

  it.each([
    ['http://app.example/', 'scheme'],
    ['ftp://app.example/', 'scheme'],
    ['https://app.example:8443/', 'port'],
    ['https://user:pass@app.example/', 'credentials'],
    ['https://192.168.1.1/', 'address'],
    ['https://0x7f000001/', 'address'],
    ['https://2130706433/', 'address'],
    ['https://[::1]/', 'address'],
    ['https://localhost/', 'address'],
    ['https://LOCALHOST./', 'address'],
    ['https://printer/', 'address'],
    ['https://nas.local/', 'address'],
    ['https://metadata.google.internal/', 'address'],
    ['https://x.localhost/', 'address'],
  ])('contacts nothing at %s', async (address, reason) => {
    const { fetch } = browserSafeFetch({
      fetch: async () => {
        throw new Error('contacted')
      },
    })
    const url = new URL(address)
    expect(await codeOf(fetch(url, { maxBytes: 1 }))).toEqual({
      code: 'FETCH_BLOCKED',
      data: { reason, host: url.host },
      retryable: false,
    })
  })

  it('follows no redirect, in a page as in Node.js', async () => {
    const origin = await serve((_, response) => response.writeHead(302, { location: '/elsewhere' }).end())
    const options = { allowOrigins: [origin] }
    const opaque = { type: 'opaqueredirect', status: 0, headers: new Headers(), body: null } as Response
    const blocked = {
      code: 'FETCH_BLOCKED',
      data: { reason: 'redirect', host: new URL(origin).host },
      retryable: false,
    }
    const { fetch } = browserSafeFetch(options)
    expect(await codeOf(fetch(new URL(origin), { maxBytes: 9 }))).toEqual(blocked)
    const page = browserSafeFetch({ ...options, fetch: async () => opaque })
    expect(await codeOf(page.fetch(new URL(origin), { maxBytes: 9 }))).toEqual(blocked)
  })

  it('gives a body up at the first byte too many', async () => {
    let cancelled = false
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1000)),
      cancel: () => {
        cancelled = true
      },
    })
    const { fetch } = browserSafeFetch({ fetch: async () => new Response(body) })
    const data = { maxBytes: 1500, host: 'app.example', status: 200 }
    expect(await codeOf(fetch(new URL('https://app.example/'), { maxBytes: 1500 }))).toEqual({
      code: 'FETCH_TOO_LARGE',
      data,
      retryable: false,
    })
    expect(cancelled).toBe(true)
  })

  it('waits no longer than its deadline, for the last byte either', async () => {
    const origin = await serve((_, response) => response.writeHead(200).write('a'))
    const { fetch } = browserSafeFetch({ allowOrigins: [origin], timeoutMs: 30 })
    expect(await codeOf(fetch(new URL(origin), { maxBytes: 9 }))).toEqual({
      code: 'FETCH_TIMEOUT',
      data: { host: new URL(origin).host, milliseconds: 30 },
      retryable: true,
    })
  })

  it('waits no longer than a request allows, nor than it does by itself', async () => {
    const origin = await serve(() => {})
    const waited = async (timeoutMs: number, own: number) => {
      const { fetch } = browserSafeFetch({ allowOrigins: [origin], timeoutMs })
      return codeOf(fetch(new URL(origin), { maxBytes: 9, timeoutMs: own }))
    }
    expect(await waited(10_000, 30)).toMatchObject({ data: { milliseconds: 30 } })
    expect(await waited(30, 10_000)).toMatchObject({ data: { milliseconds: 30 } })
    const { fetch } = browserSafeFetch({ allowOrigins: [origin] })
    await expect(fetch(new URL(origin), { maxBytes: 9, timeoutMs: 0 })).rejects.toThrow(TypeError)
  })

  it('rejects with the reason of its signal', async () => {
    const origin = await serve(() => {})
    const { fetch } = browserSafeFetch({ allowOrigins: [origin] })
    const stop = new AbortController()
    const work = fetch(new URL(origin), { maxBytes: 9 }, { signal: stop.signal })
    stop.abort('enough')
    await expect(work).rejects.toBe('enough')
    await expect(fetch(new URL(origin), { maxBytes: 9 }, { signal: stop.signal })).rejects.toBe('enough')
  })

  it('says that the network failed, and that another try may help', async () => {
    const { fetch } = browserSafeFetch({ allowOrigins: ['http://127.0.0.1:9'] })
    expect(await codeOf(fetch(new URL('http://127.0.0.1:9/secret?x=1'), { maxBytes: 9 }))).toEqual({
      code: 'FETCH_FAILED',
      data: { host: '127.0.0.1:9' },
      retryable: true,
    })
  })

  it('refuses mistakes of its caller', async () => {
    expect(() => browserSafeFetch({ allowOrigins: ['https://app.example/'] })).toThrow(TypeError)
    expect(() => browserSafeFetch({ allowOrigins: ['nonsense'] })).toThrow(TypeError)
    expect(() => browserSafeFetch({ timeoutMs: 0 })).toThrow(TypeError)
    const { fetch } = browserSafeFetch()
    const url = new URL('https://app.example/')
    await expect(fetch(url, { maxBytes: -1 })).rejects.toThrow(TypeError)
    await expect(fetch(url, { maxBytes: 1, body: 'x' })).rejects.toThrow(TypeError)
    await expect(fetch(url, { maxBytes: 1, headers: { Accept: '*/*' } })).rejects.toThrow(TypeError)
  })
})
