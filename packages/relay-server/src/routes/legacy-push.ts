import {
  BOX_VERSION,
  type BoxEnvelope,
  encodeBase64url,
  isUportError,
  parseBoxEnvelope,
  parseLegacyBox,
  sha256Base64url,
} from '@uport-kit/core'
import { parseJsonObject, readBody } from '@uport-kit/server-operations/http'
import { type Context, Hono } from 'hono'
import { mailboxOwner, storePush } from '../push/mailbox.ts'
import { PushRefusal, type PushRelay } from '../push/push-relay.ts'
import { verifyGrant } from '../push/push-tokens.ts'
import { refuse } from '../refuse.ts'
import type { RelayEnv } from '../relay.ts'
import { fail, legacyToken } from './legacy-answer.ts'
import { takePush, wake } from './mailboxes.ts'

/**
 * The sending route of the old push server, for applications that know no other: the grant alone allows a push, so whoever got hold of
 * it can send one. Unlike there, the grant must be signed by the mailbox's owner, `alert` is thrown away (anybody could show any
 * text on the phone).
 */
export function legacyPushRoutes(push: PushRelay): Hono<RelayEnv> {
  const app = new Hono<RelayEnv>()
  for (const path of ['/sns', '/api/v2/sns'] as const) app.post(path, (c) => send(push, c))
  return app
}

async function send(push: PushRelay, c: Context<RelayEnv>): Promise<Response> {
  const grant = legacyToken(c)
  if (typeof grant !== 'string') return fail(c, grant)
  const body = await readBody(c.req.raw, push.limits.maxBodyBytes)
  if ('problem' in body && body.problem === 'BODY_TOO_LARGE') return refuse(c, body.problem)
  const message = 'text' in body ? parseJsonObject(body.text)?.['message'] : undefined
  if (typeof message !== 'string') return fail(c, [403, 'no json body'])
  try {
    return await deliver(push, c, grant, message)
  } catch (cause) {
    if (!(cause instanceof PushRefusal)) throw cause
    if (cause.code === 'GRANT_REFUSED') return fail(c, [401, 'Invalid token'])
    if (cause.code === 'NOT_FOUND') return fail(c, [400, 'endpointArn not enabled'])
    return refuse(c, cause.code, cause.retryAfter)
  }
}

async function deliver(
  push: PushRelay,
  c: Context<RelayEnv>,
  grant: string,
  message: string,
): Promise<Response> {
  const id = mailboxOf(push, grant)
  if (id === undefined) return fail(c, [400, 'endpointArn not supported'])
  const owner = await mailboxOwner(push, id)
  const allowed = await verifyGrant(push, grant, { id, owner })
  await takePush(push, id)
  const expiresAt = Math.min(push.clock.now() + push.limits.maxPushSeconds, allowed.expiresAt)
  // Nobody holds this receipt's secret.
  const receipt = encodeBase64url(crypto.getRandomValues(new Uint8Array(32)))
  const pushed = { expiresAt, receipt, box: sealed(message), sender: allowed.audience }
  const result = await storePush(push, id, pushed, c.get('address'))
  if (result === 'stored') wake(push, id)
  return c.json({ status: 'success', data: sha256Base64url(message) })
}

/** The mailbox that an unverified grant names. */
function mailboxOf(push: PushRelay, grant: string): string | undefined {
  const payload = grant.split('.')[1] ?? ''
  const value = parseJsonObject(Buffer.from(payload, 'base64url').toString('utf8'))?.['value']
  const base = `${push.url()}/i/`
  if (typeof value !== 'string' || !value.startsWith(base)) return undefined
  const id = value.slice(base.length)
  return /^[\w-]{43}$/.test(id) ? id : undefined
}

/** What applications seal, also those of before mid 2018: their box is the same by other names. @throws PushRefusal */
function sealed(message: string): BoxEnvelope {
  const box = parseJsonObject(message)
  try {
    if (box === undefined || Object.hasOwn(box, 'version')) return parseBoxEnvelope(box)
    const { from, nonce, ciphertext } = parseLegacyBox(box)
    return { version: BOX_VERSION, nonce, ephemPublicKey: from, ciphertext }
  } catch (cause) {
    if (isUportError(cause)) throw new PushRefusal('BODY_INVALID')
    throw cause
  }
}
