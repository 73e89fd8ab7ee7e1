import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type Clock,
  type OutgoingRequest,
  type ReplyBody,
  sha256Base64url,
  systemClock,
} from '@uport-kit/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RelayClient, type RelayClientOptions } from './relay-client.ts'
import { secretIdOf } from './secret-id.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

let server: Server
let url: string
/** Answers each request in turn; the last one answers all that follow. */
let handlers: Handler[]
/** Requests whose connection is still open for an answer. */
let unanswered: number
let requests: { method: string; path: string; accept: string | undefined }[]
let clock: Clock & { pending: number }

beforeEach(async () => {
  handlers = []
  requests = []
  unanswered = 0
  clock = countingClock()
  server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', path: request.url ?? '', accept: request.headers.accept })
    unanswered += 1
    response.on('close', () => {
      unanswered -= 1
    })
    const handler = handlers.length > 1 ? handlers.shift() : handlers[0]
    handler?.(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const inAnHour = Math.floor(Date.now() / 1000) + 3600
const request = { id: 'r', expiresAt: inAnHour }

/** The machine's clock, with pauses a tenth as long and a count of what is pending. */
function countingClock() {
  const inner = systemClock()
  const counted = {
    pending: 0,
    now: () => inner.now(),
    after: (seconds: number, ring: () => void) => {
      let isPending = true
      counted.pending += 1
      const settle = () => {
        if (isPending) counted.pending -= 1
        isPending = false
      }
      const cancel = inner.after(seconds / 10, () => {
        settle()
        ring()
      })
      return () => {
        settle()
        cancel()
      }
    },
  }
  return counted
}

const createClient = (options: Partial<RelayClientOptions> = {}) =>
  new RelayClient({ url, clock, ...options })
const answer =
  (status: number, body: unknown = '', headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
const poll = (...messages: unknown[]): Handler => answer(200, { messages })
const EVENTS = { 'content-type': 'text/event-stream' }
const stream =
  (text: string, ...after: ('end' | 'cut')[]): Handler =>
  (_, response) => {
    response.writeHead(200, EVENTS).write(text, () => {
      if (after[0] === 'end') response.end()
      if (after[0] === 'cut') response.destroy()
    })
  }

async function openAddress(client = createClient()) {
  const before = handlers
  handlers = [answer(201, {})]
  const address = await client.open(request)
  handlers = before
  requests = []
  return address
}

async function take(replies: AsyncIterable<ReplyBody>, count: number): Promise<ReplyBody[]> {
  const taken: ReplyBody[] = []
  for await (const reply of replies) {
    taken.push(reply)
    if (taken.length === count) break
  }
  return taken
}

const first = async (options: Partial<RelayClientOptions> = {}, signal?: AbortSignal) => {
  const client = createClient(options)
  const [reply] = await take(client.receive(await openAddress(client), { signal }), 1)
  return reply
}

describe('open', () => {
  test('gives a fresh address that another process can use', async () => {
    const client = createClient()
    const [one, two] = [await openAddress(client), await openAddress(client)]
    expect(one.callback).toMatch(new RegExp(`^${url}/t/[\\w-]{43}$`))
    expect(one.callback).not.toBe(two.callback)
    expect(JSON.parse(JSON.stringify(one))).toEqual(one)
    const secret = String(one.state['secret'])
    expect(one.callback.endsWith(secretIdOf('topic', secret).id)).toBe(true)
    expect(one.callback).not.toContain(secret)
    expect(one.channel).toBe('relay')
  })

  test('sends the secret in a header, and an end with room for other clocks', async () => {
    let sent = ''
    let authorization: string | undefined
    handlers = [
      (incoming, response) => {
        authorization = incoming.headers.authorization
        incoming.on('data', (part) => {
          sent += part
        })
        incoming.on('end', () => response.writeHead(201).end('{}'))
      },
    ]
    const address = await createClient().open(request)
    expect(authorization).toBe(`Bearer ${address.state['secret']}`)
    expect(JSON.parse(sent)).toEqual({ expiresAt: inAnHour + 300 })
    expect(requests[0]).toMatchObject({ method: 'PUT' })
  })

  test.each([
    [400, 'CHANNEL_FAILED', false],
    [301, 'CHANNEL_FAILED', false],
    [429, 'RELAY_UNREACHABLE', true],
    [503, 'RELAY_UNREACHABLE', true],
  ])('says what status %i means', async (status, code, retryable) => {
    handlers = [answer(status, 'x'.repeat(10_000), { location: '/elsewhere' })]
    await expect(createClient().open(request)).rejects.toMatchObject({ code, retryable, data: { status } })
    expect(requests).toHaveLength(1)
  })

  test('says that nobody answers, in time', async () => {
    handlers = [() => {}]
    await expect(createClient({ timeoutMs: 3000 }).open(request)).rejects.toMatchObject({
      code: 'RELAY_UNREACHABLE',
      retryable: true,
      data: { host: new URL(url).host },
    })
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await expect(createClient().open(request)).rejects.toMatchObject({ code: 'RELAY_UNREACHABLE' })
    expect(clock.pending).toBe(0)
  })

  test('stops when it is told to', async () => {
    handlers = [() => {}]
    const reason = new Error('enough')
    const stopping = new AbortController()
    const opening = createClient().open(request, { signal: stopping.signal })
    stopping.abort(reason)
    await expect(opening).rejects.toBe(reason)
    await expect(createClient().open(request, { signal: stopping.signal })).rejects.toBe(reason)
    expect(clock.pending).toBe(0)
  })
})

describe('receive', () => {
  test('streams', async () => {
    handlers = [stream(': open\n\nid: 1\ndata: {"a":1}\n\nevent: other\ndata: x\n\nid: 2\ndata: {"b":2}\n\n')]
    const client = createClient()
    expect(await take(client.receive(await openAddress(client)), 2)).toEqual([{ a: 1 }, { b: 2 }])
    expect(requests).toMatchObject([{ method: 'GET', accept: 'text/event-stream' }])
    expect(clock.pending).toBe(0)
  })

  test('picks up after a broken stream, with each reply once and in order', async () => {
    handlers = [
      stream('id: 1\ndata: {"n":1}\n\nid: 2\ndata: {"n"', 'cut'),
      answer(503, ''),
      stream('id: 1\ndata: {"n":1}\n\nid: 2\ndata: {"n":2}\n\n', 'end'),
      stream('id: 3\ndata: {"n":3}\n\n'),
    ]
    const client = createClient()
    expect(await take(client.receive(await openAddress(client)), 3)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    expect(requests.map(({ path }) => path.split('?')[1])).toEqual([
      'after=0',
      'after=1',
      'after=1',
      'after=2',
    ])
  })

  test('starts from the first reply each time', async () => {
    handlers = [stream('id: 1\ndata: {"n":1}\n\n')]
    const client = createClient()
    const replies = client.receive(await openAddress(client))
    expect([await take(replies, 1), await take(replies, 1)]).toEqual([[{ n: 1 }], [{ n: 1 }]])
  })

  test.each<[string, Handler]>([
    ['holds the answer back', () => {}],
    ['holds the stream back', (_, response) => response.writeHead(200, EVENTS).flushHeaders()],
    ['makes another answer of it', poll({ cursor: 1, body: { early: true } })],
    ['stops after the beginning', stream(': open\n\n')],
  ])('polls where something on the way %s', async (_, way) => {
    handlers = [way, poll(), poll({ cursor: 1, body: { n: 1 } })]
    expect(await first({ timeoutMs: 4000, heartbeatTimeoutMs: 4000 })).toEqual({ n: 1 })
    expect(requests.map(({ accept }) => accept)).toEqual([
      'text/event-stream',
      'application/json',
      'application/json',
    ])
    expect(requests[1]?.path).toMatch(/\?after=0&wait=25$/)
    expect(clock.pending).toBe(0)
  })

  test('polls where the platform cannot stream', async () => {
    handlers = [poll({ cursor: 1, body: { n: 1 } })]
    const fetchWithoutBodies: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      const isStream = new Headers(init?.headers).get('accept') === 'text/event-stream'
      return isStream ? new Response(null, { headers: EVENTS }) : response
    }
    expect(await first({ fetch: fetchWithoutBodies })).toEqual({ n: 1 })
  })

  test('goes on polling, after what it has', async () => {
    handlers = [
      answer(200, ''),
      poll({ cursor: 1, body: { n: 1 } }, { cursor: 2, body: { n: 2 } }),
      poll({ cursor: 2, body: { n: 2 } }, { cursor: 3, body: { n: 3 } }),
    ]
    const client = createClient()
    expect(await take(client.receive(await openAddress(client)), 3)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    expect(requests.at(-1)?.path).toContain('after=2&')
  })

  test('waits as long as the relay asks, within reason', async () => {
    const pauses: number[] = []
    const recording = {
      ...clock,
      after: (seconds: number, ring: () => void) => {
        pauses.push(seconds)
        return clock.after(seconds > 5 ? 0 : seconds, ring)
      },
    }
    handlers = [
      answer(429, '', { 'retry-after': '7' }),
      answer(503, '', { 'retry-after': '86400' }),
      answer(429, '', { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
      stream('id: 1\ndata: {"n":1}\n\n'),
    ]
    const client = createClient({ timeoutMs: 1000, heartbeatTimeoutMs: 1000, clock: recording })
    const address = await openAddress(client)
    pauses.length = 0
    expect(await take(client.receive(address), 1)).toEqual([{ n: 1 }])
    expect(pauses.filter((seconds) => seconds > 1)).toEqual([7, 60])
  })

  test.each([
    [404, 'CHANNEL_CLOSED'],
    [410, 'CHANNEL_CLOSED'],
    [401, 'CHANNEL_FAILED'],
    [403, 'CHANNEL_FAILED'],
    [400, 'CHANNEL_FAILED'],
    [302, 'CHANNEL_FAILED'],
  ])('ends at status %i with %s', async (status, code) => {
    handlers = [answer(status, 'no', { location: '/elsewhere' })]
    await expect(first()).rejects.toMatchObject({ code, retryable: false, data: { channel: 'relay' } })
    expect(requests).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  test.each<[string, Handler[]]>([
    ['an event without a cursor', [stream('data: {"n":1}\n\n')]],
    ['an event that is no object', [stream('id: 1\ndata: []\n\n')]],
    ['an endless event', [stream(`data: ${'x'.repeat(200_000)}`)]],
    ['a poll of another form', [answer(200, ''), answer(200, '{"status":"success"}')]],
    ['an endless poll', [answer(200, ''), answer(200, ' '.repeat(1_100_000))]],
  ])('ends at %s', async (_, script) => {
    handlers = script
    await expect(first()).rejects.toMatchObject({ code: 'CHANNEL_FAILED' })
  })

  test('ends when the address has ended while nobody answers', async () => {
    const client = createClient()
    const address = await openAddress(client)
    handlers = [answer(503)]
    const state = { ...address.state, expiresAt: Math.floor(Date.now() / 1000) - 1 }
    await expect(take(client.receive({ ...address, state }), 1)).rejects.toMatchObject({
      code: 'CHANNEL_CLOSED',
    })
  })

  test.each<[string, Handler]>([
    ['connects', () => {}],
    ['streams', stream(': open\n\n')],
    ['pauses', answer(503, '', { 'retry-after': '60' })],
  ])('stops at once when it is aborted while it %s', async (_, handler) => {
    handlers = [handler]
    const client = createClient()
    const address = await openAddress(client)
    const stopping = new AbortController()
    const reason = new Error('enough')
    const waiting = take(client.receive(address, { signal: stopping.signal }), 1)
    waiting.catch(() => {})
    await expect.poll(() => requests.length).toBe(1)
    await new Promise((resolve) => setImmediate(resolve))
    const aborted = performance.now()
    stopping.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    expect(performance.now() - aborted).toBeLessThan(100)
    expect(clock.pending).toBe(0)
    await expect.poll(() => unanswered).toBe(0)
  })

  test('does not start when it is aborted already', async () => {
    const client = createClient()
    const address = await openAddress(client)
    const reason = new Error('enough')
    await expect(take(client.receive(address, { signal: AbortSignal.abort(reason) }), 1)).rejects.toBe(reason)
    expect(requests).toEqual([])
  })

  test('stops at once when its consumer returns while it waits', async () => {
    handlers = [stream(': open\n\n')]
    const client = createClient()
    const replies = client.receive(await openAddress(client))[Symbol.asyncIterator]()
    const waiting = replies.next()
    await expect.poll(() => requests.length).toBe(1)
    expect(await replies.return?.()).toEqual({ done: true, value: undefined })
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(await replies.next()).toEqual({ done: true, value: undefined })
    expect(clock.pending).toBe(0)
    await expect.poll(() => unanswered).toBe(0)
  })

  test('ends when the client is closed', async () => {
    handlers = [stream(': open\n\n')]
    const client = createClient({ id: 'mine' })
    const address = await openAddress(client)
    const waiting = take(client.receive(address), 1)
    waiting.catch(() => {})
    await expect.poll(() => requests.length).toBe(1)
    await client[Symbol.asyncDispose]()
    await client[Symbol.asyncDispose]()
    await expect(waiting).rejects.toMatchObject({ code: 'CHANNEL_CLOSED', data: { channel: 'mine' } })
    await expect(client.open(request)).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
    await expect(take(client.receive(address), 1)).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
    expect(clock.pending).toBe(0)
  })

  test('sends its secret to its own topic only', async () => {
    const client = createClient()
    const address = await openAddress(client)
    const other = await openAddress(client)
    for (const wrong of [
      { ...address, channel: 'other' },
      { ...address, callback: other.callback },
      { ...address, callback: address.callback.replace('127.0.0.1', 'evil.example') },
      { ...address, state: {} },
      { ...address, state: { ...address.state, secret: 'x' } },
      { ...address, state: { ...address.state, expiresAt: null } },
    ]) {
      expect(() => client.receive(wrong)).toThrow(TypeError)
      await expect(client.close(wrong)).rejects.toBeInstanceOf(TypeError)
    }
    expect(requests).toEqual([])
  })
})

describe('close', () => {
  test('deletes, and does not mind if it cannot', async () => {
    const client = createClient({ timeoutMs: 3000 })
    const address = await openAddress(client)
    handlers = [answer(204), answer(500), () => {}]
    for (let n = 0; n < 3; n++) await client.close(address)
    expect(requests.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'DELETE'])
    const reason = new Error('enough')
    await expect(client.close(address, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(clock.pending).toBe(0)
  })
})

describe('publish', () => {
  const outgoing: OutgoingRequest = {
    id: 'r',
    jwt: 'aaa.bbb.ccc',
    replyMode: 'post',
    expiresAt: inAnHour,
    uri: () => 'me.uport:req/aaa.bbb.ccc',
  }

  test('gives a URI that pins the bytes, and takes it back once', async () => {
    handlers = [answer(201, '{}')]
    const published = await createClient().publish(outgoing)
    expect(published.uri).toMatch(new RegExp(`^${url}/r/[\\w-]{43}#${sha256Base64url('aaa.bbb.ccc')}$`))
    expect(requests[0]).toMatchObject({
      method: 'PUT',
      path: expect.stringContaining(`?expiresAt=${inAnHour + 300}`),
    })
    await published.close()
    await published[Symbol.asyncDispose]()
    expect(requests.map(({ method }) => method)).toEqual(['PUT', 'DELETE'])
    expect(published.uri).toContain(requests[1]?.path)
  })

  test('fails with a code', async () => {
    handlers = [answer(413)]
    await expect(createClient().publish(outgoing)).rejects.toMatchObject({ code: 'CHANNEL_FAILED' })
  })
})

test.each([
  [{ url: 'http://relay.example' }],
  [{ url: 'https://relay.example', timeoutMs: 0 }],
  [{ url: 'https://relay.example', pollMs: Number.NaN }],
])('refuses the options %j', (options) => {
  expect(() => new RelayClient(options)).toThrow(TypeError)
})

test('works with the platform’s own clock, fetch and randomness', async () => {
  handlers = [answer(201, '{}'), stream('id: 1\ndata: {"n":1}\n\n')]
  const client = new RelayClient({ url })
  expect(await take(client.receive(await client.open(request)), 1)).toEqual([{ n: 1 }])
})
