import {
  concatBytes,
  encodeBase64url,
  encodeUtf8,
  ManualClock,
  sha256Base64url,
  type TopicStore,
} from '@uport-kit/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { createRelayApp, type RelayAppOptions } from './relay-app.ts'
import type { RelayEvent } from './relay-log.ts'
import { memoryTopicStore } from './stores/memory-topic-store.ts'

const START = 1_700_000_000
const JWT = 'eyJhbGciOiJFUzI1NksifQ.eyJpc3MiOiIyIn0.c2ln'

let clock: ManualClock
let store: TopicStore
let stopping: AbortController
let events: RelayEvent[]

beforeEach(() => {
  clock = new ManualClock(START)
  store = memoryTopicStore({ clock })
  stopping = new AbortController()
  events = []
})

const createApp = (options: Partial<RelayAppOptions> = {}) =>
  createRelayApp({ store, clock, log: (event) => events.push(event), signal: stopping.signal, ...options })
type App = ReturnType<typeof createApp>

/** A pair made here from the specification, not by the code under test. */
function pair(fill: number, kind = 'topic') {
  const bytes = new Uint8Array(32).fill(fill)
  const id = sha256Base64url(concatBytes(encodeUtf8(`uport-kit/${kind}/1`), bytes))
  return { id, headers: { authorization: `Bearer ${encodeBase64url(bytes)}` } }
}

const topic = pair(1)
const reference = pair(3, 'reference')

/** The store's methods as members of an object. */
const bound = (from: TopicStore): TopicStore => ({
  open: (...call) => from.open(...call),
  append: (...call) => from.append(...call),
  read: (...call) => from.read(...call),
  remove: (...call) => from.remove(...call),
  sweep: (...call) => from.sweep(...call),
  close: () => from.close(),
})

const put = (app: App, expiresAt: unknown = START + 100, { id, headers } = topic) =>
  app.request(`/t/${id}`, { method: 'PUT', headers, body: JSON.stringify({ expiresAt }) })
const post = (app: App, body: BodyInit, id = topic.id, headers = {}) =>
  app.request(`/t/${id}`, { method: 'POST', headers, body })
const get = (app: App, query = '', headers: Record<string, string> = topic.headers, signal?: AbortSignal) =>
  app.request(`/t/${topic.id}${query}`, { headers, ...(signal ? { signal } : {}) })

describe('a secret topic', () => {
  test('is opened once, and opening it again changes nothing', async () => {
    const app = createApp()
    const first = await put(app)
    expect(first.status).toBe(201)
    expect(await first.json()).toEqual({ id: topic.id, expiresAt: START + 100 })
    const again = await put(app, START + 999)
    expect(again.status).toBe(200)
    expect(await again.json()).toEqual({ id: topic.id, expiresAt: START + 100 })
    const afterRestart = await put(createApp(), START + 999)
    expect(await afterRestart.json()).toEqual({ id: topic.id })
  })

  test('lives no longer than the relay allows', async () => {
    const response = await put(createApp({ limits: { maxTopicSeconds: 60 } }), START + 9999)
    expect(await response.json()).toMatchObject({ expiresAt: START + 60 })
  })

  test.each([[START], [START - 1], [START + 0.5], ['1800000000'], [null], [undefined]])(
    'is not opened until %s',
    async (expiresAt) => {
      const response = await createApp().request(`/t/${topic.id}`, {
        method: 'PUT',
        headers: topic.headers,
        body: JSON.stringify({ expiresAt }),
      })
      expect(response.status).toBe(400)
    },
  )

  test('takes replies from anybody and gives them to its owner, in order', async () => {
    const app = createApp()
    await put(app)
    expect((await post(app, '{"access_token":"a"}')).status).toBe(201)
    expect((await post(app, ' {\n"encrypted": {"n": 12345678901234567890}}')).status).toBe(201)
    const response = await get(app)
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(
      '{"messages":[{"cursor":1,"body":{"access_token":"a"}},{"cursor":2,"body": {\n"encrypted": {"n": 12345678901234567890}}}]}',
    )
    expect(await (await get(app, '?after=1')).json()).toMatchObject({ messages: [{ cursor: 2 }] })
    expect(await (await get(app, '?after=2')).json()).toEqual({ messages: [] })
  })

  test('answers an identical reply alike, and one too many with 409', async () => {
    const app = createApp()
    await put(app)
    const statuses: number[] = []
    for (const n of [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 8]) statuses.push((await post(app, `{"n":${n}}`)).status)
    expect(statuses).toEqual([201, 200, 201, 201, 201, 201, 201, 201, 201, 409, 200])
    const success = await post(app, '{"n":1}')
    expect(await success.json()).toEqual({ status: 'success' })
  })

  test('takes any content type, up to its size', async () => {
    const app = createApp({ limits: { maxBodyBytes: 32 } })
    await put(app)
    expect((await post(app, '{"a":1}', topic.id, { 'content-type': 'text/plain' })).status).toBe(201)
    expect((await post(app, `{"a":"${'x'.repeat(24)}"}`)).status).toBe(201)
    expect((await post(app, `{"a":"${'x'.repeat(25)}"}`)).status).toBe(413)
    const unannounced = new ReadableStream({
      pull: (controller) => controller.enqueue(encodeUtf8('{'.repeat(16))),
    })
    const request = { method: 'POST', body: unannounced, duplex: 'half' as const }
    expect((await app.request(`/t/${topic.id}`, request)).status).toBe(413)
  })

  test.each([['[]'], ['"text"'], ['null'], ['1'], [''], ['{'], ['{"a":1}x'], ['\ufeff{}']])(
    'refuses %j, which is no JSON object',
    async (body) => {
      const app = createApp()
      await put(app)
      expect((await post(app, body)).status).toBe(400)
    },
  )

  test('refuses bytes that are not UTF-8', async () => {
    const app = createApp()
    await put(app)
    expect((await post(app, new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).status).toBe(400)
  })

  test('refuses readers without its secret, whether it exists or not', async () => {
    const app = createApp()
    const wrong = [
      {},
      pair(2).headers,
      reference.headers,
      { authorization: topic.headers.authorization.replace('Bearer', 'Basic') },
      { authorization: `${topic.headers.authorization}A` },
      { authorization: `Bearer ${topic.id}` },
      { authorization: 'Bearer' },
    ]
    const answers = async (): Promise<string[]> => {
      const responses = []
      for (const headers of wrong)
        for (const method of ['GET', 'DELETE', 'PUT'])
          responses.push(await app.request(`/t/${topic.id}`, { method, headers }))
      expect(responses.map((response) => response.headers.get('www-authenticate'))).not.toContain(null)
      return Promise.all(responses.map(async (response) => `${response.status} ${await response.text()}`))
    }
    const absent = await answers()
    await put(app)
    expect(await answers()).toEqual(absent)
    expect(new Set(absent)).toEqual(new Set(['401 {"status":"error","code":"SECRET_WRONG"}']))
  })

  test('is unknown before it is opened, once it is deleted, and when it has expired', async () => {
    const app = createApp()
    const expectUnknown = async () => {
      expect((await post(app, '{}')).status).toBe(404)
      expect((await get(app)).status).toBe(404)
      expect((await get(app, '', { ...topic.headers, accept: 'text/event-stream' })).status).toBe(404)
    }
    await expectUnknown()
    await put(app)
    const remove = () => app.request(`/t/${topic.id}`, { method: 'DELETE', headers: topic.headers })
    expect((await remove()).status).toBe(204)
    expect((await remove()).status).toBe(204)
    await expectUnknown()
    await put(app)
    clock.advance(100)
    await expectUnknown()
  })

  test.each([
    ['?after=-1'],
    ['?after=x'],
    ['?after=1e3'],
    ['?after=99999999999999999'],
    ['?wait=a'],
    ['?wait=-1'],
  ])('refuses %s', async (query) => {
    const app = createApp()
    await put(app)
    expect((await get(app, query)).status).toBe(400)
  })

  test('kinds never see each other', async () => {
    const app = createApp()
    await put(app)
    await post(app, '{"a":1}')
    expect((await app.request(`/r/${topic.id}`)).status).toBe(404)
    await publish(app)
    expect((await post(app, '{}', reference.id)).status).toBe(404)
  })

  test.each([
    ['/t/short'],
    [`/t/${'a'.repeat(44)}`],
    [`/t/${'a'.repeat(42)}%2f`],
    ['/t/'],
    ['/topic/x'],
    ['/'],
  ])('has no route at %s', async (path) => {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'])
      expect((await createApp().request(path, { method, headers: topic.headers })).status).toBe(404)
  })
})

describe('a long poll', () => {
  test('ends as soon as a reply comes', async () => {
    const app = createApp()
    await put(app)
    const waiting = get(app, '?wait=25')
    await post(app, '{"a":1}')
    expect(await (await waiting).json()).toEqual({ messages: [{ cursor: 1, body: { a: 1 } }] })
    expect(clock.pending).toBe(0)
  })

  test('ends empty when its time is over, which is 25 seconds at most', async () => {
    const app = createApp()
    await put(app, START + 100)
    const waiting = get(app, '?wait=9999')
    await until(() => clock.pending === 1)
    clock.advance(25)
    expect(await (await waiting).json()).toEqual({ messages: [] })
  })

  test('finds what another process wrote meanwhile', async () => {
    const app = createApp()
    await put(app)
    const waiting = get(app, '?wait=5')
    await until(() => clock.pending === 1)
    await store.append(`t:${topic.id}`, '{"b":2}')
    clock.advance(5)
    expect(await (await waiting).json()).toEqual({ messages: [{ cursor: 1, body: { b: 2 } }] })
  })

  test('ends with 404 when the topic is deleted', async () => {
    const app = createApp()
    await put(app)
    const waiting = get(app, '?wait=25')
    await until(() => clock.pending === 1)
    await app.request(`/t/${topic.id}`, { method: 'DELETE', headers: topic.headers })
    expect((await waiting).status).toBe(404)
  })

  test('ends when its reader leaves, and when the relay stops', async () => {
    const app = createApp()
    await put(app)
    const leaving = new AbortController()
    const left = get(app, '?wait=25', topic.headers, leaving.signal)
    const stopped = get(app, '?wait=25')
    await until(() => clock.pending === 2)
    leaving.abort()
    await left
    expect(clock.pending).toBe(1)
    stopping.abort()
    expect(await (await stopped).json()).toEqual({ messages: [] })
    expect(await (await get(app, '?wait=25')).json()).toEqual({ messages: [] })
    expect(clock.pending).toBe(0)
  })

  test('is refused where too many wait', async () => {
    const app = createApp({ limits: { maxWaitersPerTopic: 1 } })
    await put(app)
    const waiting = get(app, '?wait=25')
    await until(() => clock.pending === 1)
    const refused = await get(app, '?wait=25')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('1')
    clock.advance(25)
    await waiting
    expect((await get(app)).status).toBe(200)
    const crowded = createApp({ limits: { maxWaiters: 1 } })
    const other = get(crowded, '?wait=25')
    await until(() => clock.pending === 1)
    expect((await get(crowded)).status).toBe(503)
    stopping.abort()
    await other
  })
})

describe('a stream', () => {
  const accept = { ...topic.headers, accept: 'text/event-stream' }

  test('gives what is there, what comes, and signs of life', async () => {
    const app = createApp()
    await put(app)
    await post(app, '{"a":\r\n1}')
    const response = await get(app, '', accept)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const reader = textReader(response)
    expect(await reader.next()).toBe(': open\n\n')
    expect(await reader.next()).toBe('id: 1\ndata: {"a": 1}\n\n')
    const next = reader.next()
    await until(() => clock.pending === 1)
    clock.advance(15)
    expect(await next).toBe(': heartbeat\n\n')
    await post(app, '{"b":2}')
    expect(await reader.next()).toBe('id: 2\ndata: {"b":2}\n\n')
    await reader.cancel()
    await until(() => clock.pending === 0)
  })

  test('resumes after a cursor, or after the last event', async () => {
    const app = createApp()
    await put(app)
    for (const n of [1, 2, 3]) await post(app, `{"n":${n}}`)
    const resumed = textReader(await get(app, '?after=2', accept))
    await resumed.next()
    expect(await resumed.next()).toBe('id: 3\ndata: {"n":3}\n\n')
    const byHeader = textReader(await get(app, '?after=0', { ...accept, 'last-event-id': '2' }))
    await byHeader.next()
    expect(await byHeader.next()).toBe('id: 3\ndata: {"n":3}\n\n')
    await resumed.cancel()
    await byHeader.cancel()
  })

  test('ends when the topic is deleted', async () => {
    const app = createApp()
    await put(app)
    const reader = textReader(await get(app, '', accept))
    await reader.next()
    const rest = reader.next()
    await until(() => clock.pending === 1)
    await app.request(`/t/${topic.id}`, { method: 'DELETE', headers: topic.headers })
    expect(await rest).toBeUndefined()
  })

  test('lets its place go, however it ends', async () => {
    const app = createApp({ limits: { maxWaiters: 1 } })
    await put(app)
    const first = textReader(await get(app, '', accept))
    expect((await get(app, '', accept)).status).toBe(503)
    await first.cancel()
    const second = textReader(await get(app, '', accept))
    await second.next()
    const rest = second.next()
    await until(() => clock.pending === 1)
    await store.close()
    clock.advance(15)
    expect(await rest).toBeUndefined()
    expect(events).toEqual([{ event: 'failed', operation: 'GET /t/:id', error: 'RELAY_STORE_FAILED' }])
  })

  test('ends when the relay stops', async () => {
    const app = createApp()
    await put(app)
    const reader = textReader(await get(app, '', accept))
    await reader.next()
    const rest = reader.next()
    await until(() => clock.pending === 1)
    stopping.abort()
    expect(await rest).toBeUndefined()
  })

  test('a HEAD request takes no place', async () => {
    const app = createApp()
    await put(app)
    expect((await app.request(`/t/${topic.id}`, { method: 'HEAD', headers: accept })).status).toBe(405)
  })
})

const publish = (app: App, body = JWT, query = `?expiresAt=${START + 100}`, headers = reference.headers) =>
  app.request(`/r/${reference.id}${query}`, { method: 'PUT', headers, body })

describe('a request by reference', () => {
  test('is read by anybody, as often as they like', async () => {
    const app = createApp()
    const stored = await publish(app)
    expect(stored.status).toBe(201)
    expect(await stored.json()).toEqual({ id: reference.id, expiresAt: START + 100 })
    expect((await publish(app)).status).toBe(200)
    for (let n = 0; n < 2; n++) {
      const response = await app.request(`/r/${reference.id}`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('application/jwt')
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.text()).toBe(JWT)
    }
  })

  test('is never replaced', async () => {
    const app = createApp()
    await publish(app)
    expect((await publish(app, 'a.b.c')).status).toBe(409)
    expect(await (await app.request(`/r/${reference.id}`)).text()).toBe(JWT)
  })

  test('is stored and deleted with its secret only', async () => {
    const app = createApp()
    expect((await publish(app, JWT, undefined, topic.headers)).status).toBe(401)
    await publish(app)
    const remove = (headers: Record<string, string>) =>
      app.request(`/r/${reference.id}`, { method: 'DELETE', headers })
    expect((await remove({})).status).toBe(401)
    expect((await remove(reference.headers)).status).toBe(204)
    expect((await app.request(`/r/${reference.id}`)).status).toBe(404)
  })

  test('expires', async () => {
    const app = createApp()
    await publish(app)
    clock.advance(100)
    expect((await app.request(`/r/${reference.id}`)).status).toBe(404)
  })

  test.each([['<script>'], ['a.b'], ['a.b.c.d'], ['a.b.c\n'], ['a b.c.d'], ['']])(
    'is not %j',
    async (body) => {
      expect((await publish(createApp(), body)).status).toBe(400)
    },
  )

  test('has an end and a size', async () => {
    const app = createApp({ limits: { maxBodyBytes: 8 } })
    for (const query of ['', '?expiresAt=x', `?expiresAt=${START}`])
      expect((await publish(app, 'a.b.c', query)).status).toBe(400)
    expect((await publish(app, 'aaaa.b.cc')).status).toBe(413)
    expect((await publish(app, 'aaaa.b.c')).status).toBe(201)
  })
})

describe('the relay', () => {
  test('gives an address its share of topics', async () => {
    const app = createApp({ limits: { maxTopicsPerAddress: 1 } })
    expect((await put(app)).status).toBe(201)
    expect((await put(app)).status).toBe(200)
    expect((await put(app, START + 100, pair(2))).status).toBe(429)
    expect((await publish(app)).status).toBe(429)
    await app.request(`/t/${topic.id}`, { method: 'DELETE', headers: topic.headers })
    expect((await put(app, START + 100, pair(2))).status).toBe(201)
  })

  test('holds a bounded number of topics', async () => {
    expect((await put(createApp({ limits: { maxTopics: 1 } }))).status).toBe(201)
    const app = createApp({ store: memoryTopicStore({ clock, maxTopics: 1 }) })
    await put(app)
    const refused = await put(app, START + 100, pair(2))
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('60')
    expect((await publish(app)).status).toBe(503)
  })

  test('keeps the share of an address while its topic is deleted and opened anew', async () => {
    let release = (): void => {}
    const removed = new Promise<void>((resolve) => {
      release = resolve
    })
    // A store that has removed the topic, and takes its time to say so.
    const slow: TopicStore = {
      ...bound(store),
      remove: async (name) => {
        const result = await store.remove(name)
        await removed
        return result
      },
    }
    const app = createApp({ store: slow, limits: { maxTopicsPerAddress: 2 } })
    await put(app)
    await publish(app)
    const path = `/r/${reference.id}`
    const deletes = [
      app.request(`/t/${topic.id}`, { method: 'DELETE', headers: topic.headers }),
      app.request(path, { method: 'DELETE', headers: reference.headers }),
    ]
    expect([(await put(app)).status, (await publish(app)).status]).toEqual([201, 201])
    release()
    expect((await Promise.all(deletes)).map(({ status }) => status)).toEqual([204, 204])
    expect((await put(app, START + 100, pair(2))).status).toBe(429)
  })

  test('opens and deletes at once without losing or keeping a place', async () => {
    const app = createApp({ limits: { maxTopicsPerAddress: 1, addressBurst: 1000 } })
    const remove = () => app.request(`/t/${topic.id}`, { method: 'DELETE', headers: topic.headers })
    for (let n = 0; n < 20; n++) {
      const calls = n % 2 === 0 ? [put(app), remove(), put(app)] : [remove(), put(app), remove()]
      await Promise.all(calls)
      const isOpen = (await get(app)).status === 200
      expect((await put(app, START + 100, pair(2))).status).toBe(isOpen ? 429 : 201)
      await app.request(`/t/${pair(2).id}`, { method: 'DELETE', headers: pair(2).headers })
      await remove()
    }
  })

  test('gives an address its share of bytes, and room back as topics go', async () => {
    const app = createApp({ limits: { maxBytesPerAddress: 100 }, trustedProxies: 1 })
    const from = (address: string) => ({ 'x-forwarded-for': address })
    const body = (fill: string) => JSON.stringify({ a: fill.repeat(52) })
    await put(app)
    expect((await post(app, body('a'), topic.id, from('192.0.2.1'))).status).toBe(201)
    const refused = await post(app, body('b'), topic.id, from('192.0.2.1'))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
    expect(await refused.json()).toEqual({ status: 'error', code: 'TOO_MANY' })
    const stored = await app.request(`/r/${reference.id}?expiresAt=${START + 100}`, {
      method: 'PUT',
      headers: { ...reference.headers, ...from('192.0.2.1') },
      body: `a.b.${'c'.repeat(50)}`,
    })
    expect(stored.status).toBe(429)
    expect((await app.request(`/r/${reference.id}`)).status).toBe(404)
    expect((await post(app, body('c'), topic.id, from('192.0.2.2'))).status).toBe(201)
    await app.request(`/t/${topic.id}`, { method: 'DELETE', headers: topic.headers })
    await put(app)
    expect((await post(app, body('b'), topic.id, from('192.0.2.1'))).status).toBe(201)
  })

  test('counts no bytes that were not stored', async () => {
    const app = createApp({ limits: { maxBytesPerAddress: 20, topicCapacity: 1 } })
    expect((await post(app, '{"a":1}')).status).toBe(404)
    await put(app)
    const statuses: number[] = []
    for (const n of [1, 1, 2, 2, 3]) statuses.push((await post(app, `{"a":${n}}`)).status)
    expect(statuses).toEqual([201, 200, 409, 409, 409])
  })

  test('says that its store is full', async () => {
    const app = createApp({ store: memoryTopicStore({ clock, maxBytes: 10 }), legacyTopics: true })
    await put(app)
    expect((await post(app, '{"a":1234}')).status).toBe(201)
    const legacy = await app.request('/topic', { method: 'POST', body: '{"a":1}' })
    for (const refused of [await post(app, '{"a":1}'), await publish(app), legacy]) {
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '60'])
      expect(await refused.json()).toEqual({ status: 'error', code: 'CROWDED' })
    }
    expect((await app.request(`/r/${reference.id}`)).status).toBe(404)
  })

  test('limits the rate of an address, and says until when', async () => {
    const app = createApp({ limits: { addressBurst: 2, addressPerSecond: 0.1 } })
    const health = () => app.request('/health')
    expect((await health()).status).toBe(200)
    expect((await health()).status).toBe(200)
    const refused = await health()
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('10')
    expect(refused.headers.get('access-control-allow-origin')).toBe('*')
    expect(await refused.json()).toEqual({ status: 'error', code: 'RATE_LIMITED' })
    clock.advance(10)
    expect((await health()).status).toBe(200)
  })

  test('believes X-Forwarded-For only from its own proxies', async () => {
    const limits = { addressBurst: 1, addressPerSecond: 0.1 }
    const from = async (app: App, address: string) =>
      (await app.request('/health', { headers: { 'x-forwarded-for': address } })).status
    const alone = createApp({ limits })
    expect([await from(alone, '1.1.1.1'), await from(alone, '2.2.2.2')]).toEqual([200, 429])
    const behind = createApp({ limits, trustedProxies: 1 })
    expect([await from(behind, '1.1.1.1'), await from(behind, '2.2.2.2')]).toEqual([200, 200])
    expect(await from(behind, '9.9.9.9, 1.1.1.1')).toBe(429)
  })

  test('limits the posts to a topic apart from its reads', async () => {
    const app = createApp({ limits: { topicBurst: 1, topicPerSecond: 1 } })
    await put(app)
    expect((await post(app, '{}')).status).toBe(201)
    expect((await post(app, '{}')).status).toBe(429)
    expect((await get(app)).status).toBe(200)
    expect((await get(app)).status).toBe(429)
    clock.advance(1)
    expect((await post(app, '{}')).status).toBe(200)
  })

  test('serves pages of any origin, without credentials', async () => {
    const app = createApp({ limits: { addressBurst: 1 } })
    for (let n = 0; n < 3; n++) {
      const preflight = await app.request(`/t/${topic.id}`, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://app.example',
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'authorization,content-type',
        },
      })
      expect(preflight.status).toBe(204)
      expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
      expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT')
      expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('authorization')
      expect(preflight.headers.get('access-control-max-age')).toBe('86400')
      expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  test('sends headers that keep browsers from guessing, framing and caching', async () => {
    const { headers } = await createApp().request('/health')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  })

  test('is healthy as long as its store answers', async () => {
    const app = createApp()
    expect(await (await app.request('/health')).json()).toEqual({ status: 'ok' })
    const stuck = createApp({ store: { ...store, read: () => new Promise(() => {}) } })
    const waiting = stuck.request('/health')
    await until(() => clock.pending === 1)
    clock.advance(2)
    expect((await waiting).status).toBe(503)
    await store.close()
    expect((await app.request('/health')).status).toBe(503)
    expect(clock.pending).toBe(0)
  })

  test('never logs an id, a secret or a body', async () => {
    const app = createApp()
    await put(app)
    await store.close()
    expect((await post(app, '{"access_token":"secret-body"}')).status).toBe(500)
    expect((await get(app)).status).toBe(500)
    expect(await (await put(app)).json()).toEqual({ status: 'error', code: 'FAILED' })
    expect(events).toEqual(
      ['POST /t', 'GET /t', 'PUT /t'].map((operation) => ({
        event: 'failed',
        operation,
        error: 'RELAY_STORE_FAILED',
        id: expect.stringMatching(/^[\da-f-]{36}$/),
      })),
    )
  })

  test('is silent unless it is given a log, and refuses wrong limits', async () => {
    const app = createRelayApp({ store, clock, signal: AbortSignal.abort() })
    await store.close()
    expect((await put(app)).status).toBe(500)
    expect(() => createApp({ limits: { topicCapacity: -1 } })).toThrow(
      expect.objectContaining({
        code: 'RELAY_CONFIG_INVALID',
        data: expect.objectContaining({ option: 'limits.topicCapacity' }),
      }),
    )
  })
})

function textReader(response: Response) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  const next = async (): Promise<string | undefined> => {
    const { value } = await reader.read()
    // When to come back: the last word of a stream that the server ends.
    return value?.startsWith('retry: ') === true ? next() : value
  }
  return { next, cancel: () => reader.cancel() }
}

/** Lets everything that is due run until a condition holds. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !condition(); turn++)
    await new Promise((resolve) => setImmediate(resolve))
  if (!condition()) throw new Error('the condition never held')
}
