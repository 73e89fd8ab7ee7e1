import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import {
  encodeBase64url,
  type JwtClaims,
  ManualClock,
  sealBox,
  sha256Base64url,
  signJwt,
  type TopicStore,
} from '@uport-kit/core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Party } from '../../../core/test-support/parties.ts'
import {
  authorized,
  BOX_KEY,
  createPushParties,
  mailboxId,
  type PushParties,
  SERVER,
  userAuth,
} from '../../test-support/push-parties.ts'
import { createRelayApp, type RelayAppOptions } from '../relay-app.ts'
import { memoryTopicStore } from '../stores/memory-topic-store.ts'

const START = 1_700_000_000
const DAY = 86_400
const [FIRST, SECOND, FOREIGN] = [mailboxId(1), mailboxId(2), mailboxId(3)]

let user: Party
let app: Party
let stranger: Party
let resolver: PushParties['resolver']
let clock: ManualClock
let store: TopicStore
let server: ReturnType<typeof createServer>

beforeAll(async () => {
  ;({ user, app, stranger, resolver } = await createPushParties())
})

function createServer(options: Partial<RelayAppOptions> = {}) {
  const push = { resolver, url: SERVER, legacyPush: true }
  return createRelayApp({ store, clock, push, ...options })
}

beforeEach(async () => {
  clock = new ManualClock(START)
  store = memoryTopicStore({ clock })
  server = createServer()
  await Promise.all([open(FIRST), open(SECOND), open(FOREIGN, stranger)])
})

const tokenOf = (by: Party = user, changes: JwtClaims = {}) => userAuth(by, clock, changes)

async function ask(method: string, path: string, token?: string, body?: object): Promise<Response> {
  return server.request(path, authorized(method, token ?? (await tokenOf()), body))
}

async function open(id: string, by = user): Promise<void> {
  await ask('PUT', `/i/${id}`, await tokenOf(by), { expiresAt: clock.now() + 30 * DAY })
}

const grantOf = (id: string) =>
  signJwt(
    {
      iat: undefined,
      type: 'notifications',
      aud: app.did,
      value: `${SERVER}/i/${id}`,
      exp: START + 90 * DAY,
    },
    user.identity,
    { now: clock.now() },
  )

/** Sends as an old application does. @returns the text that it sealed */
async function send(id: string, content: string): Promise<string> {
  const message = JSON.stringify(sealBox(content, BOX_KEY))
  const answer = await ask('POST', '/sns', await grantOf(id), { message })
  expect(answer.status).toBe(200)
  return message
}

interface Rows {
  readonly data: readonly { readonly id: string; readonly message: string }[]
}
const list = async () => ((await (await ask('GET', '/message')).json()) as Rows).data
const said = async (answer: Response | Promise<Response>): Promise<unknown> => {
  const response = await answer
  return [response.status, ((await response.json()) as { message?: string }).message]
}

describe('the old mailbox routes', () => {
  test('give what waits in all mailboxes of whoever asks, and in no other', async () => {
    expect(await said(ask('GET', '/message'))).toEqual([404, 'Message not found'])
    const sent = [await send(FIRST, 'a'), await send(FIRST, 'b'), await send(SECOND, 'c')]
    const rows = await list()
    expect(rows.map(({ message }) => JSON.parse(message))).toEqual(sent.map((message) => JSON.parse(message)))
    const [row] = rows
    expect(row).toMatchObject({ sender: app.did, recipient: user.did, id: `${FIRST}.1` })
    const one = await ask('GET', `/message/${row?.id}`)
    expect(await one.json()).toEqual({ status: 'success', data: row })
    expect(await said(ask('GET', '/message', await tokenOf(stranger)))).toEqual([404, 'Message not found'])
  })

  test('give what came by the route of today, too, with its sender', async () => {
    const body = {
      grant: await grantOf(FIRST),
      box: sealBox('{}', BOX_KEY),
      receipt: mailboxId(5),
      expiresAt: START + 60,
    }
    const claims = { type: 'push', aud: SERVER, hash: sha256Base64url(JSON.stringify(body)) }
    const token = await signJwt(claims, app.identity, { now: clock.now(), expiresIn: 60 })
    expect((await ask('POST', `/i/${FIRST}`, token, body)).status).toBe(201)
    expect(await list()).toMatchObject([{ sender: app.did }])
    clock.advance(60)
    expect(await said(ask('GET', '/message'))).toEqual([404, 'Message not found'])
  })

  test('delete in their order, so that none goes unread', async () => {
    await send(FIRST, 'a')
    await send(FIRST, 'b')
    const [first, second] = (await list()).map(({ id }) => id)
    expect(await said(ask('DELETE', `/message/${second}`))).toEqual([409, 'Delete the older messages first'])
    expect((await ask('DELETE', `/message/${first}`)).status).toBe(200)
    expect((await ask('DELETE', `/message/${second}`)).status).toBe(200)
    expect(await said(ask('DELETE', `/message/${second}`))).toEqual([404, 'Message not found'])
    expect(await said(ask('GET', '/message'))).toEqual([404, 'Message not found'])
  })

  test.each<[string, () => Promise<string> | string, number]>([
    ['a shareResp', () => tokenOf(user, { type: 'shareResp' }), 401],
    ['a token of another server', () => tokenOf(user, { aud: 'https://other.example' }), 401],
    ['a token for no server, as old wallets made them', () => tokenOf(user, { aud: undefined }), 401],
    ['a token of a day, as old wallets made them', () => tokenOf(user, { exp: START + DAY }), 401],
    ['what is no token', () => 'x', 401],
    ['somebody else', () => tokenOf(stranger), 403],
  ])('open to no %s', async (_, token, status) => {
    await send(FIRST, 'a')
    for (const method of ['GET', 'DELETE'])
      expect((await ask(method, `/message/${FIRST}.1`, await token())).status).toBe(status)
    expect(await list()).toHaveLength(1)
  })

  test('say in the old words what is wrong, and are there where they were asked for alone', async () => {
    expect(await said(server.request('/message'))).toEqual([403, 'Authorization header missing'])
    const basic = server.request('/message', { headers: { authorization: 'Basic x' } })
    expect(await said(basic)).toEqual([401, 'Format is Authorization: Bearer [token]'])
    expect(await said(ask('GET', `/message/${mailboxId(7)}.1`))).toEqual([404, 'Message not found'])
    server = createServer({ limits: { topicBurst: 1 } })
    await ask('GET', '/message')
    expect((await ask('GET', '/message')).status).toBe(429)
    server = createServer({ push: { resolver, url: SERVER } })
    expect((await ask('GET', '/message')).status).toBe(404)
  })

  test('forget the oldest of very many mailboxes, and pass over those that are gone', async () => {
    server = createServer({ limits: { maxTopicsPerAddress: 5000, addressBurst: 5000, mailboxCapacity: 1 } })
    await send(FIRST, 'first')
    await ask('DELETE', `/i/${SECOND}`)
    expect(await list()).toHaveLength(1)
    const token = await tokenOf()
    for (let n = 0; n < 256; n++) {
      const id = encodeBase64url(
        Uint8Array.from({ length: 32 }, (_, at) => (at < 2 ? [n & 0xff, 9][at] : 1) ?? 0),
      )
      await ask('PUT', `/i/${id}`, token, { expiresAt: START + DAY })
    }
    expect(await said(ask('GET', '/message'))).toEqual([404, 'Message not found'])
    // It is still there for whoever knows of it.
    expect((await ask('GET', `/message/${FIRST}.1`)).status).toBe(200)
  })

  test('give no more at once than a few messages, and the rest when those are deleted', async () => {
    const long = 'a'.repeat(40_000)
    for (let n = 0; n < 3; n++) await send(FIRST, `${n}${long}`)
    await send(SECOND, 'b')
    const answer = await (await ask('GET', '/message')).text()
    expect(answer.length).toBeLessThan(150_000)
    for (const seen = new Set(); seen.size < 4; ) {
      const [row] = await list()
      expect(seen.has(row?.id)).toBe(false)
      seen.add(row?.id)
      expect((await ask('DELETE', `/message/${row?.id}`)).status).toBe(200)
    }
  })

  test('read no more of a full mailbox at once than an answer holds, as the routes of today do', async () => {
    for (let n = 0; n < 8; n++) await send(FIRST, `${n}${'a'.repeat(40_000)}`)
    let read = 0
    const real = store
    store = Object.assign(Object.create(real), {
      append: real.append.bind(real),
      trim: real.trim?.bind(real),
      read: async (...call: Parameters<TopicStore['read']>) => {
        const messages = await real.read(...call)
        read = Math.max(read, (messages ?? []).map(({ body }) => body).join('').length)
        return messages
      },
    })
    server = createServer()
    for (const [method, path, status] of [
      ['GET', `/i/${FIRST}`, 200],
      ['GET', `/i/${FIRST}?after=5`, 200],
      ['GET', '/message', 200],
      ['GET', `/message/${FIRST}.8`, 200],
      ['GET', `/message/${FIRST}.9`, 404],
      ['DELETE', `/message/${FIRST}.8`, 409],
      ['DELETE', `/message/${FIRST}.1`, 200],
    ] as const) {
      read = 0
      expect((await ask(method, path)).status, path).toBe(status)
      expect(read, `${method} ${path}`).toBeLessThan(65_537)
    }
  })

  test('count a reader until the answer has left, as the routes of today do', async () => {
    server = createServer({ limits: { maxWaitersPerAddress: 1 } })
    await send(FIRST, 'a')
    for (const path of ['/message', `/i/${FIRST}`]) {
      const outgoing = new ServerResponse(new IncomingMessage(new Socket()))
      const headers = { authorization: `Bearer ${await tokenOf()}` }
      expect((await server.request(path, { headers }, { outgoing })).status).toBe(200)
      expect((await server.request(path, { headers }, { outgoing })).status).toBe(429)
      outgoing.emit('close')
      expect((await ask('GET', path)).status).toBe(200)
    }
  })

  test('leave nothing of a mailbox that is removed at once beyond the share of an address', async () => {
    store = memoryTopicStore({ clock })
    // A mailbox in use is three of them, and one that was removed is one.
    server = createServer({ limits: { maxTopicsPerAddress: 4 } })
    const codes: number[] = []
    for (const [n, by] of [user, app, stranger].entries()) {
      const token = await tokenOf(by)
      const id = mailboxId(30 + n)
      codes.push((await ask('PUT', `/i/${id}`, token, { expiresAt: START + DAY })).status)
      await ask('DELETE', `/i/${id}`, token)
    }
    expect(codes).toEqual([201, 201, 429])
  })

  test('remember a mailbox as long as it lives', async () => {
    server = createServer({ limits: { maxMailboxSeconds: 60 * DAY } })
    for (let n = 0; n < 3; n++) {
      const id = mailboxId(20 + n)
      await open(id)
      clock.advance(29 * DAY)
      await send(id, 'late')
      expect((await list()).map((row) => row.id)).toEqual([`${id}.1`])
      clock.advance(DAY)
    }
  })
})
