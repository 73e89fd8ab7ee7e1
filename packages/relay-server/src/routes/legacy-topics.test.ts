import { type ManualClock as Clock, ManualClock, type TopicStore } from '@uport-kit/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { createRelayApp, type RelayAppOptions } from '../relay-app.ts'
import { memoryTopicStore } from '../stores/memory-topic-store.ts'

const START = 1_700_000_000
const ID = 'AAAAAAAAAAAAAAAAAAAAAA'
const CONTENT = ' {"access_token":"a.b.c"}'

let clock: Clock
let store: TopicStore

beforeEach(() => {
  clock = new ManualClock(START)
  store = memoryTopicStore({ clock })
})

const createApp = (options: Partial<RelayAppOptions> = {}) =>
  createRelayApp({ store, clock, legacyTopics: true, ...options })
type App = ReturnType<typeof createApp>

const get = async (app: App, path = `/topic/${ID}`) => {
  const response = await app.request(path)
  return { status: response.status, body: await response.json() }
}
const post = async (app: App, body: string, path = `/topic/${ID}`) => {
  const response = await app.request(path, { method: 'POST', body })
  return { status: response.status, body: await response.json(), headers: response.headers }
}
const EXPIRATION = new Date((START + 3600) * 1000).toISOString()

describe('a topic of the old message server', () => {
  test('is there only where it was asked for', async () => {
    const off = createApp({ legacyTopics: false })
    for (const path of [`/topic/${ID}`, `/api/v1/topic/${ID}`, `/raw/topic/${ID}`])
      expect(await get(off, path)).toEqual({ status: 404, body: { status: 'error', code: 'NOT_FOUND' } })
    expect((await post(off, CONTENT)).status).toBe(404)
  })

  test('is opened by reading, written once, and shown in each form', async () => {
    const app = createApp()
    expect(await get(app)).toEqual({ status: 200, body: { status: 'success' } })
    const empty = { id: ID, content: null, expiration: EXPIRATION }
    expect(await get(app)).toEqual({ status: 200, body: { status: 'success', message: empty } })
    expect((await get(app, `/api/v1/topic/${ID}`)).body).toEqual({ status: 'success', message: {} })
    expect(await get(app, `/raw/topic/${ID}`)).toEqual({ status: 200, body: null })

    const written = await post(app, CONTENT)
    expect(written).toMatchObject({
      status: 200,
      body: { status: 'success', message: 'updated', topicId: ID },
    })
    expect(written.headers.get('location')).toBe(`/topic/${ID}`)
    const message = { id: ID, content: CONTENT, expiration: EXPIRATION }
    expect(await get(app)).toEqual({ status: 200, body: { status: 'success', message } })
    const v1 = { status: 'success', message: { access_token: 'a.b.c' } }
    expect((await get(app, `/api/v1/topic/${ID}`)).body).toEqual(v1)
    expect(await get(app, `/raw/topic/${ID}`)).toEqual({ status: 200, body: { access_token: 'a.b.c' } })
  })

  test('may be written before anybody has read it', async () => {
    const app = createApp()
    expect((await post(app, CONTENT, `/api/v1/topic/${ID}`)).status).toBe(200)
    expect((await get(app)).body.message.content).toBe(CONTENT)
  })

  test('keeps its first content: nobody replaces, empties or deletes it', async () => {
    const app = createApp()
    await post(app, CONTENT)
    expect((await post(app, CONTENT)).status).toBe(200)
    expect(await post(app, '{"access_token":"mine"}')).toMatchObject({
      status: 409,
      body: { status: 'error', message: 'topic has its content' },
    })
    for (const path of [`/topic/${ID}`, `/api/v1/topic/${ID}`]) {
      const response = await app.request(path, { method: 'DELETE' })
      expect([response.status, await response.json()]).toEqual([200, { status: 'success' }])
    }
    expect((await get(app)).body.message.content).toBe(CONTENT)
  })

  test('is created under an id of the server, with or without content', async () => {
    const app = createApp()
    const ids = new Set<string>()
    for (const path of ['/topic', '/topic/', '/api/v1/topic', '/api/v1/topic/']) {
      const { status, body, headers } = await post(app, CONTENT, path)
      expect([status, body.status, body.message]).toEqual([201, 'success', 'created'])
      expect(body.topicId).toMatch(/^[\w-]{22}$/)
      expect(headers.get('location')).toBe(`/topic/${body.topicId}`)
      expect((await get(app, `/raw${headers.get('location')}`)).body).toEqual({ access_token: 'a.b.c' })
      ids.add(body.topicId)
    }
    expect(ids.size).toBe(4)
    const { topicId } = (await post(app, '{}', '/topic')).body
    expect((await get(app, `/topic/${topicId}`)).body.message.content).toBeNull()
    expect((await post(app, CONTENT, `/topic/${topicId}`)).status).toBe(200)
  })

  test('ends, says so to whoever still asks, and is then forgotten', async () => {
    const app = createApp()
    await post(app, CONTENT)
    clock.advance(3599)
    expect((await get(app)).body.message.content).toBe(CONTENT)
    clock.advance(1)
    const message = { id: ID, content: null, expiration: EXPIRATION, error: 'expired' }
    expect(await get(app)).toEqual({ status: 200, body: { status: 'success', message } })
    expect((await get(app, `/api/v1/topic/${ID}`)).body.message).toEqual({ error: 'expired' })
    expect(await get(app, `/raw/topic/${ID}`)).toEqual({ status: 404, body: `topicId: ${ID} not found` })
    expect(await post(app, '{"late":1}')).toMatchObject({ status: 404, body: { message: 'topic not found' } })
    // Another process with the same store knows as much.
    expect((await get(createApp())).body.message.error).toBe('expired')
    clock.advance(600)
    expect(await get(app)).toEqual({ status: 200, body: { status: 'success' } })
  })

  test('repeats a posted error where pollers look for it, also when it has expired', async () => {
    const app = createApp()
    await post(app, '{"error":"access_denied"}')
    const { message } = (await get(app)).body
    expect(message).toMatchObject({ content: '{"error":"access_denied"}', error: 'access_denied' })
    expect((await get(app, `/api/v1/topic/${ID}`)).body.message.error).toBe('access_denied')
    clock.advance(3600)
    expect((await get(app)).body.message).toMatchObject({ content: null, error: 'access_denied' })
  })

  test('takes an error that is no text for none', async () => {
    const app = createApp()
    await post(app, '{"error":{"message":"x"}}')
    expect((await get(app)).body.message).not.toHaveProperty('error')
  })
})

describe('what is refused', () => {
  test.each([['<html>'], ['null'], ['[]'], ['"text"'], ['7'], [''], ['{}']])(
    'the content %s',
    async (body) => {
      const app = createApp()
      expect(await post(app, body)).toMatchObject({
        status: 403,
        body: { status: 'error', message: 'no json body' },
      })
      expect((await get(app)).body).toEqual({ status: 'success' })
    },
  )

  test('content that is too large, and ids that are too short, too long or of other characters', async () => {
    const app = createApp({ limits: { maxBodyBytes: 100 } })
    expect((await post(app, `{"a":"${'x'.repeat(100)}"}`)).status).toBe(413)
    for (const id of ['short', 'A'.repeat(15), 'A'.repeat(51), `${ID}%2F..`, `${ID}.`, '..'])
      expect((await app.request(`/topic/${id}`)).status).toBe(404)
    expect((await app.request('/topic')).status).toBe(404)
  })

  test('a write beyond the address’s share; reading goes on without opening', async () => {
    const app = createApp({ limits: { maxTopicsPerAddress: 1 } })
    await post(app, CONTENT)
    const other = `/topic/${'B'.repeat(22)}`
    expect(await post(app, CONTENT, other)).toMatchObject({
      status: 429,
      body: { status: 'error', code: 'TOO_MANY' },
    })
    expect((await post(app, CONTENT, '/topic')).status).toBe(429)
    expect(await get(app, other)).toEqual({ status: 200, body: { status: 'success' } })
    expect(await get(app, other)).toEqual({ status: 200, body: { status: 'success' } })
  })

  test('a store that is full', async () => {
    store = memoryTopicStore({ clock, maxTopics: 1 })
    const app = createApp()
    await post(app, CONTENT)
    expect((await post(app, CONTENT, `/topic/${'B'.repeat(22)}`)).status).toBe(503)
    expect((await get(app, `/topic/${'B'.repeat(22)}`)).status).toBe(200)
    store = memoryTopicStore({ clock, maxBytes: 30 })
    expect((await post(createApp(), '{"a":"not much room left"}', '/topic')).status).toBe(503)
  })

  test('too many reads and writes, without a text that pollers take for a reply', async () => {
    const app = createApp({ limits: { topicBurst: 1, topicPerSecond: 1 } })
    await post(app, CONTENT)
    const refusals = [await post(app, CONTENT), await get(app), await get(app, `/raw/topic/${ID}`)]
    expect(refusals.map(({ status }) => status)).toEqual([429, 200, 429])
    for (const path of [`/topic/${ID}`, `/api/v1/topic/${ID}`, `/raw/topic/${ID}`])
      expect(await get(app, path)).toEqual({ status: 429, body: { status: 'error', code: 'RATE_LIMITED' } })
  })

  test('topics of the other kinds', async () => {
    const app = createApp()
    const id = 'C'.repeat(43)
    await store.open(`t:${id}`, { expiresAt: START + 100, capacity: 8 })
    await store.append(`t:${id}`, '{"secret":1}')
    expect(await get(app, `/raw/topic/${id}`)).toMatchObject({ status: 404 })
    expect((await get(app, `/topic/${id}`)).body).toEqual({ status: 'success' })
    await post(app, CONTENT, `/topic/${id}`)
    expect((await store.read(`t:${id}`, 0))?.map(({ body }) => body)).toEqual(['{"secret":1}'])
    expect((await app.request(`/t/${id}`)).status).toBe(401)
  })
})

test('a process that died while it opened a topic leaves one that works', async () => {
  await store.open(`l:${ID}`, { expiresAt: START + 100, capacity: 2 })
  const app = createApp()
  expect((await get(app)).body.message).toEqual({ id: ID, content: null })
  expect((await post(app, CONTENT)).status).toBe(200)
  expect((await post(app, '{"other":1}')).status).toBe(409)
})

test('pages of any origin may ask, without credentials, and see the location', async () => {
  const app = createApp()
  const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' }
  const preflight = await app.request(`/topic/${ID}`, { method: 'OPTIONS', headers })
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
  expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
  const response = await app.request('/topic', { method: 'POST', headers, body: CONTENT })
  expect(response.headers.get('access-control-expose-headers')).toContain('Location')
})
