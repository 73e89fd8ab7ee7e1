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
import type { RelayEvent } from '../relay-log.ts'
import { memoryTopicStore } from '../stores/memory-topic-store.ts'

const START = 1_700_000_000
const [FIRST, SECOND, FOREIGN, ABSENT] = [1, 2, 3, 4].map(mailboxId) as [string, string, string, string]

let user: Party
let app: Party
let stranger: Party
let resolver: PushParties['resolver']
let clock: ManualClock
let store: TopicStore
let failures: RelayEvent[]
let server: ReturnType<typeof createServer>

beforeAll(async () => {
  ;({ user, app, stranger, resolver } = await createPushParties())
})

function createServer(options: Partial<RelayAppOptions> = {}) {
  const push = { resolver, url: SERVER }
  return createRelayApp({ store, clock, push, log: (event) => failures.push(event), ...options })
}

beforeEach(async () => {
  clock = new ManualClock(START)
  store = memoryTopicStore({ clock })
  failures = []
  server = createServer()
  await Promise.all([open(FIRST, user), open(SECOND, user), open(FOREIGN, stranger)])
})

const tokenOf = (by: Party, changes: JwtClaims = {}) => userAuth(by, clock, changes)

async function ask(method: string, path: string, { body, token }: { body?: object; token?: string } = {}) {
  return server.request(path, authorized(method, token ?? (await tokenOf(user)), body))
}

async function open(id: string, by: Party): Promise<void> {
  const answer = await ask('PUT', `/i/${id}`, { body: { expiresAt: START + 900 }, token: await tokenOf(by) })
  expect(answer.status).toBe(201)
}

async function push(id: string, expiresAt = START + 600): Promise<void> {
  const terms = { iat: undefined, type: 'notifications', aud: app.did, value: `${SERVER}/i/${id}` }
  const grant = await signJwt({ ...terms, exp: START + 900 }, user.identity, { now: clock.now() })
  const receipt = encodeBase64url(crypto.getRandomValues(new Uint8Array(32)))
  const body = { grant, box: sealBox('{}', BOX_KEY), receipt, expiresAt }
  const claims = { type: 'push', aud: SERVER, hash: sha256Base64url(JSON.stringify(body)), jti: receipt }
  const token = await signJwt(claims, app.identity, { now: clock.now(), expiresIn: 60 })
  expect((await ask('POST', `/i/${id}`, { body, token })).status).toBe(201)
}

const watch = (ids: readonly string[], token?: string) =>
  ask('GET', `/i/events?mailboxes=${ids.join(',')}`, token === undefined ? {} : { token })

/** What a stream says, piece by piece; `undefined` at its end. */
async function listen(ids: readonly string[], token?: string) {
  const response = await watch(ids, token)
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  const reader = response.body?.getReader()
  const next = async (): Promise<string | undefined> => {
    const part = await reader?.read()
    const text = part?.done === false ? new TextDecoder().decode(part.value) : undefined
    // When to come back: the last word of a stream that the server ends.
    return text?.startsWith('retry: ') === true ? next() : text
  }
  expect(await next()).toBe(': open\n\n')
  return { next, stop: () => reader?.cancel() }
}
const wakeUp = (n: number, id: string): string => `id: ${n}\ndata: {"mailbox":"${id}"}\n\n`
const timer = () => expect.poll(() => clock.pending, { interval: 2, timeout: 10_000 }).toBe(1)

describe('the stream of wake-ups', () => {
  test('tells at once what waits, and then what comes into any of the mailboxes', async () => {
    await push(SECOND)
    const { next, stop } = await listen([FIRST, SECOND])
    expect(await next()).toBe(wakeUp(1, SECOND))
    const waiting = next()
    await timer()
    await push(FIRST)
    expect(await waiting).toBe(wakeUp(2, FIRST))
    await stop()
    await expect.poll(() => clock.pending, { interval: 2 }).toBe(0)
  })

  test('tells nothing twice, nor of what has ended; shows that it lives; ends with its token', async () => {
    await push(FIRST, START + 5)
    clock.advance(5)
    const { next } = await listen([FIRST], await tokenOf(user, { exp: clock.now() + 20 }))
    const silence = next()
    await timer()
    clock.advance(15)
    expect(await silence).toBe(': heartbeat\n\n')
    const last = next()
    await timer()
    clock.advance(5)
    expect([await last, await next()]).toEqual([': heartbeat\n\n', undefined])
  })

  test('finds what another process stored without its word when it looks again', async () => {
    const { next, stop } = await listen([FIRST, SECOND])
    const waiting = next()
    await timer()
    await store.append(`m:${SECOND}`, JSON.stringify({ expiresAt: START + 60 }))
    clock.advance(15)
    expect(await waiting).toBe(wakeUp(1, SECOND))
    await stop()
  })

  test('tells that a mailbox is gone, and ends when none is left', async () => {
    const { next } = await listen([FIRST, ABSENT])
    expect(await next()).toBe(wakeUp(1, ABSENT))
    const waiting = next()
    await timer()
    expect((await ask('DELETE', `/i/${FIRST}`)).status).toBe(204)
    expect([await waiting, await next()]).toEqual([wakeUp(2, FIRST), undefined])
  })

  test('ends when the relay stops, and when the store fails', async () => {
    const stopping = new AbortController()
    server = createServer({ signal: stopping.signal })
    const one = await listen([FIRST])
    const waiting = one.next()
    await timer()
    stopping.abort()
    expect(await waiting).toBeUndefined()
    server = createServer()
    const other = await listen([FIRST])
    const failing = other.next()
    await timer()
    await store.close()
    clock.advance(15)
    expect(await failing).toBeUndefined()
    expect(failures.at(-1)).toMatchObject({ event: 'failed', operation: 'GET /i/events' })
  })

  test.each<[string, () => Promise<Response>, number]>([
    ['no mailbox', () => watch([]), 400],
    ['what is none', () => watch(['x']), 400],
    ['too many', () => watch(Array.from({ length: 65 }, () => FIRST)), 400],
    ['one that is not there', () => watch([ABSENT]), 404],
    ['somebody else’s', () => watch([FOREIGN]), 403],
    ['somebody else’s among one’s own', () => watch([FIRST, FOREIGN]), 403],
    ['a shareResp', async () => watch([FIRST], await tokenOf(user, { type: 'shareResp' })), 401],
    ['another server’s token', async () => watch([FIRST], await tokenOf(user, { aud: 'https://x.y' })), 401],
    ['a HEAD', () => ask('HEAD', `/i/events?mailboxes=${FIRST}`), 405],
  ])('refuses %s', async (_, asking, status) => {
    expect((await asking()).status).toBe(status)
  })

  test('reads nothing for a stranger, and of a full mailbox one message', async () => {
    for (let n = 0; n < 3; n++) await push(FIRST)
    const reads: [name: string, messages: number | undefined][] = []
    const real = store
    store = Object.assign(Object.create(real), {
      open: real.open.bind(real),
      append: real.append.bind(real),
      trim: real.trim?.bind(real),
      read: async (...call: Parameters<TopicStore['read']>) => {
        const messages = await real.read(...call)
        reads.push([call[0].slice(0, 2), messages?.length])
        return messages
      },
    })
    server = createServer()
    const forged = (await tokenOf(user)).replace(/\.[^.]*$/, `.${(await tokenOf(stranger)).split('.')[2]}`)
    expect((await watch([FIRST, SECOND], forged)).status).toBe(401)
    expect(reads).toEqual([])
    const { next, stop } = await listen([FIRST])
    expect(await next()).toBe(wakeUp(1, FIRST))
    await stop()
    expect(reads.filter(([kind]) => kind === 'm:')).toEqual([['m:', 1]])
  })

  test('reads what has ended once', async () => {
    await push(FIRST, START + 5)
    await push(FIRST)
    clock.advance(5)
    const { next, stop } = await listen([FIRST])
    expect(await next()).toBe(wakeUp(1, FIRST))
    await stop()
    expect((await store.read(`m:${FIRST}`, 0))?.map(({ cursor }) => cursor)).toEqual([2])
  })

  test('counts as a request for each mailbox', async () => {
    server = createServer({ limits: { addressBurst: 3, addressPerSecond: 1 } })
    const { stop } = await listen([FIRST, SECOND])
    await stop()
    const refused = await watch([FIRST, SECOND])
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  })

  test('is refused to who asks too often, or has enough of them', async () => {
    server = createServer({ limits: { topicBurst: 2, maxWaitersPerTopic: 1 } })
    const { stop } = await listen([FIRST])
    expect((await watch([FIRST])).status).toBe(429)
    expect((await watch([FIRST])).headers.get('retry-after')).toBe('1')
    await stop()
    server = createServer({ limits: { maxWaiters: 1 } })
    const other = await listen([FIRST])
    expect((await watch([SECOND])).status).toBe(503)
    await other.stop()
  })
})
