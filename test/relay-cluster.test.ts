import { RelayClient } from '@uport-kit/channel-relay'
import { type ReplyAddress, type ReplyBody, systemClock } from '@uport-kit/core'
import { type RelayServer, startRelayServer } from '@uport-kit/relay-server'
import {
  connectRedis,
  type RedisConnection,
  type RedisTopicBus,
  redisTopicBus,
  redisTopicStore,
} from '@uport-kit/store-redis'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWithProgram } from './support/describe-with-program.ts'
import { type TestRedis, TestRedisCluster } from './support/redis.ts'

/** Over all masters, by their hashes. */
const TOPICS = 12
const HEARTBEAT_MILLISECONDS = 15_000
const UNLIMITED = { addressBurst: 10_000, topicBurst: 10_000, maxWaitersPerAddress: 10_000 } as const

interface Instance {
  readonly connection: RedisConnection
  readonly bus: RedisTopicBus
  readonly relay: RelayServer
}

interface Waiter {
  readonly address: ReplyAddress
  readonly replies: AsyncIterator<ReplyBody>
}

describeWithProgram('redis-server', 'two relays on a Redis Cluster one of whose masters dies', (path) => {
  let cluster: TestRedisCluster
  let one: Instance
  let other: Instance
  let client: RelayClient
  let waiters: readonly Waiter[]
  let killed: TestRedis

  beforeAll(async () => {
    cluster = await TestRedisCluster.start({ path, args: ['--appendfsync', 'always'], isNoisy: false })
    ;[one, other] = await Promise.all([start(), start()])
    client = new RelayClient({ url: one.relay.url })
    waiters = await Promise.all(
      Array.from({ length: TOPICS }, async () => {
        const address = await client.open({ id: 'request', expiresAt: systemClock().now() + 120 })
        return { address, replies: client.receive(address)[Symbol.asyncIterator]() }
      }),
    )
  })
  afterAll(async () => {
    await client[Symbol.asyncDispose]()
    for (const { connection, bus, relay } of [one, other]) {
      await relay.close()
      await bus.close()
      await connection.close()
    }
    await cluster[Symbol.asyncDispose]()
  })

  async function start(): Promise<Instance> {
    const connection = await connectRedis({ url: cluster.urls, durability: 'always', replicas: 1 })
    const { client } = connection
    // Hints alone: a test that rereading could pass would not see that they are gone.
    const bus = redisTopicBus({ client, rereadSeconds: 3600 })
    await bus.ready
    const store = redisTopicStore({ client, replicas: 1 })
    return { connection, bus, relay: await startRelayServer({ store, bus, limits: UNLIMITED }) }
  }

  /** Posts at the other relay until it is acknowledged. */
  async function post({ address }: Waiter, body: ReplyBody): Promise<void> {
    const url = `${other.relay.url}${new URL(address.callback).pathname}`
    const send = async (): Promise<number> =>
      (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status
    await expect.poll(send, { timeout: 20_000 }).toBeLessThan(300)
  }

  async function postToAll(n: number): Promise<void> {
    await Promise.all(
      waiters.map(async (waiter) => {
        const next = waiter.replies.next()
        await post(waiter, { n })
        expect((await next).value).toEqual({ n })
      }),
    )
  }

  it('do not start where a replica, tomorrow’s master perhaps, would forget', async () => {
    // What was joined a moment ago spreads by gossip, and a client asks whichever node it meets.
    await expect.poll(() => cluster.isReplicated(), { timeout: 20_000 }).toBe(true)
    const masters = await cluster.masters()
    const replica = cluster.nodes.find((node) => !masters.includes(node))
    if (replica === undefined) throw new Error('the cluster has replicas')
    const admin = new Redis(replica.url)
    await admin.config('SET', 'appendonly', 'no')
    const starting = connectRedis({ url: cluster.urls, durability: 'always', replicas: 1 })
    await expect(starting).rejects.toMatchObject({
      code: 'REDIS_NOT_DURABLE',
      data: { setting: 'appendonly', value: 'no', wanted: 'yes' },
    })
    await admin.config('SET', 'appendonly', 'yes')
    admin.disconnect()
    await expect(connectRedis({ url: cluster.urls, replicas: 2 })).rejects.toMatchObject({
      data: { setting: 'connected_slaves', value: '1', wanted: '2' },
    })
  })

  it('bring every reply to who waits, before the failover and after it', async () => {
    await postToAll(1)
    const [master] = await cluster.masters()
    if (master === undefined) throw new Error('the cluster has masters')
    killed = master
    await killed.kill()
    const isTakenOver = async (): Promise<boolean> => {
      const masters = await cluster.masters()
      return masters.length === 3 && !masters.includes(killed)
    }
    await expect.poll(isTakenOver, { timeout: 20_000 }).toBe(true)
    // Its replica is a master alone now: no write on it counts until the killed node is back as its replica.
    await killed.start()
    await postToAll(2)
    // The hints are back, too: rereading would take a heartbeat's time.
    const begin = performance.now()
    await postToAll(3)
    expect(performance.now() - begin).toBeLessThan(HEARTBEAT_MILLISECONDS / 2)
  })
})
