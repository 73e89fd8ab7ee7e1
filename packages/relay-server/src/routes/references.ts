import { readBody } from '@uport-kit/server-operations/http'
import { type Context, Hono } from 'hono'
import { openTopic, topicEnd } from '../open-topic.ts'
import { parseWhole } from '../parse-whole.ts'
import { refuse } from '../refuse.ts'
import { ID_PATH, type Relay, type RelayEnv } from '../relay.ts'
import { holdsSecret } from '../secret-id.ts'
import { storeMessage } from '../store-message.ts'

type RelayContext = Context<RelayEnv, typeof ID_PATH>

/** A JWT in compact form (RFC 7519); nothing else can be stored, so the relay serves nobody's web pages. */
const COMPACT_JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/

/** Requests by reference: anybody reads, whoever holds the secret stores and deletes. */
export function referenceRoutes(relay: Relay): Hono<RelayEnv> {
  const app = new Hono<RelayEnv>()
  app.get(ID_PATH, (c) => read(relay, c))
  app.use(ID_PATH, async (c, next) => {
    if (!holdsSecret('reference', c.req.param('id') ?? '', c.req.header('authorization')))
      return refuse(c, 'SECRET_WRONG')
    return next()
  })
  app.put(ID_PATH, (c) => store(relay, c))
  app.delete(ID_PATH, (c) => remove(relay, c))
  return app
}

const nameOf = (c: RelayContext): string => `r:${c.req.param('id')}`

async function read(relay: Relay, c: RelayContext): Promise<Response> {
  const [message] = (await relay.store.read(nameOf(c), 0)) ?? []
  if (message === undefined) return refuse(c, 'NOT_FOUND')
  c.header('Content-Type', 'application/jwt')
  return c.body(message.body)
}

async function store(relay: Relay, c: RelayContext): Promise<Response> {
  const expiresAt = topicEnd(relay, parseWhole(c.req.query('expiresAt') ?? ''))
  if (expiresAt === undefined) return refuse(c, 'PARAMETER_INVALID')
  const body = await readBody(c.req.raw, relay.limits.maxBodyBytes)
  if ('problem' in body) return refuse(c, body.problem)
  if (!COMPACT_JWT.test(body.text)) return refuse(c, 'BODY_INVALID')
  const name = nameOf(c)
  const address = c.get('address')
  const result = await openTopic(relay, { name, expiresAt, capacity: 1, address })
  if (result === 'too-many') return refuse(c, 'TOO_MANY', 60)
  if (result === 'crowded') return refuse(c, 'CROWDED', 60)
  const outcome = await storeMessage(relay, { name, body: body.text, address })
  if (outcome === 'too-many' || outcome === 'crowded') {
    if (result === 'opened') await erase(relay, name)
    return refuse(c, outcome === 'too-many' ? 'TOO_MANY' : 'CROWDED', 60)
  }
  if (outcome === 'unknown') return refuse(c, 'NOT_FOUND')
  if (outcome === 'full') return refuse(c, 'TOPIC_FULL')
  const end = relay.ledger.expiryOf(name)
  const isNew = outcome === 'stored'
  return c.json(
    { id: c.req.param('id'), ...(end === undefined ? {} : { expiresAt: end }) },
    isNew ? 201 : 200,
  )
}

async function remove(relay: Relay, c: RelayContext): Promise<Response> {
  await erase(relay, nameOf(c))
  return c.body(null, 204)
}

async function erase(relay: Relay, name: string): Promise<void> {
  // The ledger first: one that is published anew while the store removes the old one must stay in its account.
  relay.ledger.remove(name)
  relay.shares.remove(name)
  await relay.store.remove(name)
  relay.changes.notifyRemoved(name)
}
