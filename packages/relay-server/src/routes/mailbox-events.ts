import { type Did, foldDid, sameDid } from '@uport-kit/core'
import { type Context, Hono } from 'hono'
import { eventStream } from '../event-stream.ts'
import { mailboxOwner } from '../push/mailbox.ts'
import { MailboxWatch } from '../push/mailbox-watch.ts'
import { bearerToken, PushRefusal, type PushRelay, refusing } from '../push/push-relay.ts'
import { verifyUserAuth } from '../push/push-tokens.ts'
import type { RelayEnv } from '../relay.ts'
import { failureName } from '../relay-log.ts'

/** Mailboxes of one stream: as many identifiers as a request line holds with ease. */
const MAX_MAILBOXES = 64
const MAILBOXES = /^[\w-]{43}(?:,[\w-]{43}){0,63}$/

/**
 * One stream that wakes the owner of many mailboxes: browsers hold few connections to one server open at a time, and a person
 * has a mailbox for each application.
 */
export function mailboxEventRoutes(push: PushRelay): Hono<RelayEnv> {
  const app = new Hono<RelayEnv>()
  app.get(
    '/events',
    refusing((c) => watch(push, c)),
  )
  return app
}

async function watch(push: PushRelay, c: Context<RelayEnv>): Promise<Response> {
  if (c.req.method === 'HEAD') throw new PushRefusal('METHOD_NOT_ALLOWED')
  const text = c.req.query('mailboxes') ?? ''
  if (!MAILBOXES.test(text)) throw new PushRefusal('PARAMETER_INVALID')
  const ids = [...new Set(text.split(','))].slice(0, MAX_MAILBOXES)
  // Before anything is read: it tells who is to pay for it.
  const { owner, expiresAt } = await verifyUserAuth(push, bearerToken(c))
  const name = `events ${foldDid(owner)}`
  const address = c.get('address')
  await takeRates(push, name, ids.length, address)
  const leave = push.waiters.enter(address, name)
  if (leave === 'too-many') throw new PushRefusal('TOO_MANY', 1)
  if (leave === 'crowded') throw new PushRefusal('CROWDED', 5)
  try {
    await checkOwner(push, ids, owner)
  } catch (cause) {
    leave()
    throw cause
  }
  c.header('Content-Type', 'text/event-stream')
  c.header('X-Accel-Buffering', 'no')
  return c.body(wakeUps(push, ids, { expiresAt, leave }))
}

/** A stream counts as a request for each of its mailboxes, because it reads them. @throws PushRefusal `RATE_LIMITED` */
async function takeRates(push: PushRelay, name: string, mailboxes: number, address: string): Promise<void> {
  let delay = await push.topicRates.take(name)
  // One was taken when the request came.
  for (let n = 1; n < mailboxes && delay === 0; n++) delay = await push.addressRates.take(address)
  if (delay > 0) throw new PushRefusal('RATE_LIMITED', delay)
}

/** Whether the mailboxes that are still there are the owner's. @throws PushRefusal `NOT_FOUND` where none is, `FORBIDDEN` */
async function checkOwner(push: PushRelay, ids: readonly string[], owner: Did): Promise<void> {
  let isThere = false
  for (const id of ids) {
    const found = await mailboxOwner(push, id).catch((cause: unknown) => {
      if (cause instanceof PushRefusal) return undefined
      throw cause
    })
    if (found === undefined) continue
    if (!sameDid(found, owner)) throw new PushRefusal('FORBIDDEN')
    isThere = true
  }
  if (!isThere) throw new PushRefusal('NOT_FOUND')
}

/** `{"mailbox": id}` for each mailbox that holds something, or is there no more; ends with the token. */
function wakeUps(
  push: PushRelay,
  ids: readonly string[],
  { expiresAt, leave }: { readonly expiresAt: number; readonly leave: () => void },
): ReadableStream<Uint8Array> {
  const gone = new AbortController()
  const watching = new MailboxWatch(push, ids)
  return eventStream({
    cursor: 0,
    next: async (cursor) => {
      try {
        const left = expiresAt - push.clock.now()
        if (left <= 0) return undefined
        const news = await watching.next(Math.min(left, push.limits.heartbeatSeconds), gone.signal)
        if (news?.length === 0 && push.changes.stopped) return undefined
        return news?.map((id, index) => ({
          cursor: cursor + index + 1,
          body: JSON.stringify({ mailbox: id }),
        }))
      } catch (cause) {
        push.log({ event: 'failed', operation: 'GET /i/events', error: failureName(cause) })
        return undefined
      }
    },
    ended: () => {
      gone.abort()
      watching.close()
      leave()
    },
  })
}
