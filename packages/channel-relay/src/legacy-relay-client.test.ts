import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ManualClock, type ReplyAddress, type ReplyBody } from '@uport-kit/core'
import { assemble, TOKENS } from '@uport-kit/core/di'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { legacyRelayModule } from './di/index.ts'
import { LegacyRelayClient, type LegacyRelayClientOptions } from './legacy-relay-client.ts'

const START = 1_700_000_000
/** Seconds that are no pause. */
const TIMEOUT = 77

let server: Server
let url: string
let clock: ManualClock
let topics: Map<string, string | null>
let requests: { method: string; path: string; authorization: string | undefined }[]
/** Answers in place of the message server. */
let override: ((response: ServerResponse) => void) | undefined

/** The old message server as it was: reading creates, posts to unknown topics are refused, the last content stays. */
beforeEach(async () => {
  topics = new Map()
  requests = []
  override = undefined
  clock = new ManualClock(START)
  server = createServer(async (request, response) => {
    const path = request.url ?? ''
    requests.push({ method: request.method ?? '', path, authorization: request.headers.authorization })
    let body = ''
    for await (const chunk of request) body += chunk
    if (override !== undefined) override(response)
    else response.end(JSON.stringify(answer(request.method, path, body)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

function answer(method: string | undefined, path: string, body: string) {
  const content = topics.get(path)
  if (method === 'GET') {
    if (content === undefined) topics.set(path, null)
    return { status: 'success', ...(content !== undefined && { message: { id: 'x', content } }) }
  }
  if (content === undefined) return { status: 'error', message: 'topic not found' }
  if (method === 'POST') topics.set(path, body)
  else topics.delete(path)
  return { status: 'success' }
}

const createClient = (options: Partial<LegacyRelayClientOptions> = {}) =>
  new LegacyRelayClient({ url, clock, ...options })
const request = { id: 'r', expiresAt: START + 600 }
const post = (address: ReplyAddress, body: ReplyBody) =>
  fetch(address.callback, { method: 'POST', body: JSON.stringify(body) })

/** Lets the client ask again until it has an outcome. */
async function pumped<T>(outcome: Promise<T>): Promise<T> {
  let isDone = false
  const done = outcome.finally(() => {
    isDone = true
  })
  done.catch(() => {})
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(2)
  }
  return done
}

describe('LegacyRelayClient', () => {
  test('opens a topic that a wallet may write, and yields what it wrote', async () => {
    const client = createClient()
    const address = await client.open(request)
    expect(address.callback).toMatch(new RegExp(`^${url}/topic/[\\w-]{22}$`))
    expect(JSON.parse(JSON.stringify(address))).toEqual(address)
    expect((await (await post(address, { access_token: 'a' })).json()).status).toBe('success')
    const replies = client.receive(address)[Symbol.asyncIterator]()
    expect(await replies.next()).toEqual({ done: false, value: { access_token: 'a' } })
    const second = replies.next()
    await post(address, { access_token: 'b' })
    expect(await pumped(second)).toEqual({ done: false, value: { access_token: 'b' } })
    await replies.return?.()
    await client.close(address)
    expect(requests.at(-1)?.method).toBe('DELETE')
    expect(requests.every(({ authorization }) => authorization === undefined)).toBe(true)
    expect(topics.size).toBe(0)
    expect(clock.pending).toBe(0)
  })

  test('goes on with an address of another process, and takes no other address', async () => {
    const address = await createClient().open(request)
    await post(address, { access_token: 'a' })
    const [reply] = await first(createClient().receive(structuredClone(address)))
    expect(reply).toEqual({ access_token: 'a' })
    const client = createClient()
    for (const wrong of [
      { ...address, channel: 'relay' },
      { ...address, state: {} },
      { ...address, callback: `${url}/t/x` },
      { ...address, callback: `${url}/topic/../admin` },
      { ...address, callback: address.callback.replace('127.0.0.1', 'localhost') },
    ]) {
      expect(() => client.receive(wrong)).toThrow(TypeError)
      await expect(client.close(wrong)).rejects.toThrow(TypeError)
    }
  })

  test('asks less often while the server fails, and goes on when it is back', async () => {
    const pauses: number[] = []
    const recording = {
      now: () => clock.now(),
      after: (seconds: number, ring: () => void) => {
        if (seconds !== TIMEOUT) pauses.push(seconds)
        return clock.after(seconds, ring)
      },
    }
    const randomBytes = (length: number) => new Uint8Array(length)
    const client = createClient({ clock: recording, randomBytes, timeoutMs: TIMEOUT * 1000 })
    const address = await client.open(request)
    const replies = client.receive(address)[Symbol.asyncIterator]()
    const failures: ((response: ServerResponse) => void)[] = [
      (response) => response.writeHead(503).end(),
      (response) => response.writeHead(429).end('{"status":"error"}'),
      (response) => response.socket?.destroy(),
      (response) => response.end(' '.repeat(200_000)),
      (response) => response.end(),
    ]
    override = failures[0]
    const next = replies.next()
    for (const failure of failures) {
      const known = pauses.length
      override = failure
      clock.advance(pauses.at(-1) ?? 0)
      while (pauses.length === known) await new Promise((resolve) => setImmediate(resolve))
    }
    expect(pauses).toEqual([2, 4, 8, 16, 30])
    override = undefined
    await post(address, { access_token: 'late' })
    expect(await pumped(next)).toMatchObject({ value: { access_token: 'late' } })
    await replies.return?.()
    expect(clock.pending).toBe(0)
  })

  test.each<[string, (response: ServerResponse) => void, string]>([
    ['no such server', (response) => response.end('<html>'), 'CHANNEL_FAILED'],
    ['a refusal', (response) => response.writeHead(404).end('{}'), 'CHANNEL_FAILED'],
    ['a redirect', (response) => response.writeHead(302, { location: '/' }).end(), 'CHANNEL_FAILED'],
    [
      'the end',
      (response) => response.end('{"status":"success","message":{"content":null,"error":"expired"}}'),
      'CHANNEL_CLOSED',
    ],
  ])('ends at %s', async (_, respond, code) => {
    const client = createClient()
    const address = await client.open(request)
    override = respond
    await expect(first(client.receive(address))).rejects.toMatchObject({ code, data: { channel: client.id } })
    await client.close(address)
    if (code === 'CHANNEL_FAILED') await expect(client.open(request)).rejects.toMatchObject({ code })
  })

  test('does not open on a server that is not there', async () => {
    override = (response) => response.writeHead(500).end()
    await expect(createClient().open(request)).rejects.toMatchObject({
      code: 'RELAY_UNREACHABLE',
      retryable: true,
    })
  })

  test('waits no longer than the request and a difference of clocks', async () => {
    const client = createClient()
    const address = await client.open(request)
    clock.advance(600 + 299)
    const next = client.receive(address)[Symbol.asyncIterator]().next()
    await expect(pumped(next)).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
  })

  test('a signal and the client’s end stop it at once', async () => {
    const client = createClient()
    const address = await client.open(request)
    const controller = new AbortController()
    const stopped = client.receive(address, { signal: controller.signal })[Symbol.asyncIterator]().next()
    const closed = client.receive(address)[Symbol.asyncIterator]().next()
    controller.abort(new Error('enough'))
    await expect(stopped).rejects.toThrow('enough')
    await client[Symbol.asyncDispose]()
    await client[Symbol.asyncDispose]()
    await expect(closed).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
    await expect(client.open(request)).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
    await expect(client.close(address, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no')
    expect(clock.pending).toBe(0)
  })

  test('takes no address that is not safe, and no time that is none', () => {
    for (const unsafe of ['http://relay.example', 'ftp://127.0.0.1', 'relay'])
      expect(() => createClient({ url: unsafe })).toThrow(TypeError)
    expect(() => createClient({ pollMs: 0 })).toThrow(TypeError)
    expect(createClient({ url: 'http://relay.example', allowHttp: true, id: 'old' }).id).toBe('old')
  })

  test('is one of an assembly’s channels', async () => {
    await using app = assemble(legacyRelayModule({ url: 'https://chasqui.example' }))
    const [channel] = app.getAll(TOKENS.ReplyChannel)
    expect([channel?.id, channel?.mode]).toEqual(['legacy-relay', 'post'])
  })
})

async function first(replies: AsyncIterable<ReplyBody>): Promise<ReplyBody[]> {
  for await (const reply of replies) return [reply]
  return []
}
