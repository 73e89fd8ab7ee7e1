import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import type { UportError } from '@uport-kit/core'
import { afterEach, describe, expect, it } from 'vitest'
import { serveLocally } from '../test/local-server.ts'
import { KuboPublisher } from './index.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

interface Seen {
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

async function node(handler: RequestListener): Promise<{ url: string; host: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = await serveLocally(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    seen.push({ url: request.url, headers: request.headers, body })
    handler(request, response)
  })
  closers.push(async () => server[Symbol.asyncDispose]())
  return { url: server.url, host: server.host, seen }
}

const content = new TextEncoder().encode('hello world\n')
const cid = 'QmT78zSuBmuS4z925WZfrqQ1qHaJ56DQaTfyMUF7F8ff5o'
const answering =
  (text: string, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(text)
  }

const rejection = (promise: Promise<unknown>): Promise<UportError> =>
  promise.then(
    () => expect.fail('was not refused'),
    (error: UportError) => error,
  )

describe('KuboPublisher', () => {
  it('adds the bytes in one part, with the defaults of ipfs add said outright', async () => {
    const { url, seen } = await node(answering(`{"Name":"x","Hash":"${cid}","Size":"20"}\n`))
    expect(await new KuboPublisher({ url, headers: { authorization: 'Bearer token' } }).add(content)).toBe(
      cid,
    )
    const [request] = seen
    expect(request?.url).toBe(
      '/api/v0/add?cid-version=0&raw-leaves=false&chunker=size-262144&hash=sha2-256&pin=true&progress=false&wrap-with-directory=false',
    )
    expect(request?.headers['authorization']).toBe('Bearer token')
    expect(request?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    expect(request?.body.includes(Buffer.from(content))).toBe(true)
  })

  it('takes the last of many lines, and a base URL with a path and a password', async () => {
    const { host, seen } = await node(answering(`{"Name":"x","Bytes":12}\n{"Name":"x","Hash":"${cid}"}\n`))
    const url = `http://me:hunter2@${host}/ipfs-api/`
    expect(await new KuboPublisher({ url }).add(content)).toBe(cid)
    expect(seen[0]?.url).toMatch(/^\/ipfs-api\/api\/v0\/add\?/)
    expect(seen[0]?.headers['authorization']).toBe(`Basic ${btoa('me:hunter2')}`)
  })

  it('refuses another address than its own', async () => {
    const { url } = await node(answering('{"Hash":"QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"}'))
    const error = await rejection(new KuboPublisher({ url }).add(content))
    expect([error.code, error.data]).toEqual(['CONTENT_MISMATCH', { cid, sources: 1 }])
  })

  it.each([
    ['', 200, false],
    ['<html>', 200, false],
    ['null', 200, false],
    ['{"Hash":5}', 200, false],
    ['{"Name":"x"}', 200, false],
    ['{"Message":"no"}', 403, false],
    ['{"Message":"later"}', 500, true],
    ['x'.repeat(70_000), 200, true],
  ])('reports what is no answer (%#)', async (text, status, retryable) => {
    const { url, host } = await node(answering(text, status))
    const error = await rejection(new KuboPublisher({ url }).add(content))
    expect([error.code, error.retryable]).toEqual(['CONTENT_PUBLISH_FAILED', retryable])
    expect(error.data).toMatchObject({ host })
  })

  it('waits no longer than it was told to', async () => {
    const { url, host } = await node(() => undefined)
    const error = await rejection(new KuboPublisher({ url, timeoutMs: 50 }).add(content))
    expect([error.code, error.retryable, error.data]).toEqual(['CONTENT_PUBLISH_FAILED', true, { host }])
  })

  it('rejects with the reason of the signal', async () => {
    const controller = new AbortController()
    const { url } = await node(() => controller.abort('enough'))
    expect(await rejection(new KuboPublisher({ url }).add(content, { signal: controller.signal }))).toBe(
      'enough',
    )
  })

  it('is not made of something that is no URL', () => {
    expect(() => new KuboPublisher({ url: '127.0.0.1:5001' })).toThrow(TypeError)
  })
})
