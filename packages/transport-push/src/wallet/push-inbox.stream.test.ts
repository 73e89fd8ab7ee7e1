import {
  decodeBase64,
  encodeUtf8,
  type IncomingRequest,
  ManualClock,
  memoryWalletStore,
  padWithSpaces,
  sealLegacyBox,
  signJwt,
} from '@uport-kit/core'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createParty, type Party } from '../../../core/test-support/parties.ts'
import { FakePushServer, NOW, SERVER } from '../../test-support/fake-push-server.ts'
import { sealPush } from '../push-message.ts'
import { type CreatedPushGrant, PushGrants, type WakeSubscription } from './push-grants.ts'
import { PushInbox } from './push-inbox.ts'

let user: Party
let app: Party
let server: FakePushServer
let clock: ManualClock
let grants: PushGrants
let grant: CreatedPushGrant
let stop: AbortController

beforeAll(async () => {
  ;[user, app] = await Promise.all([createParty('user'), createParty('app')])
})
beforeEach(async () => {
  server = new FakePushServer()
  clock = new ManualClock(NOW)
  stop = new AbortController()
  grants = new PushGrants({
    url: SERVER,
    store: memoryWalletStore(),
    identity: async () => user.identity,
    fetch: server.fetch,
    clock,
  })
  grant = await grants.create({ did: user.did, audience: app.did })
})
afterEach(() => stop.abort())

const keyOf = ({ boxPub }: CreatedPushGrant): Uint8Array => decodeBase64(boxPub) ?? new Uint8Array()
const requestOf = (party: Party) =>
  signJwt({ type: 'shareReq', callback: 'https://a.example' }, party.identity, { now: NOW })

/** A stream that the test speaks into. */
class Stream {
  readonly paths: string[] = []
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #signal: AbortSignal | undefined

  readonly answer = (path: string, signal: AbortSignal | undefined): Response => {
    this.paths.push(path)
    this.#signal = signal
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller
        controller.enqueue(encodeUtf8(': open\n\n'))
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  say(text: string): void {
    this.#controller?.enqueue(encodeUtf8(text))
  }

  wake(id = grant.record.id): void {
    this.say(`id: 1\ndata: {"mailbox":"${id}"}\n\n`)
  }

  close(): void {
    this.#controller?.close()
  }

  get isAborted(): boolean {
    return this.#signal?.aborted === true
  }
}

/** Runs an inbox; what arrives is acknowledged and collected. */
function run(take = (one: IncomingRequest) => one.acknowledge()) {
  const texts: string[] = []
  const ended = (async () => {
    for await (const one of new PushInbox({ grants }).requests({ signal: stop.signal })) {
      texts.push(one.text)
      await take(one)
    }
  })()
  return { texts, ended }
}
const eventually = <T>(read: () => T) => expect.poll(read, { interval: 2, timeout: 10_000 })
const reads = () => server.asked.filter(({ method }) => method === 'GET').map(({ path }) => path)

describe('the push inbox by stream', () => {
  let stream: Stream
  beforeEach(() => {
    stream = new Stream()
    server.events = stream.answer
  })

  test('looks into a mailbox when the server says so, and asks nothing meanwhile', async () => {
    const { texts, ended } = run()
    await eventually(() => stream.paths).toEqual([`/i/events?mailboxes=${grant.record.id}`])
    stream.say(': heartbeat\n\n')
    expect(reads()).toEqual([])
    const jwt = await requestOf(app)
    server.put(1, sealPush({ jwt, uri: jwt }, keyOf(grant)))
    stream.wake()
    await eventually(() => [texts, server.messages]).toEqual([[jwt], []])
    expect(reads()).toEqual([`/i/${grant.record.id}?wait=0`])
    stop.abort()
    await ended
    expect([stream.isAborted, clock.pending]).toEqual([true, 0])
  })

  test('hears what came while the person decided', async () => {
    const [one, two] = [await requestOf(app), await signJwt({ type: 'shareReq', n: 2 }, app.identity)]
    server.put(1, sealPush({ jwt: one, uri: one }, keyOf(grant)))
    let decide = (): void => undefined
    const decided = new Promise<void>((resolve) => {
      decide = resolve
    })
    const { texts } = run(async (request) => {
      await decided
      await request.acknowledge()
    })
    await eventually(() => stream.paths.length).toBe(1)
    stream.wake()
    await eventually(() => texts).toEqual([one])
    server.put(2, sealPush({ jwt: two, uri: two }, keyOf(grant)))
    stream.wake()
    decide()
    await eventually(() => [texts, server.messages]).toEqual([[one, two], []])
  })

  test('opens the next one when a stream has ended, at once where it had lived', async () => {
    run()
    await eventually(() => stream.paths.length).toBe(1)
    clock.advance(30)
    stream.say(': heartbeat\n\n')
    await eventually(() => clock.pending).toBe(1)
    stream.close()
    await eventually(() => stream.paths.length).toBe(2)
    stream.close()
    await eventually(() => clock.pending).toBe(1)
    expect(stream.paths).toHaveLength(2)
    clock.advance(5)
    await eventually(() => stream.paths.length).toBe(3)
  })

  test('takes a stream that falls silent for broken', async () => {
    run()
    await eventually(() => stream.paths.length).toBe(1)
    stream.say(': heartbeat\n\n')
    for (let n = 0; n < 2; n++) {
      await eventually(() => clock.pending).toBe(1)
      clock.advance(45)
    }
    await eventually(() => stream.paths.length).toBeGreaterThan(1)
  })

  test('listens for a grant that is made meanwhile, too, and past one that is gone', async () => {
    run()
    await eventually(() => stream.paths.length).toBe(1)
    const second = await grants.create({ did: user.did, audience: app.did })
    await eventually(() => stream.paths.at(-1)).toBe(
      `/i/events?mailboxes=${grant.record.id},${second.record.id}`,
    )
    server.answer = (method, path) =>
      method === 'GET' && path.includes(grant.record.id) ? new Response('', { status: 404 }) : undefined
    stream.wake()
    await eventually(reads).toHaveLength(1)
    const third = await grants.create({ did: user.did, audience: app.did })
    await eventually(() => stream.paths.at(-1)).toContain(third.record.id)
  })

  test('shares one stream among 64 mailboxes of an identity', async () => {
    for (let n = 0; n < 64; n++) await grants.create({ did: user.did, audience: app.did })
    run()
    await eventually(() => stream.paths.length).toBe(2)
    expect(stream.paths.map((path) => path.split(',').length).sort()).toEqual([1, 64])
  })

  test.each<[string, () => Response | Promise<Response>]>([
    ['is overloaded', () => new Response('', { status: 503 })],
    ['knows a newer key', () => new Response('', { status: 401 })],
    ['is down', () => Promise.reject(new Error('down'))],
  ])('tries again where the server %s', async (_, answer) => {
    server.events = answer
    run()
    await eventually(() => clock.pending).toBe(1)
    server.events = stream.answer
    clock.advance(5)
    await eventually(() => stream.paths.length).toBe(1)
    expect(reads()).toEqual([])
  })

  test('leaves a server that stays down alone for longer and longer, by other spans than its neighbours', async () => {
    let asked = 0
    server.events = () => {
      asked++
      return new Response('', { status: 503 })
    }
    const pauses: number[] = []
    run()
    for (let n = 0; n < 5; n++) {
      await eventually(() => [asked, clock.pending]).toEqual([n + 1, 1])
      const before = clock.now()
      while (asked === n + 1) {
        clock.advance(1)
        await new Promise((resolve) => setImmediate(resolve))
      }
      pauses.push(clock.now() - before)
    }
    for (const [n, most] of [5, 10, 20, 40, 60].entries()) {
      expect(pauses[n]).toBeGreaterThanOrEqual(most / 2)
      expect(pauses[n]).toBeLessThanOrEqual(most + 1)
    }
  })

  test.each<[string, () => Response | Promise<Response>]>([
    ['knows no such stream', () => new Response('', { status: 404 })],
    ['answers otherwise', () => Response.json({})],
    ['floods', () => stream.answer('', undefined)],
  ])('asks where the server %s', async (name, answer) => {
    server.events = answer
    run()
    if (name === 'floods') {
      await eventually(() => stream.paths.length).toBe(1)
      stream.say(`data: ${'x'.repeat(2000)}`)
    }
    await eventually(reads).toEqual([`/i/${grant.record.id}?wait=25`])
  })

  test('asks where something on the way holds the stream back', async () => {
    server.events = () => new Promise(() => undefined)
    run()
    await eventually(() => clock.pending).toBe(1)
    clock.advance(10)
    await eventually(reads).toEqual([`/i/${grant.record.id}?wait=25`])
  })

  test('heeds no event that is none of its own', async () => {
    run()
    await eventually(() => stream.paths.length).toBe(1)
    for (const id of ['A'.repeat(43), 'x']) stream.wake(id)
    stream.say('data: nonsense\n\ndata: {"mailbox":7}\n\n')
    stream.wake()
    await eventually(reads).toEqual([`/i/${grant.record.id}?wait=0`])
  })
})

describe('a service worker', () => {
  const subscription: WakeSubscription = {
    endpoint: 'https://fcm.googleapis.com/a',
    keys: { p256dh: 'a', auth: 'b' },
  }

  /** What an inbox gives to a worker that has moments. */
  async function take(options: { mailbox?: string } = {}, acknowledges = true): Promise<string[]> {
    const texts: string[] = []
    for await (const one of new PushInbox({ grants }).waiting(options)) {
      texts.push(one.text)
      if (acknowledges) await one.acknowledge()
    }
    return texts
  }

  test('takes what waits and is done; what it does not acknowledge stays', async () => {
    const jwt = await requestOf(app)
    server.answer = (method) =>
      method === 'GET' && server.messages.length === 0 ? Response.json({ messages: [] }) : undefined
    expect(await take()).toEqual([])
    server.put(1, sealPush({ jwt, uri: jwt }, keyOf(grant)))
    expect(await take({ mailbox: 'another' })).toEqual([])
    expect(await take({}, false)).toEqual([jwt])
    expect(await take({ mailbox: grant.record.id })).toEqual([jwt])
    expect(server.messages).toEqual([])
  })

  test('looks into the other mailboxes where one fails, and says so then', async () => {
    const second = await grants.create({ did: user.did, audience: app.did })
    const [broken, whole] = [grant, second].sort((a, b) => (a.record.id < b.record.id ? -1 : 1))
    const jwt = await requestOf(app)
    server.put(1, sealPush({ jwt, uri: jwt }, keyOf(whole as CreatedPushGrant)))
    server.answer = (method, path) =>
      method === 'GET' && path.includes(broken?.record.id ?? '?')
        ? new Response('', { status: 500 })
        : undefined
    const texts: string[] = []
    const taking = (async () => {
      for await (const one of new PushInbox({ grants }).waiting()) {
        texts.push(one.text)
        await one.acknowledge()
      }
    })()
    await expect(taking).rejects.toMatchObject({ code: 'PUSH_INBOX_FAILED' })
    expect(texts).toEqual([jwt])
  })

  test('ends with a store that fails', async () => {
    server.put(1, sealPush({ jwt: 'x', uri: 'x' }, keyOf(grant)))
    const error = new Error('disk')
    const broken = {
      ...user.identity,
      boxKeys: { ...user.identity.boxKeys, open: () => Promise.reject(error) },
    }
    const identity = async () => broken
    const store = memoryWalletStore()
    grants = new PushGrants({ url: SERVER, store, identity, fetch: server.fetch, clock })
    await grants.create({ did: user.did, audience: app.did })
    await expect(take()).rejects.toBe(error)
  })

  test('is woken for all grants once it has registered, those made later too, until it unregisters', async () => {
    const inbox = new PushInbox({ grants })
    const wakes = () =>
      server.asked
        .filter(({ path }) => path.endsWith('/wake'))
        .map(({ method, path, body }) => [method, path.split('/')[2], body])
    await inbox.register({ ...subscription, expirationTime: 0 } as WakeSubscription)
    const second = await grants.create({ did: user.did, audience: app.did })
    const [one, two] = [grant.record.id, second.record.id]
    expect(wakes()).toEqual([
      ['PUT', one, subscription],
      ['PUT', two, subscription],
    ])
    await inbox.unregister()
    expect(
      wakes()
        .slice(2)
        .map(([method]) => method),
    ).toEqual(['DELETE', 'DELETE'])
    await grants.create({ did: user.did, audience: app.did })
    expect(wakes()).toHaveLength(4)
  })

  test('gives leave also where the server cannot wake it for now', async () => {
    await new PushInbox({ grants }).register(subscription)
    server.answer = (_, path) => (path.endsWith('/wake') ? new Response('', { status: 503 }) : undefined)
    await grants.create({ did: user.did, audience: app.did })
    expect(await grants.list()).toHaveLength(2)
  })
})

describe('a push by an application of before mid 2018', () => {
  test.each([
    ['by address', (jwt: string) => ({ url: `me.uport:me?requestToken=${jwt}` }), true],
    [
      'with clear words',
      (jwt: string) => ({ url: `https://id.uport.me/req/${jwt}`, message: 'Sign in' }),
      true,
    ],
    ['by token', (jwt: string) => ({ message: jwt }), false],
  ])('is read %s', async (_, content, isUrl) => {
    const jwt = await requestOf(app)
    const text = padWithSpaces(encodeUtf8(JSON.stringify(content(jwt))))
    server.put(1, sealLegacyBox(text, keyOf(grant)))
    server.put(2, { ...sealLegacyBox(text, keyOf(grant)), from: 'x' })
    const seen: string[] = []
    for await (const one of new PushInbox({ grants }).waiting()) {
      seen.push(one.text)
      await one.acknowledge()
    }
    const { url, message } = { url: undefined, message: undefined, ...content(jwt) }
    expect(seen).toEqual([isUrl ? url : message])
    expect(server.messages).toEqual([])
  })
})
