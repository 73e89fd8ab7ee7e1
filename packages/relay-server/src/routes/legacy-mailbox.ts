import { type Did, sameDid, type TopicMessage } from '@uport-kit/core'
import { parseJsonObject } from '@uport-kit/server-operations/http'
import { type Context, Hono } from 'hono'
import { messagesOf, PAGE_BYTES } from '../message-page.ts'
import { acknowledge, firstLive, isLive, mailboxOwner, messagesName } from '../push/mailbox.ts'
import { mailboxesOf } from '../push/owner-index.ts'
import { PushRefusal, type PushRelay } from '../push/push-relay.ts'
import { verifyUserAuth } from '../push/push-tokens.ts'
import { refuse } from '../refuse.ts'
import type { RelayEnv } from '../relay.ts'
import { fail, legacyToken } from './legacy-answer.ts'
import { whenSent } from './when-sent.ts'

/** A message as the old push server gave it to wallets. */
interface Row {
  readonly id: string
  /** Who may push here: the grant's audience. */
  readonly sender: string
  readonly recipient: string
  /** The sealed message, as JSON text. */
  readonly message: string
}

/** Rows of one answer; the rest come when these are deleted. */
const MAX_ROWS = 64
/** The mailbox, and the message's place in it. */
const MESSAGE_PATH = '/message/:message{[\\w-]{43}\\.\\d{1,15}}'
const MESSAGE_ID = /^([\w-]{43})\.(\d{1,15})$/

/**
 * The mailbox routes of the old push server, over all mailboxes of whoever asks. Unlike there, a token must be a `user-auth` token for this
 * server that lives five minutes at most; messages end; and only the oldest one of a mailbox can be deleted, so that none
 * goes unread.
 */
export function legacyMailboxRoutes(push: PushRelay): Hono<RelayEnv> {
  const app = new Hono<RelayEnv>()
  app.get('/message', (c) => answer(push, c, (owner) => list(push, c, owner)))
  app.get(MESSAGE_PATH, (c) => answer(push, c, (owner) => get(push, c, owner)))
  app.delete(MESSAGE_PATH, (c) => answer(push, c, (owner) => remove(push, c, owner)))
  return app
}

/** Answers the owner of a token. */
async function answer(
  push: PushRelay,
  c: Context<RelayEnv>,
  work: (owner: Did) => Promise<Response>,
): Promise<Response> {
  const token = legacyToken(c)
  if (typeof token !== 'string') return fail(c, token)
  try {
    const { owner } = await verifyUserAuth(push, token)
    const delay = await push.topicRates.take(`read l:${owner}`)
    if (delay > 0) throw new PushRefusal('RATE_LIMITED', delay)
    const leave = push.waiters.enter(c.get('address'), `read l:${owner}`)
    if (leave === 'too-many') throw new PushRefusal('TOO_MANY', 1)
    if (leave === 'crowded') throw new PushRefusal('CROWDED', 5)
    try {
      return await work(owner)
    } finally {
      whenSent(c, leave)
    }
  } catch (cause) {
    if (!(cause instanceof PushRefusal)) throw cause
    if (cause.code === 'TOKEN_INVALID') return fail(c, [401, 'Invalid token'])
    if (cause.code === 'FORBIDDEN') return fail(c, [403, 'Forbidden'])
    if (cause.code === 'NOT_FOUND') return fail(c, [404, 'Message not found'])
    return refuse(c, cause.code, cause.retryAfter)
  }
}

async function list(push: PushRelay, c: Context<RelayEnv>, owner: Did): Promise<Response> {
  const rows: Row[] = []
  let length = 0
  for await (const { id, message } of waitingFor(push, owner)) {
    length += message.body.length
    if (rows.length === MAX_ROWS || (rows.length > 0 && length > PAGE_BYTES)) break
    rows.push(rowOf(id, owner, message))
  }
  if (rows.length === 0) throw new PushRefusal('NOT_FOUND')
  return c.json({ status: 'success', data: rows })
}

/** What waits in the mailboxes of an owner, one of them at a time. */
async function* waitingFor(
  push: PushRelay,
  owner: Did,
): AsyncGenerator<{ readonly id: string; readonly message: TopicMessage }> {
  for (const id of await mailboxesOf(push, owner)) {
    // Somebody else's by now, where it was removed and opened anew.
    const isOwn = await mailboxOwner(push, id).then((found) => sameDid(found, owner), goneAsFalse)
    if (!isOwn) continue
    for await (const message of messagesOf(push.store, messagesName(id)))
      if (isLive(push, message)) yield { id, message }
  }
}

async function get(push: PushRelay, c: Context<RelayEnv>, owner: Did): Promise<Response> {
  const { id, message } = await find(push, c, owner)
  return c.json({ status: 'success', data: rowOf(id, owner, message) })
}

async function remove(push: PushRelay, c: Context<RelayEnv>, owner: Did): Promise<Response> {
  const { id, message, isOldest } = await find(push, c, owner)
  if (!isOldest) return fail(c, [409, 'Delete the older messages first'])
  await acknowledge(push, id, message.cursor)
  return c.json({ status: 'success', data: `${id}.${message.cursor}` })
}

/** @throws PushRefusal `NOT_FOUND`, `FORBIDDEN` */
async function find(
  push: PushRelay,
  c: Context<RelayEnv>,
  owner: Did,
): Promise<{ readonly id: string; readonly message: TopicMessage; readonly isOldest: boolean }> {
  const [, id = '', cursor = ''] = MESSAGE_ID.exec(c.req.param('message') ?? '') ?? []
  if (!sameDid(await mailboxOwner(push, id), owner)) throw new PushRefusal('FORBIDDEN')
  const oldest = await firstLive(push, id, 0)
  const before = Math.max(0, Number(cursor) - 1)
  const [message] = (await push.store.read(messagesName(id), before, { maxMessages: 1 })) ?? []
  if (message?.cursor !== Number(cursor) || !isLive(push, message)) throw new PushRefusal('NOT_FOUND')
  return { id, message, isOldest: message.cursor === oldest?.cursor }
}

function rowOf(mailbox: string, recipient: string, { cursor, body }: TopicMessage): Row {
  const { box, sender } = { box: undefined, sender: undefined, ...parseJsonObject(body) }
  const id = `${mailbox}.${cursor}`
  return { id, sender: String(sender ?? ''), recipient, message: JSON.stringify(box) }
}

function goneAsFalse(cause: unknown): false {
  if (cause instanceof PushRefusal) return false
  throw cause
}
