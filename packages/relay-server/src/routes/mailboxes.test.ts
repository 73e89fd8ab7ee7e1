import {
  concatBytes,
  encodeBase64url,
  encodeUtf8,
  type Identity,
  type JwtClaims,
  ManualClock,
  sealBox,
  sealLegacyBox,
  sha256Base64url,
  signJwt,
  type TopicBus,
  type TopicStore,
} from '@uport-kit/core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Party, PartyResolver } from '../../../core/test-support/parties.ts'
import {
  authorized,
  BOX_KEY,
  createPushParties,
  mailboxId,
  SERVER,
  userAuth as userAuthOf,
} from '../../test-support/push-parties.ts'
import { createRelayApp, type RelayAppOptions } from '../relay-app.ts'
import type { RelayEvent } from '../relay-log.ts'
import { memoryTopicStore } from '../stores/memory-topic-store.ts'

const START = 1_700_000_000
const DAY = 86_400
const ID = mailboxId(7)
const OTHER_ID = mailboxId(8)
const RECEIPT_SECRET = new Uint8Array(32).fill(1)
const RECEIPT = receiptOf(RECEIPT_SECRET)

let user: Party
let client: Party
let stranger: Party
let resolver: PartyResolver
let clock: ManualClock
let store: TopicStore
let events: RelayEvent[]
let app: ReturnType<typeof createApp>
let count = 0

beforeAll(async () => {
  ;({ user, app: client, stranger } = await createPushParties())
})

beforeEach(() => {
  clock = new ManualClock(START)
  store = memoryTopicStore({ clock })
  // One of its own for each test, which may make it fail.
  resolver = new PartyResolver([user, client, stranger])
  events = []
  app = createApp()
})

function createApp(options: Partial<RelayAppOptions> = {}) {
  const push = { resolver, url: SERVER, ...options.push }
  return createRelayApp({ store, clock, log: (event) => events.push(event), ...options, push })
}

function receiptOf(secret: Uint8Array): string {
  return sha256Base64url(concatBytes(encodeUtf8('uport-kit/receipt/1'), secret))
}

/** Claims that are undefined are left out. */
const sign = (claims: JwtClaims, { identity }: { identity: Identity } = user) =>
  signJwt(claims, identity, { now: clock.now() })

const userAuth = (changes: JwtClaims = {}, by = user) => userAuthOf(by, clock, changes)
const grantOf = (changes: JwtClaims = {}, by?: Party) =>
  sign(
    {
      iat: undefined,
      type: 'notifications',
      aud: client.did,
      value: `${SERVER}/i/${ID}`,
      exp: START + 30 * DAY,
      ...changes,
    },
    by,
  )
const pushToken = (body: string, changes: JwtClaims = {}, by = client) =>
  sign(
    {
      type: 'push',
      aud: SERVER,
      exp: clock.now() + 60,
      hash: sha256Base64url(body),
      jti: `${count++}`,
      ...changes,
    },
    by,
  )

async function asOwner(method: string, path: string, body?: object, token?: string): Promise<Response> {
  return app.request(path, authorized(method, token ?? (await userAuth()), body))
}

const open = (id = ID, token?: string) => asOwner('PUT', `/i/${id}`, { expiresAt: START + 30 * DAY }, token)

const bodyOf = async (changes: object = {}) =>
  JSON.stringify({
    grant: await grantOf(),
    box: sealBox('{}', BOX_KEY),
    receipt: RECEIPT,
    expiresAt: clock.now() + 120,
    ...changes,
  })

async function push(changes: object = {}, token?: string, id = ID): Promise<Response> {
  const body = await bodyOf(changes)
  return post(body, token ?? (await pushToken(body)), id)
}

async function post(body: string, token: string, id = ID): Promise<Response> {
  return app.request(`/i/${id}`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body })
}

async function codeOf(answer: Response | Promise<Response>): Promise<unknown> {
  const response = await answer
  const { code } = (await response.json()) as { code?: string }
  return [response.status, code]
}

async function waiting(token?: string): Promise<readonly { cursor: number; body: { receipt: string } }[]> {
  const response = await asOwner('GET', `/i/${ID}`, undefined, token)
  expect(response.status).toBe(200)
  return ((await response.json()) as { messages: { cursor: number; body: { receipt: string } }[] }).messages
}

describe('a push mailbox', () => {
  test('is opened by its owner once, for as long as the server allows', async () => {
    const first = await open()
    expect([first.status, await first.json()]).toEqual([201, { id: ID, expiresAt: START + 30 * DAY }])
    const again = await open()
    expect([again.status, await again.json()]).toEqual([200, { id: ID }])
    const long = await asOwner('PUT', `/i/${OTHER_ID}`, { expiresAt: START + 9999 * DAY })
    expect(await long.json()).toEqual({ id: OTHER_ID, expiresAt: START + 370 * DAY })
    expect(await codeOf(open(ID, await userAuth({}, stranger)))).toEqual([403, 'FORBIDDEN'])
  })

  test('takes a push, gives it to its owner, and tells the sender that it was fetched', async () => {
    await open()
    expect((await push()).status).toBe(201)
    const [message] = await waiting()
    expect(message).toMatchObject({ cursor: 1, body: { receipt: RECEIPT, expiresAt: START + 120 } })
    expect(message?.body).not.toHaveProperty('grant')

    const headers = { authorization: `Bearer ${encodeBase64url(RECEIPT_SECRET)}` }
    const receipt = (more = '') => app.request(`/i/${ID}/receipts/${RECEIPT}${more}`, { headers })
    expect(await (await receipt()).json()).toEqual({ fetched: false })
    const later = receipt('?wait=20')
    await expect.poll(() => clock.pending).toBe(1)
    expect((await asOwner('POST', `/i/${ID}/receipts`, { cursor: 1 })).status).toBe(204)
    expect(await (await later).json()).toEqual({ fetched: true })
    expect(await waiting()).toEqual([])
    expect(await codeOf(app.request(`/i/${ID}/receipts/${RECEIPT}`))).toEqual([401, 'SECRET_WRONG'])
  })

  test('wakes whoever waits, and goes on past its capacity as it is read', async () => {
    app = createApp({ limits: { mailboxCapacity: 2 } })
    await open()
    for (let n = 1; n <= 5; n++) {
      const reading = asOwner('GET', `/i/${ID}?after=${n - 1}&wait=20`)
      await expect.poll(() => clock.pending).toBe(1)
      expect((await push({ receipt: receiptOf(new Uint8Array(32).fill(n)) })).status).toBe(201)
      expect(await (await reading).json()).toMatchObject({ messages: [{ cursor: n }] })
      await asOwner('POST', `/i/${ID}/receipts`, { cursor: n })
    }
  })

  test('streams what comes, and no longer than its token lives', async () => {
    await open()
    const headers = {
      authorization: `Bearer ${await userAuth({ exp: START + 20 })}`,
      accept: 'text/event-stream',
    }
    const response = await app.request(`/i/${ID}`, { headers })
    const text = response.text()
    await expect.poll(() => clock.pending).toBe(1)
    await push()
    await expect.poll(() => clock.pending).toBe(1)
    clock.advance(15)
    await expect.poll(() => clock.pending).toBe(1)
    clock.advance(5)
    expect(await text).toMatch(/^: open\n\nid: 1\ndata: \{.*\n\n: heartbeat\n\n/)
  })

  test('answers the same push alike', async () => {
    await open()
    const body = await bodyOf()
    expect((await post(body, await pushToken(body))).status).toBe(201)
    expect((await post(body, await pushToken(body))).status).toBe(200)
    expect(await waiting()).toHaveLength(1)
  })

  test('forgets a push at its end, and so has room again', async () => {
    app = createApp({ limits: { mailboxCapacity: 1, maxPushSeconds: 60 } })
    await open()
    await push()
    clock.advance(59)
    expect(await waiting()).toHaveLength(1)
    clock.advance(1)
    expect(await waiting()).toEqual([])
    expect((await push()).status).toBe(201)
    expect(await waiting()).toMatchObject([{ cursor: 2 }])
  })

  test('gives room back to the sender’s address at each relay of the store, wherever it is read', async () => {
    const listeners = new Set<Parameters<TopicBus['subscribe']>[0]>()
    const bus: TopicBus = {
      publish: (hint) => listeners.forEach((listener) => void listener.changed(hint)),
      subscribe: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    }
    const limits = { maxBytesPerAddress: 700 }
    const [one, other] = [createApp({ bus, limits }), createApp({ bus, limits })]
    for (let round = 1; round <= 4; round++) {
      app = one
      await open()
      expect((await push()).status).toBe(201)
      app = other
      const isRead = round % 2 === 0
      if (isRead) expect((await asOwner('POST', `/i/${ID}/receipts`, { cursor: 1 })).status).toBe(204)
      else expect((await asOwner('DELETE', `/i/${ID}`)).status).toBe(204)
    }
  })

  test('is not there unless push is assembled, nor on a store that cannot trim', async () => {
    const plain = createRelayApp({ store, clock })
    expect((await plain.request(`/i/${ID}`)).status).toBe(404)
    const { trim: _, ...old } = { ...bound(store) }
    expect(() => createRelayApp({ store: old, clock, push: { resolver, url: SERVER } })).toThrow(/trim/)
  })
})

/** The store's methods as members of an object. */
const bound = (from: TopicStore): TopicStore => ({
  open: (...call) => from.open(...call),
  append: (...call) => from.append(...call),
  read: (...call) => from.read(...call),
  remove: (...call) => from.remove(...call),
  trim: async (...call) => (await from.trim?.(...call)) ?? false,
  sweep: (...call) => from.sweep(...call),
  close: () => from.close(),
})

test('mailboxes leave room for pushes, and both for logins, also after a restart', async () => {
  const limits = { maxTopics: 8, mailboxShare: 0.5, pushShare: 0.75 }
  const idAt = (n: number) => encodeBase64url(new Uint8Array(32).fill(n))
  app = createApp({ limits })
  expect((await open()).status).toBe(201)
  expect((await open(OTHER_ID)).status).toBe(201)
  for (let n = 0; n < 2; n++) {
    expect(await codeOf(open(idAt(n)))).toEqual([503, 'CROWDED'])
    // Its ledger is empty, and the store is not.
    app = createApp({ limits })
  }
  // A mark against replay and a receipt.
  expect((await push()).status).toBe(201)
  expect(await codeOf(push({ receipt: idAt(5) }))).toEqual([503, 'CROWDED'])
  const secret = new Uint8Array(32).fill(3)
  const topic = sha256Base64url(concatBytes(encodeUtf8('uport-kit/topic/1'), secret))
  const headers = { authorization: `Bearer ${encodeBase64url(secret)}` }
  const body = JSON.stringify({ expiresAt: START + 60 })
  expect((await app.request(`/t/${topic}`, { method: 'PUT', headers, body })).status).toBe(201)
})

describe('a push is refused', () => {
  beforeEach(async () => {
    await open()
  })

  test.each<[string, JwtClaims, (() => Party)?]>([
    ['for another mailbox', { value: `${SERVER}/i/${OTHER_ID}` }],
    ['for another server', { value: `https://other.example/i/${ID}` }],
    ['by somebody else', {}, () => stranger],
    ['that has ended', { exp: START - 61 }],
    ['without an end', { exp: undefined }],
    ['for nobody', { aud: undefined }],
    ['for several', { aud: ['a', 'b'] }],
    ['of another type', { type: 'user-auth' }],
  ])('with a grant %s', async (_, changes, by) => {
    const grant = await grantOf(changes, by?.())
    expect(await codeOf(push({ grant }))).toEqual([403, 'GRANT_REFUSED'])
    expect(await waiting()).toEqual([])
  })

  test('with a grant that somebody signed in the owner’s name', async () => {
    const forged = { ...stranger.identity, did: user.did }
    const grant = await grantOf({}, { ...stranger, identity: forged })
    expect(await codeOf(push({ grant }))).toEqual([403, 'GRANT_REFUSED'])
  })

  test('with a grant that was taken back', async () => {
    expect((await push()).status).toBe(201)
    expect((await asOwner('DELETE', `/i/${ID}`)).status).toBe(204)
    expect(await codeOf(push())).toEqual([404, 'NOT_FOUND'])
    // Not even where somebody opens a mailbox of that name again.
    await open(ID, await userAuth({}, stranger))
    expect(await codeOf(push())).toEqual([403, 'GRANT_REFUSED'])
  })

  test.each<[string, JwtClaims, (() => Party)?]>([
    ['by somebody else than the grant’s audience', {}, () => stranger],
    ['by the owner', {}, () => user],
    ['for another server', { aud: 'https://other.example' }],
    ['for no server', { aud: undefined }],
    ['about another body', { hash: sha256Base64url('{}') }],
    ['about no body', { hash: undefined }],
    ['of another type', { type: 'user-auth' }],
    ['that has ended', { iat: START - 130, exp: START - 70 }],
    ['that never ends', { exp: undefined }],
    ['that lives too long', { exp: START + 121 }],
    ['that was not issued yet', { iat: START + 61, exp: START + 90 }],
  ])('with a token %s', async (_, changes, by) => {
    const body = await bodyOf()
    expect(await codeOf(post(body, await pushToken(body, changes, by?.())))).toEqual([401, 'TOKEN_INVALID'])
    expect(await waiting()).toEqual([])
  })

  test('with a token that somebody signed in the application’s name', async () => {
    const body = await bodyOf()
    const forged = { ...stranger, identity: { ...stranger.identity, did: client.did } }
    expect(await codeOf(post(body, await pushToken(body, {}, forged)))).toEqual([401, 'TOKEN_INVALID'])
  })

  test('with the grant alone', async () => {
    const body = await bodyOf()
    expect(await codeOf(post(body, await grantOf()))).toEqual([401, 'TOKEN_INVALID'])
    expect(await codeOf(app.request(`/i/${ID}`, { method: 'POST', body }))).toEqual([401, 'TOKEN_INVALID'])
  })

  test('when it is replayed, also after it was fetched, and until its token has ended', async () => {
    const body = await bodyOf({ expiresAt: START + DAY })
    const token = await pushToken(body)
    expect((await post(body, token)).status).toBe(201)
    await asOwner('POST', `/i/${ID}/receipts`, { cursor: 1 })
    expect(await codeOf(post(body, token))).toEqual([409, 'REPLAYED'])
    clock.advance(119)
    expect(await codeOf(post(body, token))).toEqual([409, 'REPLAYED'])
    clock.advance(2)
    expect(await codeOf(post(body, token))).toEqual([401, 'TOKEN_INVALID'])
    expect(await waiting()).toEqual([])
  })

  test('when it is replayed with its signature spelled otherwise', async () => {
    const body = await bodyOf()
    const token = await pushToken(body)
    expect((await post(body, token)).status).toBe(201)
    expect(await codeOf(post(body, flipS(token)))).toEqual([409, 'REPLAYED'])
  })

  test('when the mailbox is full; the grant’s own, and nobody else’s', async () => {
    app = createApp({ limits: { mailboxCapacity: 3 } })
    const grant = await grantOf({ value: `${SERVER}/i/${OTHER_ID}`, aud: stranger.did })
    await open(OTHER_ID)
    const filled = async () => {
      const body = await bodyOf({ grant, receipt: receiptOf(new Uint8Array(32).fill(count)) })
      return post(body, await pushToken(body, {}, stranger), OTHER_ID)
    }
    for (let n = 0; n < 3; n++) expect((await filled()).status).toBe(201)
    expect(await codeOf(filled())).toEqual([409, 'MAILBOX_FULL'])
    expect((await push()).status).toBe(201)
  })

  test('when too many come, or too much from one address', async () => {
    app = createApp({ limits: { pushBurst: 2, pushPerSecond: 0.1 } })
    await push()
    await push()
    const third = await push()
    expect([third.status, third.headers.get('retry-after')]).toEqual([429, '10'])
    app = createApp({ limits: { maxBytesPerAddress: 10 } })
    expect(await codeOf(push())).toEqual([429, 'TOO_MANY'])
  })

  test('when its sender has the share of an address in receipts, however fast they are fetched', async () => {
    // Two of them are the mailbox.
    app = createApp({ limits: { maxTopicsPerAddress: 5 } })
    await asOwner('DELETE', `/i/${ID}`)
    await open()
    const fetched = async (n: number) => {
      const answer = await codeOf(push({ receipt: receiptOf(new Uint8Array(32).fill(n)) }))
      await asOwner('POST', `/i/${ID}/receipts`, { cursor: n })
      return answer
    }
    for (let n = 1; n <= 3; n++) expect(await fetched(n)).toEqual([201, undefined])
    expect(await fetched(4)).toEqual([429, 'TOO_MANY'])
    // A message's end and a minute.
    clock.advance(180)
    expect(await fetched(4)).toEqual([201, undefined])
  })

  test('when marks against replay fill its sender’s share of them', async () => {
    app = createApp({ limits: { maxTopicsPerAddress: 4, mailboxCapacity: 1 } })
    await asOwner('DELETE', `/i/${ID}`)
    await open()
    expect((await push()).status).toBe(201)
    for (let n = 1; n <= 3; n++) {
      expect(await codeOf(push({ receipt: receiptOf(new Uint8Array(32).fill(n + 1)) }))).toEqual([
        409,
        'MAILBOX_FULL',
      ])
    }
    expect(await codeOf(push())).toEqual([429, 'TOO_MANY'])
    // Until the tokens have ended.
    clock.advance(121)
    expect((await push()).status).toBe(201)
  })

  test('and takes no share where the mailbox is full', async () => {
    app = createApp({ limits: { maxTopicsPerAddress: 4, mailboxCapacity: 1 } })
    await asOwner('DELETE', `/i/${ID}`)
    await open()
    expect((await push()).status).toBe(201)
    for (let n = 1; n <= 3; n++) {
      const receipt = receiptOf(new Uint8Array(32).fill(n + 1))
      expect(await codeOf(push({ receipt }))).toEqual([409, 'MAILBOX_FULL'])
    }
  })

  test.each<[string, object]>([
    ['no box', { box: undefined }],
    ['a box of another scheme', { box: { version: 'none' } }],
    ['a receipt that is no hash', { receipt: 'x' }],
    ['no grant', { grant: undefined }],
    ['an end in the past', { expiresAt: START }],
    ['no end', { expiresAt: undefined }],
  ])('with %s', async (_, changes) => {
    expect(await codeOf(push(changes))).toEqual([400, 'BODY_INVALID'])
  })

  test('before a stranger is looked up', async () => {
    resolver.asked.length = 0
    await push({ grant: await grantOf({}, stranger) })
    const body = await bodyOf()
    await post(body, await pushToken(body, {}, stranger))
    expect(resolver.asked.map(({ did }) => did)).toEqual([user.did])
  })

  test('for the moment where the sender’s keys cannot be read', async () => {
    resolver.failing.add(client.did)
    expect(await codeOf(push())).toEqual([503, 'UNAVAILABLE'])
  })
})

describe('a mailbox is opened, read and removed with a user-auth token for this server alone', () => {
  beforeEach(async () => {
    await open()
  })

  test.each<[string, JwtClaims]>([
    ['for another server', { aud: 'https://other.example' }],
    ['for no server', { aud: undefined }],
    ['that lives longer than five minutes', { exp: START + 301 }],
    ['that never ends', { exp: undefined }],
    ['that has ended', { iat: START - 400, exp: START - 100 }],
    ['without its time of issue', { iat: undefined }],
    ['that is a shareResp', { type: 'shareResp' }],
    ['that is a push token', { type: 'push' }],
    ['that is a grant', { type: 'notifications', value: `${SERVER}/i/${ID}` }],
    ['without a type', { type: undefined }],
  ])('not one %s', async (_, changes) => {
    const token = await userAuth(changes)
    const refusal = [401, 'TOKEN_INVALID']
    expect(await codeOf(asOwner('GET', `/i/${ID}`, undefined, token))).toEqual(refusal)
    expect(await codeOf(asOwner('DELETE', `/i/${ID}`, undefined, token))).toEqual(refusal)
    expect(await codeOf(asOwner('POST', `/i/${ID}/receipts`, { cursor: 1 }, token))).toEqual(refusal)
    expect(await codeOf(open(OTHER_ID, token))).toEqual(refusal)
  })

  test('not somebody else’s, nor one that somebody signed in the owner’s name', async () => {
    const foreign = await userAuth({}, stranger)
    expect(await codeOf(asOwner('GET', `/i/${ID}`, undefined, foreign))).toEqual([403, 'FORBIDDEN'])
    expect(await codeOf(asOwner('DELETE', `/i/${ID}`, undefined, foreign))).toEqual([403, 'FORBIDDEN'])
    const forged = await userAuth({}, { ...stranger, identity: { ...stranger.identity, did: user.did } })
    expect(await codeOf(asOwner('GET', `/i/${ID}`, undefined, forged))).toEqual([401, 'TOKEN_INVALID'])
    expect(await codeOf(app.request(`/i/${ID}`))).toEqual([401, 'TOKEN_INVALID'])
  })

  test('and one that is not there is nobody’s', async () => {
    expect(await codeOf(asOwner('GET', `/i/${OTHER_ID}`))).toEqual([404, 'NOT_FOUND'])
    expect((await asOwner('HEAD', `/i/${ID}`)).status).toBe(405)
    expect(await codeOf(asOwner('GET', `/i/${ID}?after=x`))).toEqual([400, 'PARAMETER_INVALID'])
    expect(await codeOf(asOwner('POST', `/i/${ID}/receipts`, { cursor: -1 }))).toEqual([400, 'BODY_INVALID'])
  })
})

describe('the old push route', () => {
  const send = async (message: unknown, token?: string) =>
    app.request('/sns', {
      method: 'POST',
      ...(token === undefined ? {} : { headers: { authorization: token } }),
      body: JSON.stringify({ message, alert: 'Your bank: pay now' }),
    })
  const sealed = JSON.stringify(sealBox('{"message":"a"}', BOX_KEY))

  beforeEach(async () => {
    app = createApp({ push: { resolver, url: SERVER, legacyPush: true } })
    await open()
  })

  test('takes what the grant alone allows, and never its clear text', async () => {
    const response = await send(sealed, `Bearer ${await grantOf()}`)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ status: 'success', data: expect.any(String) })
    const messages = await waiting()
    expect(messages).toMatchObject([{ cursor: 1, body: { box: JSON.parse(sealed) } }])
    expect(JSON.stringify(messages)).not.toContain('bank')
  })

  test.each<[string, () => Promise<string | undefined>, number]>([
    ['no header', async () => undefined, 403],
    ['another scheme', async () => 'Basic x', 401],
    ['no JWT', async () => 'Bearer x', 400],
    ['a foreign grant', async () => `Bearer ${await grantOf({}, stranger)}`, 401],
    ['an expired grant', async () => `Bearer ${await grantOf({ exp: START - 61 })}`, 401],
    ['an old endpoint', async () => `Bearer ${await grantOf({ value: 'arn:aws:sns:1' })}`, 400],
    ['no such mailbox', async () => `Bearer ${await grantOf({ value: `${SERVER}/i/${OTHER_ID}` })}`, 400],
    ['another type', async () => `Bearer ${await grantOf({ type: 'shareResp' })}`, 401],
  ])('refuses %s', async (_, token, status) => {
    expect((await send(sealed, await token())).status).toBe(status)
    expect(await waiting()).toEqual([])
  })

  test('takes the box of before mid 2018, as the one of today', async () => {
    const box = sealLegacyBox('{"url":"a"} ', BOX_KEY)
    expect((await send(JSON.stringify(box), `Bearer ${await grantOf()}`)).status).toBe(200)
    const { from: ephemPublicKey, ...rest } = box
    expect(await waiting()).toMatchObject([{ body: { box: { ...rest, ephemPublicKey } } }])
    expect((await send(JSON.stringify({ ...box, from: '' }), `Bearer ${await grantOf()}`)).status).toBe(400)
  })

  test('refuses clear text, and is not there unless asked for', async () => {
    expect((await send('clear text', `Bearer ${await grantOf()}`)).status).toBe(400)
    expect((await send(undefined, `Bearer ${await grantOf()}`)).status).toBe(403)
    app = createApp()
    expect((await send(sealed, `Bearer ${await grantOf()}`)).status).toBe(404)
  })
})

/** The token with the other form of its ECDSA signature: n - s. */
function flipS(token: string): string {
  const [header, payload, signature] = token.split('.')
  const bytes = Buffer.from(signature ?? '', 'base64url')
  const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const s = n - BigInt(`0x${bytes.subarray(32, 64).toString('hex')}`)
  const flipped = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')])
  return `${header}.${payload}.${flipped.toString('base64url')}`
}
