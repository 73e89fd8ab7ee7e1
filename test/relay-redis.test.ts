import { RelayClient } from '@uport-kit/channel-relay'
import { type ReplyAddress, type ReplyBody, systemClock } from '@uport-kit/core'
import { connectRedis, type RedisConnection, redisTopicStore } from '@uport-kit/store-redis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWithProgram } from './support/describe-with-program.ts'
import { TestRedis } from './support/redis.ts'
import { RelayInstance } from './support/relay-instance.ts'

const open = (client: RelayClient): Promise<ReplyAddress> =>
  client.open({ id: 'request', expiresAt: systemClock().now() + 120 })

/** Posts where another instance listens: the callback with the other's address. */
const post = (instance: RelayInstance, { callback }: ReplyAddress, body: ReplyBody): Promise<Response> =>
  fetch(`${instance.url}${new URL(callback).pathname}`, { method: 'POST', body: JSON.stringify(body) })

describeWithProgram('redis-server', 'two relays on one Redis', (path) => {
  let redis: TestRedis
  let connection: RedisConnection
  let one: RelayInstance
  let other: RelayInstance
  let client: RelayClient
  beforeAll(async () => {
    // With less it may answer before it writes, when its disk is slow.
    redis = await TestRedis.start({ path, args: ['--appendfsync', 'always'] })
    connection = await connectRedis({ url: redis.url, durability: 'always' })
    one = new RelayInstance(redis.url, { UPORT_REDIS_DURABILITY: 'always' })
    other = new RelayInstance(redis.url, { UPORT_REDIS_DURABILITY: 'always' })
    await Promise.all([one.start(), other.start()])
    client = new RelayClient({ url: one.url })
  })
  afterAll(async () => {
    await client[Symbol.asyncDispose]()
    await Promise.all([one.kill(), other.kill()])
    await connection.close()
    await redis[Symbol.asyncDispose]()
  })

  it('bring a reply posted at one of them to who waits at the other, long before they read the store again', async () => {
    const address = await open(client)
    const replies = client.receive(address)[Symbol.asyncIterator]()
    await post(other, address, { stands: true })
    await replies.next()
    const next = replies.next()
    const begin = performance.now()
    await post(other, address, { n: 1 })
    expect((await next).value).toEqual({ n: 1 })
    expect(performance.now() - begin).toBeLessThan(2500)
    await replies.return?.()
    await client.close(address)
  })

  it('lose nothing that was acknowledged when one is killed: the other has it all', async () => {
    const lasting = new RelayClient({ url: other.url })
    try {
      const addresses = await Promise.all(Array.from({ length: 20 }, () => open(lasting)))
      const acknowledged = new Map<ReplyAddress, number[]>(addresses.map((address) => [address, []]))
      const posting = addresses.map(async (address) => {
        for (let n = 0; n < 8; n++) {
          const answer = await post(one, address, { n }).catch(() => undefined)
          if (answer?.ok !== true) return
          acknowledged.get(address)?.push(n)
          // In the middle of it all, and once: the writes on their way die with it.
          if (n === 2 && address === addresses[7]) void one.kill()
        }
      })
      await Promise.all(posting)
      await one.kill()
      expect([...acknowledged.values()].flat().length).toBeGreaterThan(20)
      const store = redisTopicStore({ client: connection.client })
      for (const [address, sent] of acknowledged) {
        const name = `t:${new URL(address.callback).pathname.split('/').at(-1)}`
        const kept = (await store.read(name, 0)) ?? []
        expect(kept.map(({ body }) => JSON.parse(body).n).slice(0, sent.length)).toEqual(sent)
        // One more may have been stored whose answer never went out; never one twice.
        expect(kept.length - sent.length).toBeLessThanOrEqual(1)
      }
    } finally {
      await lasting[Symbol.asyncDispose]()
      await one.start()
    }
  })

  it('deliver what was acknowledged after Redis itself was killed and started anew, to who waited all along', async () => {
    const waiting = new RelayClient({ url: other.url })
    try {
      const address = await open(waiting)
      const replies = waiting.receive(address)[Symbol.asyncIterator]()
      expect((await post(other, address, { n: 1 })).status).toBe(201)
      await replies.next()
      const next = replies.next()
      await redis.kill()
      await redis.start()
      expect((await post(one, address, { n: 2 })).status).toBe(201)
      expect((await next).value).toEqual({ n: 2 })
      await replies.return?.()
    } finally {
      await waiting[Symbol.asyncDispose]()
    }
  })
})
