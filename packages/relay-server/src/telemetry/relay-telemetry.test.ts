import { concatBytes, encodeBase64url, encodeUtf8, sha256Base64url } from '@uport-kit/core'
import { createPrometheus } from '@uport-kit/server-operations/command'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { followContexts, TelemetrySdk } from '../../../../test/support/telemetry-sdk.ts'
import type { RelayEvent } from '../relay-log.ts'
import { type RelayServer, type RelayServerOptions, startRelayServer } from '../relay-server.ts'
import { memoryTopicStore } from '../stores/memory-topic-store.ts'

const secret = new Uint8Array(32).fill(9)
const token = encodeBase64url(secret)
const id = sha256Base64url(concatBytes(encodeUtf8('uport-kit/topic/1'), secret))
const reference = sha256Base64url(concatBytes(encodeUtf8('uport-kit/reference/1'), secret))
const headers = { authorization: `Bearer ${token}` }
const later = Math.floor(Date.now() / 1000) + 600

let forgetContexts: () => void
let relay: RelayServer | undefined
beforeAll(() => {
  forgetContexts = followContexts()
})
afterEach(() => relay?.close())
afterAll(() => forgetContexts())

async function start(options: RelayServerOptions = {}) {
  const sdk = new TelemetrySdk()
  const prometheus = createPrometheus()
  const { tracerProvider, meterProvider } = sdk
  const telemetry = { tracerProvider, meterProvider, sinks: [prometheus.sink] }
  relay = await startRelayServer({ legacyTopics: true, ...options, telemetry })
  const { url } = relay
  const call = async (method: string, path: string, init: RequestInit = {}) =>
    (await fetch(url + path, { method, headers, ...init })).status
  const openTopic = () => call('PUT', `/t/${id}`, { body: JSON.stringify({ expiresAt: later }) })
  return { sdk, prometheus, url, call, openTopic }
}

test('counts messages and bytes by what they are for, and times the store', async () => {
  const { sdk, prometheus, call, openTopic } = await start()
  await openTopic()
  for (const body of ['{"a":1}', '{"a":1}', '{"b":22}']) await call('POST', `/t/${id}`, { body })
  await call('PUT', `/r/${reference}?expiresAt=${later}`, { body: 'aaaa.bbbb.cccc' })
  await call('POST', '/topic', { body: '{"access_token":"x"}' })
  await call('GET', `/t/${id}`)
  expect(await sdk.points('uport.relay.messages')).toEqual([
    [2, { kind: 'topic', outcome: 'stored' }],
    [1, { kind: 'topic', outcome: 'duplicate' }],
    [1, { kind: 'reference', outcome: 'stored' }],
    [2, { kind: 'legacy', outcome: 'stored' }],
  ])
  expect((await sdk.points('uport.relay.message.size'))?.slice(0, 2)).toEqual([
    [15, { kind: 'topic' }],
    [14, { kind: 'reference' }],
  ])
  expect(await sdk.points('uport.relay.store.duration')).toContainEqual([
    3,
    { operation: 'open', outcome: 'ok' },
  ])
  const text = await prometheus.text()
  expect(text).toContain('uport_relay_messages_total{kind="topic",outcome="stored"} 2')
  expect(text).toContain('uport_relay_message_size_bytes_total{kind="topic"} 15')
  expect(text).toMatch(
    /_count\{http_request_method="POST",http_route="\/t\/:id",http_response_status_code="201"[^}]*\} 2/,
  )
})

test('counts refusals by their code', async () => {
  const { sdk, call, openTopic } = await start({ limits: { topicBurst: 1, topicPerSecond: 0.001 } })
  await openTopic()
  await call('POST', `/t/${id}`, { body: '{}' })
  await call('POST', `/t/${id}`, { body: '{}' })
  await call('GET', `/t/${id}`, { headers: {} })
  await call('POST', '/elsewhere', { body: '{}' })
  const points = (await sdk.points('http.server.request.duration')) ?? []
  const refused = points.flatMap(([count, { 'error.type': code, 'http.route': route }]) =>
    code === undefined ? [] : [[count, route, code]],
  )
  expect(refused).toEqual([
    [1, '/t/:id', 'RATE_LIMITED'],
    [1, '/t/:id', 'SECRET_WRONG'],
    [1, 'none', 'NOT_FOUND'],
  ])
})

test('shows who waits and which streams are open, until they end', async () => {
  const { prometheus, sdk, url, openTopic } = await start()
  await openTopic()
  const leaving = new AbortController()
  const stream = await fetch(`${url}/t/${id}`, {
    headers: { ...headers, accept: 'text/event-stream' },
    signal: leaving.signal,
  })
  const poll = fetch(`${url}/t/${id}?wait=20`, { headers, signal: leaving.signal }).catch(() => {})
  const shown = async () => {
    const lines = (await prometheus.text()).split('\n')
    return ['uport_relay_waiting', 'uport_relay_streams'].map((name) =>
      lines.find((line) => line.startsWith(`${name} `)),
    )
  }
  await expect.poll(shown).toEqual(['uport_relay_waiting 2', 'uport_relay_streams 1'])
  leaving.abort()
  await poll
  await expect.poll(shown).toEqual(['uport_relay_waiting 0', 'uport_relay_streams 0'])
  expect(stream.status).toBe(200)
  const waits = (await sdk.points('http.server.request.duration'))?.map(([, labels]) => labels['uport.wait'])
  expect(waits).toContain('stream')
  await relay?.close()
  expect(await prometheus.text()).not.toContain('uport_relay_waiting')
})

test('traces a request down to the store', async () => {
  const { sdk, call, openTopic } = await start()
  await openTopic()
  await call('POST', `/t/${id}`, { body: '{"a":1}' })
  await expect.poll(() => sdk.spans.at(-1)?.name).toBe('POST /t/:id')
  const post = sdk.spans.at(-1)
  const append = sdk.spans.find(({ name }) => name === 'store append')
  expect(append?.parentSpanContext?.spanId).toBe(post?.spanContext().spanId)
  expect(post?.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/t/:id',
    'http.response.status_code': 201,
  })
})

test('counts and traces its own failures, and logs the request', async () => {
  const events: RelayEvent[] = []
  const store = memoryTopicStore()
  const failing = { ...bound(store), append: () => Promise.reject(new Error(`cannot write ${id}`)) }
  const { sdk, url, openTopic } = await start({ store: failing, log: (event) => events.push(event) })
  await openTopic()
  const answer = await fetch(`${url}/t/${id}`, { method: 'POST', body: '{"a":1}' })
  expect(answer.status).toBe(500)
  expect(events.at(-1)).toEqual({
    event: 'failed',
    operation: 'POST /t',
    error: 'Error',
    id: answer.headers.get('x-request-id'),
  })
  expect(await sdk.points('uport.relay.failures')).toEqual([[1, { operation: 'POST /t' }]])
  expect(await sdk.points('uport.relay.store.duration')).toContainEqual([
    1,
    { operation: 'append', outcome: 'failed' },
  ])
  expect(await sdk.everything()).not.toContain(id)
})

test('tells nobody an id, a secret, a body or an address', async () => {
  const { sdk, prometheus, call, openTopic } = await start({ trustedProxies: 1, landing: true })
  const body = '{"access_token":"the body of a reply"}'
  const legacyId = 'a-topic-of-the-old-server'
  const jwt = `${'h'.repeat(20)}.${'p'.repeat(20)}.${'s'.repeat(20)}`
  const forwarded = { headers: { ...headers, 'x-forwarded-for': '203.0.113.77' } }
  await openTopic()
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'])
    for (const path of [`/t/${id}`, `/r/${reference}`, `/topic/${legacyId}`, `/req/${jwt}`, `/${token}`])
      await call(method, `${path}?key=theQueryOfIt`, { ...forwarded, ...(method !== 'GET' && { body }) })
  const told = [await sdk.everything(), await prometheus.text()]
  expect(told.map((text) => text.includes('/t/:id'))).toEqual([true, true])
  for (const hidden of [
    id,
    reference,
    token,
    legacyId,
    jwt,
    'body of a reply',
    'theQueryOfIt',
    '203.0.113.77',
  ])
    for (const text of told) expect(text).not.toContain(hidden)
})

test('shows metrics to nobody at its public address', async () => {
  const { call } = await start()
  for (const path of ['/metrics', '/metrics/', '//metrics']) expect(await call('GET', path)).toBe(404)
})

test('says whether it is ready', async () => {
  const store = memoryTopicStore()
  const { url, call } = await start({ store })
  expect(await relay?.isReady()).toBe(true)
  expect([await call('GET', '/readyz'), await call('GET', '/healthz')]).toEqual([200, 200])
  await store.close()
  expect(await relay?.isReady()).toBe(false)
  expect([await call('GET', '/readyz'), await call('GET', '/healthz')]).toEqual([503, 200])
  await relay?.close()
  expect(await relay?.isReady()).toBe(false)
  expect(url).toBe(relay?.url)
})

function bound(store: ReturnType<typeof memoryTopicStore>) {
  return {
    open: store.open.bind(store),
    read: store.read.bind(store),
    remove: store.remove.bind(store),
    sweep: store.sweep.bind(store),
    close: store.close.bind(store),
  }
}
