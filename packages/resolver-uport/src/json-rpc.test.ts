import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import type { SafeFetch } from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { afterEach, describe, expect, it } from 'vitest'
import { type LocalServer, rejectionOf, serveLocally } from '../test/local-server.ts'
import { JsonRpcEndpoint, type JsonRpcOptions } from './json-rpc.ts'
import { RpcAnswerError } from './rpc-answer.ts'

const servers: AsyncDisposable[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]()
})

async function serve(handler: RequestListener): Promise<LocalServer> {
  const server = await serveLocally(handler)
  servers.push(server)
  return server
}

/** Answers every call with this text, `ID` standing for its id. */
const answering =
  (text: string, status = 200): RequestListener =>
  async (request, response) => {
    const { id } = JSON.parse(Buffer.concat(await request.toArray()).toString())
    response.writeHead(status).end(text.replaceAll('ID', String(id)))
  }

/** A SafeFetch for which this is the operator's own. */
function safeFetchFor(url: string): SafeFetch {
  const safeFetch = createSafeFetch({ allowOrigins: [new URL(url).origin] })
  servers.unshift(safeFetch)
  return safeFetch
}

describe.each([
  { over: "the platform's fetch", fetchFor: () => undefined, redirected: 'network' },
  { over: 'a SafeFetch', fetchFor: safeFetchFor, redirected: 'status 307' },
])('JsonRpcEndpoint over $over', ({ fetchFor, redirected }) => {
  const open = (url: string, options: JsonRpcOptions = {}) =>
    new JsonRpcEndpoint(url, { ...options, fetch: fetchFor(url) })
  const call = (url: string, { signal, ...options }: JsonRpcOptions & { signal?: AbortSignal } = {}) =>
    open(url, options).call('eth_chainId', [], { signal })

  it('sends what JSON-RPC 2.0 asks for, each call with an id of its own', async () => {
    const bodies: unknown[] = []
    const { url } = await serve(async (request, response) => {
      const body = JSON.parse(Buffer.concat(await request.toArray()).toString())
      bodies.push([request.method, request.headers['content-type'], body])
      response.end(JSON.stringify({ jsonrpc: '2.0', id: body.id, result: '0x1' }))
    })
    const endpoint = open(url)
    expect(await endpoint.call('eth_call', [{ to: '0x' }, 'latest'])).toBe('0x1')
    await endpoint.call('eth_chainId', [])
    expect(bodies).toEqual([
      [
        'POST',
        'application/json',
        { jsonrpc: '2.0', id: 1, method: 'eth_call', params: [{ to: '0x' }, 'latest'] },
      ],
      ['POST', 'application/json', { jsonrpc: '2.0', id: 2, method: 'eth_chainId', params: [] }],
    ])
  })

  it.each([
    '{"jsonrpc":"2.0","id":ID,"result":"0x1"}',
    '{"jsonrpc":"2.0","id":ID,"result":"0x1","error":null}',
    ' {"result":"0x1","id":ID,"jsonrpc":"2.0","extra":1}\n',
  ])('takes %s', async (text) => {
    const { url } = await serve(answering(text))
    expect(await call(url)).toBe('0x1')
  })

  it.each([
    '',
    'nothing',
    'null',
    '[]',
    '[{"jsonrpc":"2.0","id":ID,"result":"0x1"}]',
    '{"id":ID,"result":"0x1"}',
    '{"jsonrpc":"1.0","id":ID,"result":"0x1"}',
    '{"jsonrpc":"2.0","id":"ID","result":"0x1"}',
    '{"jsonrpc":"2.0","id":7,"result":"0x1"}',
    '{"jsonrpc":"2.0","id":ID}',
    '{"jsonrpc":"2.0","id":ID,"error":"no"}',
    '{"jsonrpc":"2.0","id":ID,"error":{"code":"1","message":"no"}}',
    '{"jsonrpc":"2.0","id":ID,"error":{"code":1}}',
    '{"jsonrpc":"2.0","id":ID,"result":"0x1","error":{"code":1,"message":"no"}}',
  ])('refuses %s', async (text) => {
    const { url, host } = await serve(answering(text))
    expect(await rejectionOf(call(url))).toMatchObject({
      code: 'RPC_FAILED',
      retryable: false,
      data: { host, reason: 'not a JSON-RPC answer' },
    })
  })

  it('tells errors of the endpoint by their code, the rest as the cause, cut short', async () => {
    const error = { code: 3, message: 'x'.repeat(1000), data: '0x08c379a0' }
    const { url, host } = await serve(
      answering(`{"jsonrpc":"2.0","id":ID,"error":${JSON.stringify(error)}}`, 400),
    )
    const rejection = await rejectionOf(call(url))
    expect(rejection).toMatchObject({
      code: 'RPC_FAILED',
      retryable: false,
      data: { host, reason: 'error 3' },
    })
    const { cause } = rejection as Error
    expect(cause).toBeInstanceOf(RpcAnswerError)
    expect(cause).toMatchObject({ code: 3, message: 'x'.repeat(300), data: '0x08c379a0' })
  })

  it.each([
    [403, false],
    [429, true],
    [502, true],
  ])('tells status %i', async (status, retryable) => {
    const { url } = await serve(answering('<html>', status))
    expect(await rejectionOf(call(url))).toMatchObject({
      code: 'RPC_FAILED',
      retryable,
      data: { reason: `status ${status}` },
    })
  })

  it('follows no redirect', async () => {
    let asked = false
    const target = await serve((_request, response) => {
      asked = true
      response.end()
    })
    const { url } = await serve((_request, response) =>
      response.writeHead(307, { location: target.url }).end(),
    )
    expect(await rejectionOf(call(url))).toMatchObject({ code: 'RPC_FAILED', data: { reason: redirected } })
    expect(asked).toBe(false)
  })

  it('reads no more than it may', async () => {
    const { url } = await serve(answering(`{"jsonrpc":"2.0","id":ID,"result":"${'0'.repeat(1000)}"}`))
    expect(await rejectionOf(call(url, { maxBytes: 1000 }))).toMatchObject({
      data: { reason: 'answer too large' },
    })
    expect(await call(url, { maxBytes: 2000 })).toBe('0'.repeat(1000))
  })

  it.each<[string, RequestListener]>([
    ['never comes', () => undefined],
    ['never ends', (_request, response) => void response.write('{')],
  ])('waits no longer than told for an answer that %s', async (_what, handler) => {
    const { url, host } = await serve(handler)
    expect(await rejectionOf(call(url, { timeoutMs: 50 }))).toMatchObject({
      code: 'RPC_FAILED',
      retryable: true,
      data: { host, reason: 'timeout' },
    })
  })

  it('waits no longer than told for a fetch that does not listen', async () => {
    const deaf = new JsonRpcEndpoint('http://127.0.0.1:1', {
      fetch: () => new Promise(() => undefined),
      timeoutMs: 20,
    })
    expect(await rejectionOf(deaf.call('eth_chainId', []))).toMatchObject({ data: { reason: 'timeout' } })
  })

  it('rejects with the reason of the signal, before and during the call', async () => {
    expect(await rejectionOf(call('http://127.0.0.1:1', { signal: AbortSignal.abort('early') }))).toBe(
      'early',
    )
    const controller = new AbortController()
    let closed: Promise<unknown> = Promise.resolve()
    const { url } = await serve((_request, response) => {
      closed = once(response, 'close')
      controller.abort('enough')
    })
    expect(await rejectionOf(call(url, { signal: controller.signal }))).toBe('enough')
    await closed
  })

  it('sends credentials as a header and keeps path and query', async () => {
    const seen: unknown[] = []
    const { host } = await serve(async (request, response) => {
      seen.push(request.headers.authorization, request.url)
      await answering('{"jsonrpc":"2.0","id":ID,"result":"0x1"}')(request, response)
    })
    await call(`http://m%C3%A9:p%40ss@${host}/v3/key?a=b#c`)
    expect(seen).toEqual([`Basic ${Buffer.from('mé:p@ss').toString('base64')}`, '/v3/key?a=b'])
  })
})
