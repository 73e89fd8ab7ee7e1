import { encodeBase64url } from '@uport-kit/core'
import { parseJsonObject, readBody } from '@uport-kit/server-operations/http'
import { type Context, Hono } from 'hono'
import { type LegacyTopic, openLegacyTopic, readLegacyTopic, writeLegacyTopic } from '../legacy-topic.ts'
import { refuse } from '../refuse.ts'
import type { Relay, RelayEnv } from '../relay.ts'

/** The path of one topic: ids of 12 random bytes and longer, as the old server and its clients made them. */
const ID_PATH = '/:id{[\\w-]{16,50}}'

type LegacyContext = Context<RelayEnv, typeof ID_PATH>

/** Bytes of an id that is made here: beyond guessing, which the 12 of the old server hardly were. */
const ID_BYTES = 16

/**
 * The routes of the old message server, for wallets and pages that know nothing else. Whoever knows an id reads its
 * topic, so nothing but sealed replies is safe in it; here at least the first content stays, nobody deletes it, and all of it
 * ends.
 */
export function legacyTopicRoutes(relay: Relay): Hono<RelayEnv> {
  const app = new Hono<RelayEnv>()
  for (const base of ['/topic', '/api/v1/topic'] as const) {
    app.get(`${base}${ID_PATH}`, (c) => read(relay, c, base === '/topic' ? 'enveloped' : 'plain'))
    for (const path of [base, `${base}/`]) app.post(path, (c) => create(relay, c))
    app.post(`${base}${ID_PATH}`, (c) => write(relay, c))
    // Old clients delete when they have read, and so could anybody who saw the code: it goes by its own end.
    app.delete(`${base}${ID_PATH}`, (c) => c.json({ status: 'success' }))
  }
  app.get(`/raw/topic${ID_PATH}`, (c) => readRaw(relay, c))
  return app
}

/** Always 200: an old poller takes any other answer for the end of its wait, or for a reply. */
async function read(relay: Relay, c: LegacyContext, form: 'enveloped' | 'plain'): Promise<Response> {
  const { id, wait } = await admit(relay, c, 'read')
  if (wait > 0) return refuse(c, 'RATE_LIMITED', wait)
  const topic = await readLegacyTopic(relay, id)
  // Reading opens it, so that its end can be told; where there is no room, the first post opens it.
  if (topic === undefined) await openLegacyTopic(relay, id, c.get('address'))
  if (form === 'plain') return c.json({ status: 'success', message: contentOf(topic) })
  return c.json({ status: 'success', ...(topic !== undefined && { message: envelopeOf(id, topic) }) })
}

/** Content alone, for reading requests by reference; opens nothing. */
async function readRaw(relay: Relay, c: LegacyContext): Promise<Response> {
  const { id, wait } = await admit(relay, c, 'read')
  if (wait > 0) return refuse(c, 'RATE_LIMITED', wait)
  const topic = await readLegacyTopic(relay, id)
  if (topic === undefined || topic.isExpired) return c.json(`topicId: ${id} not found`, 404)
  c.header('Content-Type', 'application/json')
  return c.body(topic.content ?? 'null')
}

async function create(relay: Relay, c: Context<RelayEnv>): Promise<Response> {
  const body = await readContent(relay, c)
  if (body instanceof Response) return body
  const id = encodeBase64url(crypto.getRandomValues(new Uint8Array(ID_BYTES)))
  const refusal = await open(relay, c, id)
  if (refusal !== undefined) return refusal
  // An empty object asks for an empty topic: somebody else will write it.
  if (!body.isEmpty) {
    const result = await writeLegacyTopic(relay, id, body.text, c.get('address'))
    if (result !== 'written') return refuse(c, result === 'too-many' ? 'TOO_MANY' : 'CROWDED', 60)
  }
  c.header('Location', `/topic/${id}`)
  return c.json({ status: 'success', message: 'created', topicId: id }, 201)
}

async function write(relay: Relay, c: LegacyContext): Promise<Response> {
  const { id, wait } = await admit(relay, c, 'post')
  if (wait > 0) return refuse(c, 'RATE_LIMITED', wait)
  const body = await readContent(relay, c)
  if (body instanceof Response) return body
  if (body.isEmpty) return decline(c, 403, 'no json body')
  const refusal = await open(relay, c, id)
  if (refusal !== undefined) return refusal
  const result = await writeLegacyTopic(relay, id, body.text, c.get('address'))
  if (result === 'too-many') return refuse(c, 'TOO_MANY', 60)
  if (result === 'crowded') return refuse(c, 'CROWDED', 60)
  if (result === 'full') return decline(c, 409, 'topic has its content')
  if (result !== 'written') return decline(c, 404, 'topic not found')
  c.header('Location', `/topic/${id}`)
  return c.json({ status: 'success', message: 'updated', topicId: id })
}

async function admit(
  relay: Relay,
  c: LegacyContext,
  what: 'read' | 'post',
): Promise<{ readonly id: string; readonly wait: number }> {
  const id = c.req.param('id')
  return { id, wait: await relay.topicRates.take(`${what} l:${id}`) }
}

async function open(relay: Relay, c: Context<RelayEnv>, id: string): Promise<Response | undefined> {
  const result = await openLegacyTopic(relay, id, c.get('address'))
  if (result === 'too-many') return refuse(c, 'TOO_MANY', 60)
  return result === 'crowded' ? refuse(c, 'CROWDED', 60) : undefined
}

async function readContent(
  relay: Relay,
  c: Context<RelayEnv>,
): Promise<{ readonly text: string; readonly isEmpty: boolean } | Response> {
  const body = await readBody(c.req.raw, relay.limits.maxBodyBytes)
  if ('problem' in body && body.problem === 'BODY_TOO_LARGE') return refuse(c, body.problem)
  const value = 'text' in body ? parseJsonObject(body.text) : undefined
  if (!('text' in body) || value === undefined) return decline(c, 403, 'no json body')
  return { text: body.text, isEmpty: Object.keys(value).length === 0 }
}

/** An error in the old server's envelope. Only for posts: a poller would take the text for a reply. */
function decline(c: Context<RelayEnv>, status: 403 | 404 | 409, message: string): Response {
  return c.json({ status: 'error', message }, status)
}

function envelopeOf(id: string, { content, expiresAt, error }: LegacyTopic): object {
  return {
    id,
    content: content ?? null,
    ...(expiresAt !== undefined && { expiration: new Date(expiresAt * 1000).toISOString() }),
    ...(error !== undefined && { error }),
  }
}

/** The content itself; an empty object where there is none. */
function contentOf(topic: LegacyTopic | undefined): object {
  if (topic?.isExpired === true) return { error: topic.error }
  return parseJsonObject(topic?.content ?? '{}') ?? {}
}
