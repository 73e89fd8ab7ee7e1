import {
  type BoxEnvelope,
  decodeBase64,
  decodeJwt,
  encodeUtf8,
  type IncomingRequest,
  ManualClock,
  memoryWalletStore,
  sealBox,
  sha256,
  signJwt,
  UportError,
} from '@uport-kit/core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createParty, type Party } from '../../../core/test-support/parties.ts'
import { FakePushServer, NOW, SERVER } from '../../test-support/fake-push-server.ts'
import { sealPush } from '../push-message.ts'
import { type CreatedPushGrant, PushGrants } from './push-grants.ts'
import { PushInbox } from './push-inbox.ts'

let user: Party
let app: Party
let stranger: Party
beforeAll(async () => {
  ;[user, app, stranger] = (await Promise.all(
    ['user', 'app', 'stranger'].map((name) => createParty(name)),
  )) as [Party, Party, Party]
})

let server: FakePushServer
let clock: ManualClock
let grants: PushGrants
let grant: CreatedPushGrant

beforeEach(async () => {
  server = new FakePushServer()
  clock = new ManualClock(NOW)
  grants = new PushGrants({
    url: SERVER,
    store: memoryWalletStore(),
    identity: async () => user.identity,
    fetch: server.fetch,
    clock,
  })
  grant = await grants.create({ did: user.did, audience: app.did })
})

const requestOf = (party: Party) =>
  signJwt({ type: 'shareReq', callback: 'https://a.example' }, party.identity, { now: NOW })
const sealed = (jwt: string, uri = `me.uport:req/${jwt}?callback_type=post`): BoxEnvelope =>
  sealPush({ jwt, uri }, decodeBase64(grant.boxPub) ?? new Uint8Array())

/** What arrives until the server has nothing left; acknowledged as it comes. */
async function arrivals(
  count: number,
  take = (one: IncomingRequest) => one.acknowledge(),
): Promise<string[]> {
  const stop = new AbortController()
  const texts: string[] = []
  const reading = (async () => {
    for await (const one of new PushInbox({ grants, retry: 1 }).requests({ signal: stop.signal })) {
      texts.push(one.text)
      await take(one)
    }
  })()
  await expect.poll(() => [texts.length, server.messages.length], { interval: 2 }).toEqual([count, 0])
  stop.abort()
  await reading
  return texts
}

describe('the push inbox', () => {
  test('asks as its owner, for this server, and no longer than five minutes', async () => {
    server.put(1, sealed(await requestOf(app)))
    await arrivals(1)
    const reads = server.asked.filter(({ method }) => method === 'GET')
    expect(reads[0]?.path).toBe(`/i/${grant.record.id}?wait=25`)
    expect(decodeJwt(reads[0]?.token.slice('Bearer '.length)).payload).toEqual({
      iat: NOW,
      exp: NOW + 300,
      type: 'user-auth',
      aud: SERVER,
      iss: user.did,
    })
  })

  test('hands on what the grant’s audience issued, by either member and padding', async () => {
    const jwt = await requestOf(app)
    const key = decodeBase64(grant.boxPub) ?? new Uint8Array()
    server.put(1, sealed(jwt))
    server.put(2, sealBox(encodeUtf8(JSON.stringify({ message: jwt })), key))
    expect(await arrivals(2)).toEqual([`me.uport:req/${jwt}?callback_type=post`, jwt])
  })

  test('drops what is no such request, and goes on', async () => {
    const foreign = await requestOf(stranger)
    const other = new Uint8Array(32).fill(9)
    const key = decodeBase64(grant.boxPub) ?? new Uint8Array()
    const boxes: unknown[] = [
      sealed(foreign),
      sealed('x', 'https://evil.example/r/id#AAAA'),
      sealed('x', 'me.uport:me?callback_url=https://evil.example'),
      sealed('x', 'nonsense'),
      sealBox('no JSON', key),
      sealBox('{}', key),
      sealPush({ jwt: foreign, uri: foreign }, other),
      { ...sealed(foreign), ephemPublicKey: Buffer.alloc(32).toString('base64') },
      undefined,
      null,
      { version: 'none' },
    ]
    for (const [index, box] of boxes.entries()) server.put(index + 1, box)
    const jwt = await requestOf(app)
    server.put(boxes.length + 1, sealed(jwt, jwt))
    expect(await arrivals(1)).toEqual([jwt])
  })

  test('brings again what was not acknowledged, and nothing after it before that', async () => {
    const first = await requestOf(app)
    server.put(1, sealed(first, first))
    const seen: string[] = []
    let tries = 0
    const reading = arrivals(2, async (one) => {
      seen.push(one.text)
      if (tries++ > 0) await one.acknowledge()
    })
    await expect.poll(() => [seen.length, clock.pending], { interval: 2 }).toEqual([1, 1])
    clock.advance(1)
    await reading
    expect(seen).toEqual([first, first])
  })

  test.each<[string, () => Response | Promise<Response>]>([
    ['an error', () => new Response('', { status: 500 })],
    ['a refusal', () => new Response('', { status: 401 })],
    ['no JSON', () => new Response('<html>')],
    ['another value', () => Response.json({ messages: 'x' })],
    ['too much', () => new Response('x'.repeat(4 * 1024 * 1024 + 1))],
    ['nothing at all', () => Promise.reject(new Error('down'))],
  ])('tries again where the server gives %s', async (_, answer) => {
    server.answer = (method) => (method === 'GET' ? answer() : undefined)
    const jwt = await requestOf(app)
    server.put(1, sealed(jwt, jwt))
    const reading = arrivals(1)
    await expect.poll(() => clock.pending, { interval: 2 }).toBe(1)
    server.answer = undefined
    clock.advance(1)
    expect(await reading).toEqual([jwt])
  })

  test('reads a grant that is made meanwhile, and none that has ended', async () => {
    const stop = new AbortController()
    const requests = new PushInbox({ grants }).requests({ signal: stop.signal })
    const next = requests.next()
    await expect.poll(() => server.asked.length, { interval: 2 }).toBe(2)
    const second = await grants.create({ did: user.did, audience: stranger.did })
    await expect
      .poll(() => server.asked.map(({ path }) => path), { interval: 2 })
      .toContain(`/i/${second.record.id}?wait=25`)
    stop.abort()
    expect(await next).toEqual({ done: true, value: undefined })
    clock.advance(91 * 86_400)
    expect(await grants.list()).toEqual([])
  })

  test.each<[string, Error, boolean]>([
    [
      'waits for a key that is not there',
      new UportError('BOX_KEY_UNKNOWN', 'locked', { data: { name: 'push' } }),
      true,
    ],
    ['ends with a store that fails', new Error('disk'), false],
  ])('%s', async (_, error, waits) => {
    const identity = {
      ...user.identity,
      boxKeys: { publicKey: async () => sha256(new Uint8Array()), open: () => Promise.reject(error) },
    }
    const store = memoryWalletStore()
    const broken = new PushGrants({
      url: SERVER,
      store,
      identity: async () => identity,
      fetch: server.fetch,
      clock,
    })
    await broken.create({ did: user.did, audience: app.did })
    server.put(1, sealed(await requestOf(app)))
    const stop = new AbortController()
    const next = new PushInbox({ grants: broken }).requests({ signal: stop.signal }).next()
    const outcome = next.then(
      ({ done }) => done,
      (cause: unknown) => cause,
    )
    if (waits) {
      await expect.poll(() => clock.pending, { interval: 2 }).toBe(1)
      stop.abort()
    }
    expect(await outcome).toBe(waits ? true : error)
    expect(server.messages).toHaveLength(1)
  })

  test('refuses times that are none', () => {
    for (const times of [{ wait: 0 }, { wait: 61 }, { retry: 0 }, { wait: Number.NaN }])
      expect(() => new PushInbox({ grants, ...times })).toThrow(TypeError)
  })
})

describe('grants', () => {
  test('are neither listed nor forgotten where the server fails', async () => {
    server.answer = () => new Response('', { status: 503 })
    const failure = {
      code: 'PUSH_INBOX_FAILED',
      retryable: true,
      data: { host: 'push.example', status: 503 },
    }
    await expect(grants.create({ did: user.did, audience: app.did })).rejects.toMatchObject(failure)
    await expect(grants.revoke(grant.record.id)).rejects.toMatchObject(failure)
    expect(await grants.list()).toEqual([grant.record])
    server.answer = () => new Response('', { status: 403 })
    await expect(grants.revoke(grant.record.id)).rejects.toMatchObject({ retryable: false })
  })

  test('give up on a server that says nothing', async () => {
    server.answer = () => new Promise(() => undefined)
    const revoking = grants.revoke(grant.record.id)
    await expect.poll(() => clock.pending, { interval: 2 }).toBe(1)
    clock.advance(10)
    await expect(revoking).rejects.toMatchObject({ code: 'PUSH_INBOX_FAILED', retryable: true })
  })

  test('have a wallet woken by Web Push', async () => {
    const subscription = { endpoint: 'https://fcm.googleapis.com/a', keys: { p256dh: 'a', auth: 'b' } }
    await grants.wakeBy(grant.record, subscription)
    await grants.wakeBy(grant.record, undefined)
    const path = `/i/${grant.record.id}/wake`
    expect(server.asked.slice(-2)).toMatchObject([
      { method: 'PUT', path, body: subscription },
      { method: 'DELETE', path },
    ])
    server.answer = () => Response.json({ publicKey: 'key' })
    expect(await grants.wakeKey()).toBe('key')
    server.answer = () => new Response('', { status: 404 })
    expect(await grants.wakeKey()).toBeUndefined()
    server.answer = () => Response.json([])
    expect(await grants.wakeKey()).toBeUndefined()
  })

  test('need a server and times that are such', () => {
    const parts = { store: memoryWalletStore(), identity: async () => user.identity }
    for (const wrong of [{ url: 'http://push.example' }, { lifetime: 0.5 }, { timeoutMs: 0 }])
      expect(() => new PushGrants({ url: SERVER, ...parts, ...wrong })).toThrow(TypeError)
  })
})
