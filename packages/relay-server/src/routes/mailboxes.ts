import {
  type BoxEnvelope,
  type Did,
  decodeBase64url,
  isUportError,
  parseBoxEnvelope,
  type TopicMessage,
} from '@uport-kit/core'
import { parseJsonObject, readBody } from '@uport-kit/server-operations/http'
import { type Context, Hono } from 'hono'
import { awaitMessages } from '../await-messages.ts'
import { eventStream } from '../event-stream.ts'
import { parseWhole } from '../parse-whole.ts'
import {
  acknowledge,
  awaitPushes,
  mailboxOwner,
  messagesName,
  openMailbox,
  receiptName,
  removeMailbox,
  setWake,
  storePush,
} from '../push/mailbox.ts'
import { bearerToken, PushRefusal, type PushRelay, refusing } from '../push/push-relay.ts'
import { checkPushToken, spendPushToken, verifyGrant, verifyUserAuth } from '../push/push-tokens.ts'
import { subscribeOwner, wakeOwner } from '../push/wake-owner.ts'
import { ID_PATH, type RelayEnv } from '../relay.ts'
import { failureName } from '../relay-log.ts'
import { holdsSecret } from '../secret-id.ts'
import { whenSent } from './when-sent.ts'

const RECEIPTS_PATH = `${ID_PATH}/receipts` as const
const RECEIPT_PATH = `${RECEIPTS_PATH}/:receipt{[\\w-]{43}}` as const
const WAKE_PATH = `${ID_PATH}/wake` as const
type MailboxContext = Context<RelayEnv, typeof ID_PATH>

/** For bodies that hold a few members. */
const MAX_SMALL_BYTES = 4096

/**
 * Push inboxes. Their owner opens, reads and removes them by a `user-auth` token for this server; whom the owner gave a grant may
 * push, with a token of their own for each message.
 */
export function mailboxRoutes(push: PushRelay): Hono<RelayEnv> {
  const app = new Hono<RelayEnv>()
  app.get('/wake-key', (c) =>
    push.webPush === undefined ? c.notFound() : c.json({ publicKey: push.webPush.publicKey }),
  )
  app.put(
    ID_PATH,
    refusing((c) => open(push, c)),
  )
  app.post(
    ID_PATH,
    refusing((c) => receive(push, c)),
  )
  app.get(
    ID_PATH,
    refusing((c) => read(push, c)),
  )
  app.delete(
    ID_PATH,
    refusing((c) => remove(push, c)),
  )
  app.post(
    RECEIPTS_PATH,
    refusing((c) => confirm(push, c)),
  )
  app.get(
    RECEIPT_PATH,
    refusing((c) => awaitReceipt(push, c)),
  )
  app.put(
    WAKE_PATH,
    refusing((c) => subscribe(push, c)),
  )
  app.delete(
    WAKE_PATH,
    refusing((c) => unsubscribe(push, c)),
  )
  return app
}

const idOf = (c: MailboxContext): string => c.req.param('id')

async function open(push: PushRelay, c: MailboxContext): Promise<Response> {
  const { value } = await readObject(c, MAX_SMALL_BYTES)
  const expiresAt = endOf(push, value['expiresAt'], push.limits.maxMailboxSeconds)
  const { owner } = await verifyUserAuth(push, bearerToken(c))
  const id = idOf(c)
  const result = await openMailbox(push, { id, owner, expiresAt, address: c.get('address') })
  return c.json({ id, ...(result === 'opened' && { expiresAt }) }, result === 'opened' ? 201 : 200)
}

async function receive(push: PushRelay, c: MailboxContext): Promise<Response> {
  const token = bearerToken(c)
  const { text, value } = await readObject(c, push.limits.maxBodyBytes)
  const id = idOf(c)
  const { grant, receipt } = value
  if (typeof grant !== 'string' || typeof receipt !== 'string' || !isId(receipt))
    throw new PushRefusal('BODY_INVALID')
  const box = boxOf(value['box'])
  const asked = endOf(push, value['expiresAt'], push.limits.maxPushSeconds)
  const owner = await mailboxOwner(push, id)
  // Whoever pushes is looked up only when the owner has vouched for them.
  const allowed = await verifyGrant(push, grant, { id, owner })
  checkPushToken(token, allowed.audience, text)
  await takePush(push, id)
  await spendPushToken(push, token, c.get('address'))
  const expiresAt = Math.min(asked, allowed.expiresAt)
  const pushed = { expiresAt, receipt, box, ...(push.isLegacy && { sender: allowed.audience }) }
  const result = await storePush(push, id, pushed, c.get('address'))
  if (result === 'stored') wake(push, id)
  return c.json({ status: 'success' }, result === 'stored' ? 201 : 200)
}

/** @throws PushRefusal `RATE_LIMITED` */
export async function takePush(push: PushRelay, id: string): Promise<void> {
  const wait = await push.pushRates.take(id)
  if (wait > 0) throw new PushRefusal('RATE_LIMITED', wait)
}

/** In the background: whoever pushes does not wait for a push service. */
export function wake(push: PushRelay, id: string): void {
  void wakeOwner(push, id).catch((cause: unknown) =>
    push.log({ event: 'failed', operation: 'web push', error: failureName(cause) }),
  )
}

async function read(push: PushRelay, c: MailboxContext): Promise<Response> {
  if (c.req.method === 'HEAD') throw new PushRefusal('METHOD_NOT_ALLOWED')
  const cursor = parseWhole(c.req.header('last-event-id') ?? c.req.query('after') ?? '0')
  const wait = parseWhole(c.req.query('wait') ?? '0')
  if (cursor === undefined || wait === undefined) throw new PushRefusal('PARAMETER_INVALID')
  const { expiresAt } = await authorize(push, c)
  const name = messagesName(idOf(c))
  const delay = await push.topicRates.take(`read ${name}`)
  if (delay > 0) throw new PushRefusal('RATE_LIMITED', delay)
  const leave = enter(push, c, name)
  if (/\btext\/event-stream\b/i.test(c.req.header('accept') ?? '')) {
    return stream(push, c, { cursor, expiresAt, leave })
  }
  try {
    const seconds = Math.min(wait, push.limits.maxWaitSeconds)
    const messages = await awaitPushes(push, idOf(c), cursor, seconds, c.req.raw.signal)
    if (messages === undefined) throw new PushRefusal('NOT_FOUND')
    c.header('Content-Type', 'application/json')
    return c.body(`{"messages":[${messages.map(messageText).join(',')}]}`)
  } finally {
    whenSent(c, leave)
  }
}

const messageText = ({ cursor, body }: TopicMessage): string => `{"cursor":${cursor},"body":${body}}`

/** A stream ends with the token that opened it. */
function stream(
  push: PushRelay,
  c: MailboxContext,
  from: { readonly cursor: number; readonly expiresAt: number; readonly leave: () => void },
): Response {
  const gone = new AbortController()
  const body = eventStream({
    cursor: from.cursor,
    next: async (after) => {
      try {
        const left = from.expiresAt - push.clock.now()
        if (left <= 0) return undefined
        const seconds = Math.min(left, push.limits.heartbeatSeconds)
        const messages = await awaitPushes(push, idOf(c), after, seconds, gone.signal)
        return messages?.length === 0 && push.changes.stopped ? undefined : messages
      } catch (cause) {
        push.log({ event: 'failed', operation: 'GET /i/:id', error: failureName(cause) })
        return undefined
      }
    },
    ended: () => {
      gone.abort()
      from.leave()
    },
  })
  c.header('Content-Type', 'text/event-stream')
  c.header('X-Accel-Buffering', 'no')
  return c.body(body)
}

async function remove(push: PushRelay, c: MailboxContext): Promise<Response> {
  await authorize(push, c)
  await removeMailbox(push, idOf(c))
  return c.body(null, 204)
}

async function confirm(push: PushRelay, c: MailboxContext): Promise<Response> {
  const { value } = await readObject(c, MAX_SMALL_BYTES)
  const { cursor } = value
  if (typeof cursor !== 'number' || !Number.isSafeInteger(cursor) || cursor < 0)
    throw new PushRefusal('BODY_INVALID')
  await authorize(push, c)
  await acknowledge(push, idOf(c), cursor)
  return c.body(null, 204)
}

/** Whether a message was fetched, for whoever sent it: they made the receipt's secret. */
async function awaitReceipt(push: PushRelay, c: Context<RelayEnv, typeof RECEIPT_PATH>): Promise<Response> {
  const receipt = c.req.param('receipt')
  if (!holdsSecret('receipt', receipt, c.req.header('authorization'))) throw new PushRefusal('SECRET_WRONG')
  const wait = parseWhole(c.req.query('wait') ?? '0')
  if (wait === undefined) throw new PushRefusal('PARAMETER_INVALID')
  const name = receiptName(receipt)
  const delay = await push.topicRates.take(`read ${name}`)
  if (delay > 0) throw new PushRefusal('RATE_LIMITED', delay)
  const leave = enter(push, c, name)
  try {
    const seconds = Math.min(wait, push.limits.maxWaitSeconds)
    const messages = await awaitMessages(push, name, 0, seconds, c.req.raw.signal)
    if (messages === undefined) throw new PushRefusal('NOT_FOUND')
    return c.json({ fetched: messages.length > 0 })
  } finally {
    leave()
  }
}

async function subscribe(push: PushRelay, c: MailboxContext): Promise<Response> {
  const { value } = await readObject(c, MAX_SMALL_BYTES)
  await authorize(push, c)
  await subscribeOwner(push, idOf(c), value, c.get('address'))
  return c.body(null, 204)
}

async function unsubscribe(push: PushRelay, c: MailboxContext): Promise<Response> {
  await authorize(push, c)
  await setWake(push, idOf(c), undefined)
  return c.body(null, 204)
}

/** @throws PushRefusal unless the mailbox's owner asks */
async function authorize(
  push: PushRelay,
  c: MailboxContext,
): Promise<{ readonly owner: Did; readonly expiresAt: number }> {
  const token = bearerToken(c)
  return verifyUserAuth(push, token, await mailboxOwner(push, idOf(c)))
}

function enter(push: PushRelay, c: Context<RelayEnv>, name: string): () => void {
  const leave = push.waiters.enter(c.get('address'), name)
  if (leave === 'too-many') throw new PushRefusal('TOO_MANY', 1)
  if (leave === 'crowded') throw new PushRefusal('CROWDED', 5)
  return leave
}

async function readObject(
  c: Context<RelayEnv>,
  maxBytes: number,
): Promise<{ readonly text: string; readonly value: Readonly<Record<string, unknown>> }> {
  const body = await readBody(c.req.raw, maxBytes)
  if ('problem' in body) throw new PushRefusal(body.problem)
  const value = parseJsonObject(body.text)
  if (value === undefined) throw new PushRefusal('BODY_INVALID')
  return { text: body.text, value }
}

/** The end asked for, or the latest allowed. @throws PushRefusal `BODY_INVALID` */
function endOf(push: PushRelay, expiresAt: unknown, longest: number): number {
  const now = push.clock.now()
  if (typeof expiresAt !== 'number' || !Number.isSafeInteger(expiresAt) || expiresAt <= now) {
    throw new PushRefusal('BODY_INVALID')
  }
  return Math.min(expiresAt, now + longest)
}

function isId(text: string): boolean {
  return text.length === 43 && decodeBase64url(text)?.length === 32
}

function boxOf(value: unknown): BoxEnvelope {
  try {
    return parseBoxEnvelope(value)
  } catch (cause) {
    if (isUportError(cause)) throw new PushRefusal('BODY_INVALID')
    throw cause
  }
}
