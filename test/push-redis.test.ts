import { createServer } from 'node:net'
import {
  type IncomingRequest,
  ManualClock,
  memoryWalletStore,
  type OutgoingRequest,
  type PushGrant,
  type SafeFetch,
  signJwt,
  systemClock,
} from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { startRelayServer } from '@uport-kit/relay-server'
import { connectRedis, redisRateStore, redisTopicBus, redisTopicStore } from '@uport-kit/store-redis'
import { PushGrants, PushInbox, pushTransport } from '@uport-kit/transport-push'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createParty, type Party, PartyResolver } from '../packages/core/test-support/parties.ts'
import { describeWithProgram } from './support/describe-with-program.ts'
import { TestRedis } from './support/redis.ts'

/** Where clients reach all relays: tokens are addressed to it. */
const PUBLIC_URL = 'https://push.example'
/** Far below the time after which relays and clients look again by themselves, in milliseconds. */
const AT_ONCE = 4000

interface Instance extends AsyncDisposable {
  readonly url: string
}

/** A relay on Redis with connections of its own, as each process behind a load balancer has. */
async function startInstance(redisUrl: string, resolver: PartyResolver): Promise<Instance> {
  const { client, close } = await connectRedis({ url: redisUrl })
  const bus = redisTopicBus({ client })
  await bus.ready
  const port = await freePort()
  const stores = { store: redisTopicStore({ client }), bus, rates: redisRateStore({ client }) }
  const server = await startRelayServer({ ...stores, port, publicUrl: PUBLIC_URL, push: { resolver } })
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await server.close()
      await bus.close()
      await close()
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** What the load balancer does. */
const at = ({ url }: Instance, input: unknown): string => String(input).replace(PUBLIC_URL, url)

describeWithProgram('redis-server', 'push through two relays on one Redis', (path) => {
  let redis: TestRedis
  let one: Instance
  let other: Instance
  let user: Party
  let app: Party
  beforeAll(async () => {
    ;[user, app] = await Promise.all([createParty('user'), createParty('app')])
    redis = await TestRedis.start({ path })
    const resolver = new PartyResolver([user, app])
    ;[one, other] = await Promise.all([
      startInstance(redis.url, resolver),
      startInstance(redis.url, resolver),
    ])
  })
  afterAll(async () => {
    await one[Symbol.asyncDispose]()
    await other[Symbol.asyncDispose]()
    await redis[Symbol.asyncDispose]()
  })

  /** The wallet, which is led to one of the relays, and what it gave the application. */
  let grants: PushGrants
  let grant: PushGrant
  let gate: Instance
  const streams: number[] = []
  beforeEach(async () => {
    gate = other
    grants = new PushGrants({
      url: PUBLIC_URL,
      store: memoryWalletStore(),
      identity: async () => user.identity,
      fetch: async (input, init) => {
        const answer = await fetch(at(gate, input), init)
        if (String(input).includes('/i/events')) streams.push(answer.status)
        return answer
      },
    })
    const { capability: jwt, boxPub, record } = await grants.create({ did: user.did, audience: app.did })
    grant = { jwt, boxPub, endpoint: `${PUBLIC_URL}/i/${record.id}`, expiresAt: record.expiresAt }
  })

  /** Posts of the application as they go out. */
  const posts: { readonly url: URL; readonly init: RequestInit }[] = []
  function sender(instance: Instance, clock = systemClock()) {
    const safe = createSafeFetch({ allowOrigins: [instance.url] })
    const safeFetch: SafeFetch = {
      fetch: (url, request, options) => {
        const { method = 'GET', headers = {}, body } = request
        if (method === 'POST') posts.push({ url, init: { method, headers, body: String(body) } })
        return safe.fetch(new URL(at(instance, url)), request, options)
      },
    }
    return pushTransport({ identity: app.identity, safeFetch, clock }).to(grant)
  }

  async function createRequest(): Promise<OutgoingRequest> {
    const jwt = await signJwt({ type: 'shareReq', callback: 'https://a.example' }, app.identity)
    const expiresAt = systemClock().now() + 120
    return { id: 'request', jwt, replyMode: 'post', expiresAt, uri: () => `me.uport:req/${jwt}` }
  }

  it('reaches the wallet that streams at the other one, and tells the sender that it did', async () => {
    const stop = new AbortController()
    const inbox = new PushInbox({ grants }).requests({ signal: stop.signal })
    const arriving = inbox.next()
    const clock = new ManualClock(systemClock().now())
    const request = await createRequest()
    await expect.poll(() => streams, { interval: 5, timeout: 10_000 }).toEqual([200])
    const begin = performance.now()
    const delivery = await sender(one, clock).deliver(request)
    const { value } = await arriving
    expect((value as IncomingRequest).text).toBe(request.uri())
    expect(performance.now() - begin).toBeLessThan(AT_ONCE)
    await (value as IncomingRequest).acknowledge()
    // The sender waits for a receipt at the first relay; with it, for nothing more.
    await expect.poll(() => clock.pending, { interval: 10, timeout: AT_ONCE }).toBe(0)
    await delivery.close()
    stop.abort()
    await inbox.return()
  })

  it('is refused at one of them when it was accepted at the other, or when the grant was taken back there', async () => {
    posts.length = 0
    await (await sender(one).deliver(await createRequest())).close()
    const [post] = posts
    const again = await fetch(at(other, post?.url), post?.init)
    expect([again.status, await again.json()]).toMatchObject([409, { code: 'REPLAYED' }])
    const [record] = await grants.list()
    gate = one
    await grants.revoke(record?.id ?? '')
    const refused = sender(other).deliver(await createRequest())
    await expect(refused).rejects.toMatchObject({ code: 'PUSH_REFUSED', data: { status: 404 } })
  })
})
