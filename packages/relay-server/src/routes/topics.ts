import type { TopicMessage } from '@uport-kit/core'
import { parseJsonObject, readBody } from '@uport-kit/server-operations/http'
import { type Context, Hono } from 'hono'
import { awaitMessages } from '../await-messages.ts'
import { eventStream } from '../event-stream.ts'
import { openTopic, topicEnd } from '../open-topic.ts'
import { parseWhole } from '../parse-whole.ts'
import { refuse } from '../refuse.ts'
import { ID_PATH, type Relay, type RelayEnv } from '../relay.ts'
import { failureName } from '../relay-log.ts'
import { holdsSecret } from '../secret-id.ts'
import { storeMessage } from '../store-message.ts'
import { whenSent } from './when-sent.ts'

type RelayContext = Context<RelayEnv, typeof ID_PATH>

/** For `{"expiresAt": ...}`. */
const MAX_OPEN_BYTES = 1024

/** Secret topics: whoever knows the id may post, whoever holds the secret may read and delete. */
export function topicRoutes(relay: Relay): Hono<RelayEnv> {
  const app = new Hono<RelayEnv>()
  app.post(ID_PATH, (c) => post(relay, c))
  app.use(ID_PATH, async (c, next) => {
    if (!holdsSecret('topic', c.req.param('id') ?? '', c.req.header('authorization')))
      return refuse(c, 'SECRET_WRONG')
    return next()
  })
  app.put(ID_PATH, (c) => open(relay, c))
  app.get(ID_PATH, (c) => read(relay, c))
  app.delete(ID_PATH, (c) => remove(relay, c))
  return app
}

const nameOf = (c: RelayContext): string => `t:${c.req.param('id')}`

async function open(relay: Relay, c: RelayContext): Promise<Response> {
  const body = await readBody(c.req.raw, MAX_OPEN_BYTES)
  if ('problem' in body) return refuse(c, body.problem)
  const expiresAt = topicEnd(relay, parseJsonObject(body.text)?.['expiresAt'])
  if (expiresAt === undefined) return refuse(c, 'BODY_INVALID')
  const name = nameOf(c)
  const capacity = relay.limits.topicCapacity
  const result = await openTopic(relay, { name, expiresAt, capacity, address: c.get('address') })
  if (result === 'too-many') return refuse(c, 'TOO_MANY', 60)
  if (result === 'crowded') return refuse(c, 'CROWDED', 60)
  const end = result === 'opened' ? expiresAt : relay.ledger.expiryOf(name)
  return c.json(
    { id: c.req.param('id'), ...(end === undefined ? {} : { expiresAt: end }) },
    result === 'opened' ? 201 : 200,
  )
}

async function post(relay: Relay, c: RelayContext): Promise<Response> {
  const name = nameOf(c)
  const wait = await relay.topicRates.take(`post ${name}`)
  if (wait > 0) return refuse(c, 'RATE_LIMITED', wait)
  const body = await readBody(c.req.raw, relay.limits.maxBodyBytes)
  if ('problem' in body) return refuse(c, body.problem)
  if (parseJsonObject(body.text) === undefined) return refuse(c, 'BODY_INVALID')
  const outcome = await storeMessage(relay, { name, body: body.text, address: c.get('address') })
  if (outcome === 'too-many') return refuse(c, 'TOO_MANY', 60)
  if (outcome === 'crowded') return refuse(c, 'CROWDED', 60)
  if (outcome === 'unknown') return refuse(c, 'NOT_FOUND')
  if (outcome === 'full') return refuse(c, 'TOPIC_FULL')
  if (outcome === 'stored') relay.changes.notify(name)
  return c.json({ status: 'success' }, outcome === 'stored' ? 201 : 200)
}

async function remove(relay: Relay, c: RelayContext): Promise<Response> {
  const name = nameOf(c)
  // The ledger first: a topic that is opened anew while the store removes the old one must stay in its account.
  relay.ledger.remove(name)
  relay.shares.remove(name)
  await relay.store.remove(name)
  relay.changes.notifyRemoved(name)
  return c.body(null, 204)
}

async function read(relay: Relay, c: RelayContext): Promise<Response> {
  // Answered as a GET, a HEAD would wait for a body that nobody reads.
  if (c.req.method === 'HEAD') return refuse(c, 'METHOD_NOT_ALLOWED')
  const name = nameOf(c)
  const cursor = parseWhole(c.req.header('last-event-id') ?? c.req.query('after') ?? '0')
  const wait = parseWhole(c.req.query('wait') ?? '0')
  if (cursor === undefined || wait === undefined) return refuse(c, 'PARAMETER_INVALID')
  const delay = await relay.topicRates.take(`read ${name}`)
  if (delay > 0) return refuse(c, 'RATE_LIMITED', delay)
  if ((await relay.store.read(name, cursor, { maxMessages: 1 })) === undefined) return refuse(c, 'NOT_FOUND')
  const leave = relay.waiters.enter(c.get('address'), name)
  if (leave === 'too-many') return refuse(c, 'TOO_MANY', 1)
  if (leave === 'crowded') return refuse(c, 'CROWDED', 5)
  const isStream = /\btext\/event-stream\b/i.test(c.req.header('accept') ?? '')
  return isStream ? stream(relay, c, cursor, leave) : poll(relay, c, { cursor, wait, leave })
}

async function poll(
  relay: Relay,
  c: RelayContext,
  { cursor, wait, leave }: { readonly cursor: number; readonly wait: number; readonly leave: () => void },
): Promise<Response> {
  try {
    const seconds = Math.min(wait, relay.limits.maxWaitSeconds)
    const messages = await awaitMessages(relay, nameOf(c), cursor, seconds, c.req.raw.signal)
    if (messages === undefined) return refuse(c, 'NOT_FOUND')
    c.header('Content-Type', 'application/json')
    return c.body(`{"messages":[${messages.map(messageText).join(',')}]}`)
  } finally {
    whenSent(c, leave)
  }
}

/** The body goes in as it came: it was checked to be JSON. */
const messageText = (message: TopicMessage): string => `{"cursor":${message.cursor},"body":${message.body}}`

function stream(relay: Relay, c: RelayContext, cursor: number, leave: () => void): Response {
  const gone = new AbortController()
  const { heartbeatSeconds, maxStreamSeconds } = relay.limits
  // Counted by heartbeats: no clock that is set makes them more.
  let heartbeats = Math.ceil(maxStreamSeconds / heartbeatSeconds)
  const body = eventStream({
    cursor,
    next: async (after) => {
      try {
        const messages = await awaitMessages(relay, nameOf(c), after, heartbeatSeconds, gone.signal)
        if (messages?.length !== 0) return messages
        heartbeats -= 1
        return heartbeats <= 0 || relay.changes.stopped ? undefined : messages
      } catch (cause) {
        relay.log({ event: 'failed', operation: 'GET /t/:id', error: failureName(cause) })
        return undefined
      }
    },
    ended: () => {
      gone.abort()
      leave()
    },
  })
  c.header('Content-Type', 'text/event-stream')
  // Asks a reverse proxy that knows the header not to hold events back.
  c.header('X-Accel-Buffering', 'no')
  return c.body(body)
}
