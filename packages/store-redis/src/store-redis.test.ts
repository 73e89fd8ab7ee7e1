import { inspect } from 'node:util'
import { isUportError, ManualClock, type TopicBus } from '@uport-kit/core'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWithProgram } from '../../../test/support/describe-with-program.ts'
import { TestRedis } from '../../../test/support/redis.ts'
import {
  connectRedis,
  type RedisConnection,
  redisAnsweredRequests,
  redisRateStore,
  redisRequestStore,
  redisTopicBus,
  redisTopicStore,
} from './index.ts'

const NOW = 1_700_000_000

async function problemOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => 'it did not reject',
    (reason: unknown) => reason,
  )
  return isUportError(error) ? [error.code, Object.values(error.data)[0], error.retryable] : error
}

describeWithProgram('redis-server', 'stores on Redis', (path) => {
  let redis: TestRedis
  let connection: RedisConnection
  let worlds = 0
  beforeAll(async () => {
    redis = await TestRedis.start({ path, args: ['--requirepass', 'hunter2'] })
    connection = await connectRedis({ url: redis.url.replace('//', '//:hunter2@') })
  })
  afterAll(async () => {
    await connection.close()
    await redis[Symbol.asyncDispose]()
  })
  const world = () => {
    const clock = new ManualClock(NOW)
    return { clock, client: connection.client, prefix: `world${worlds++}:` }
  }

  it('bound how many topics live, and how many bytes', async () => {
    const { clock, ...where } = world()
    const store = redisTopicStore({ ...where, clock, maxTopics: 2, maxBytes: 10 })
    const topic = { expiresAt: NOW + 60, capacity: 8 }
    expect([
      await store.open('a', topic),
      await store.open('b', topic),
      await store.open('c', topic),
    ]).toEqual(['opened', 'opened', 'full'])
    expect((await store.append('a', '12345678', { leaveBytes: 3 })).outcome).toBe('store-full')
    expect((await store.append('a', '12345678', { leaveBytes: 2 })).outcome).toBe('stored')
    expect((await store.append('b', '123')).outcome).toBe('store-full')
    expect((await store.append('b', 'é')).outcome).toBe('stored')
    await store.remove('a')
    expect((await store.append('b', '12345678')).outcome).toBe('stored')
    clock.advance(61)
    expect(await store.sweep()).toBe(1)
    expect(await store.open('c', { ...topic, expiresAt: NOW + 120 })).toBe('opened')
    expect((await store.append('c', '1234567890')).outcome).toBe('stored')
  })

  it('keep room where they are told to, and read no more than is needed', async () => {
    const { clock, ...where } = world()
    const store = redisTopicStore({ ...where, clock, maxTopics: 2 })
    const topic = { expiresAt: NOW + 60, capacity: 8 }
    expect(await store.open('a', { ...topic, maxTopics: 1 })).toBe('opened')
    expect(await store.open('b', { ...topic, maxTopics: 1 })).toBe('full')
    expect(await store.open('b', { ...topic, leaveTopics: 1 })).toBe('full')
    expect(await store.open('b', topic)).toBe('opened')
    expect(await store.open('c', { ...topic, maxTopics: 9 })).toBe('full')
    for (const body of ['1', '2', '3']) await store.append('a', body)
    await store.trim?.('a', 1)
    expect(await store.read('a', 0, { maxMessages: 1 })).toEqual([{ cursor: 2, body: '2' }])
    expect(await store.read('a', 2, { maxMessages: 5 })).toEqual([{ cursor: 3, body: '3' }])
    for (const body of ['four', 'fünf']) await store.append('a', body)
    const cursors = async (maxBytes: number) =>
      (await store.read('a', 2, { maxBytes }))?.map(({ cursor }) => cursor)
    expect(await cursors(0)).toEqual([3])
    expect(await cursors(9)).toEqual([3, 4])
    expect(await cursors(10)).toEqual([3, 4, 5])
  })

  it('leave nothing in Redis for good: each topic and each request ends there, too', async () => {
    const { client, ...rest } = world()
    await redisTopicStore({ client, ...rest }).open('a', { expiresAt: NOW + 60, capacity: 8 })
    await redisRequestStore({ client, ...rest }).put(request('r'))
    await redisAnsweredRequests({ client, ...rest }).claim('h', NOW + 60)
    await redisRateStore({ client, ...rest }).take('address 127.0.0.1', { burst: 2, perSecond: 1 })
    const keys = (await client.keys(`${rest.prefix}*`)).filter((key) => !/:(index|sizes|total)$/.test(key))
    expect(keys).toHaveLength(4)
    for (const key of keys) expect(await client.ttl(key)).toBeGreaterThan(0)
    expect(keys.join()).not.toContain('127.0.0.1')
  })

  it('give a request to one of a hundred that want to spend it', async () => {
    const store = redisRequestStore(world())
    await store.put(request('r'))
    const results = await Promise.all(Array.from({ length: 100 }, (_, n) => store.consume('r', `reply ${n}`)))
    expect(results.filter((result) => result === 'won')).toHaveLength(1)
    expect(results.filter((result) => result === 'lost')).toHaveLength(99)
  })

  it('claim an answer once, over all servers of a wallet', async () => {
    const answered = redisAnsweredRequests(world())
    const claims = await Promise.all(Array.from({ length: 20 }, () => answered.claim('h', NOW + 60)))
    expect(claims.filter(Boolean)).toHaveLength(1)
  })

  it('count rates together, and refill them by the clock', async () => {
    const { clock, ...where } = world()
    const rates = [redisRateStore({ ...where, clock }), redisRateStore({ ...where, clock })] as const
    const bucket = { burst: 3, perSecond: 0.5 }
    const takes = await Promise.all(rates.flatMap((rate) => [rate.take('a', bucket), rate.take('a', bucket)]))
    expect(takes.toSorted()).toEqual([0, 0, 0, 2])
    expect(await rates[0].take('b', bucket)).toBe(0)
    clock.advance(2)
    expect([await rates[1].take('a', bucket), await rates[0].take('a', bucket)]).toEqual([0, 2])
    clock.advance(1000)
    expect(await rates[0].take('a', bucket)).toBe(0)
  })

  it('are told of changes at every server, and of what may have been missed', async () => {
    const where = world()
    const [one, other] = [redisTopicBus(where), redisTopicBus(where)]
    try {
      await Promise.all([one.ready, other.ready])
      const heard = hear(other)
      one.publish('t:a')
      expect(await heard.next()).toBe('t:a')
      where.clock.advance(5)
      expect(await heard.next()).toBe('lost')
    } finally {
      await Promise.all([one.close(), other.close()])
    }
    expect(where.clock.pending).toBe(0)
  })

  it('refuse a write that too few replicas confirm, as one to be tried again', async () => {
    const store = redisTopicStore({ ...world(), replicas: 1, replicaMilliseconds: 1 })
    const opening = store.open('a', { expiresAt: NOW + 60, capacity: 8 })
    expect(await problemOf(opening)).toEqual(['REDIS_FAILED', 'not-replicated', true])
  })

  it('say so where Redis has no memory left, and keep what they have', async () => {
    const small = await TestRedis.start({
      path,
      args: ['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction'],
    })
    const limited = await connectRedis({ url: small.url })
    try {
      const store = redisTopicStore({ client: limited.client, clock: new ManualClock(NOW) })
      await store.open('a', { expiresAt: NOW + 60, capacity: 1000 })
      let stored = 0
      for (; stored < 100; stored++)
        if ((await store.append('a', `${stored}${'x'.repeat(65_536)}`)).outcome !== 'stored') break
      expect(stored).toBeGreaterThan(3)
      expect(stored).toBeLessThan(100)
      expect((await store.append('a', `again ${'x'.repeat(65_536)}`)).outcome).toBe('store-full')
      expect(await store.read('a', 0)).toHaveLength(stored)
      await limited.client.config('SET', 'maxmemory', '1mb')
      const answers: string[] = []
      for (let n = 0; n < 3; n++)
        answers.push(await store.open(`b${n}`, { expiresAt: NOW + 60, capacity: 1 }))
      expect(answers).toEqual(['full', 'full', 'full'])
      expect([await store.read('b0', 0), await limited.client.hlen('uport:{0}:sizes')]).toEqual([
        undefined,
        1,
      ])
      expect((await store.append('a', 'short')).outcome).toBe('store-full')
      expect(await store.remove('a')).toBe(true)
      await limited.client.config('SET', 'maxmemory', '3mb')
      expect(await store.open('a', { expiresAt: NOW + 60, capacity: 8 })).toBe('opened')
      expect((await store.append('a', 'x'.repeat(65_536))).outcome).toBe('stored')
    } finally {
      await limited.close()
      await small[Symbol.asyncDispose]()
    }
  })

  it('name the setting by which Redis would forget', async () => {
    const forgetful = await TestRedis.start({
      path,
      appendOnly: false,
      args: ['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru'],
    })
    try {
      const { url } = forgetful
      expect(await problemOf(connectRedis({ url, durability: 'memory' }))).toEqual([
        'REDIS_NOT_DURABLE',
        'maxmemory-policy',
        false,
      ])
      const asked = await connectRedis({
        url: redis.url.replace('//', '//:hunter2@'),
        durability: 'everysec',
      })
      await asked.close()
      const alone = connectRedis({ url: redis.url.replace('//', '//:hunter2@'), replicas: 1 })
      expect(await problemOf(alone)).toEqual(['REDIS_NOT_DURABLE', 'connected_slaves', false])
      const always = connectRedis({ url: redis.url.replace('//', '//:hunter2@'), durability: 'always' })
      expect(await problemOf(always)).toEqual(['REDIS_NOT_DURABLE', 'appendfsync', false])
      for (const [setting, value] of [
        ['appendonly', 'yes'],
        ['appendfsync', 'always'],
        ['no-appendfsync-on-rewrite', 'yes'],
        ['maxmemory', '0'],
      ] as const)
        await set(forgetful, setting, value)
      expect(await problemOf(connectRedis({ url, durability: 'always' }))).toEqual([
        'REDIS_NOT_DURABLE',
        'no-appendfsync-on-rewrite',
        false,
      ])
      await (await connectRedis({ url })).close()
    } finally {
      await forgetful[Symbol.asyncDispose]()
    }
  })

  it('end with a code where Redis is not there or refuses, without a password in it', async () => {
    const gone = await TestRedis.start({ path })
    await gone.kill()
    const { url } = gone
    const unreachable = connectRedis({ url: url.replace('//', '//:hunter2@'), commandMilliseconds: 50 })
    expect(await problemOf(unreachable)).toEqual(['REDIS_FAILED', 'unreachable', true])
    const wrong = await connectRedis({ url: redis.url.replace('//', '//:hunter3@') }).catch((error) => error)
    expect(isUportError(wrong, 'REDIS_FAILED')).toBe(true)
    expect(inspect(wrong, { depth: 9 })).not.toContain('hunter3')
    await expect(connectRedis({ url: 'http://:hunter2@127.0.0.1' })).rejects.toThrow(TypeError)
    await gone[Symbol.asyncDispose]()
  })

  it('find everything again after Redis was killed and started anew', async () => {
    // With less it may answer before it writes, when its disk is slow.
    const killed = await TestRedis.start({ path, args: ['--appendfsync', 'always'] })
    const client = await connectRedis({ url: killed.url, durability: 'always' })
    try {
      const store = redisTopicStore({ client: client.client, clock: new ManualClock(NOW) })
      await store.open('a', { expiresAt: NOW + 60, capacity: 8 })
      await store.append('a', 'kept')
      await killed.kill()
      await killed.start()
      expect(await store.read('a', 0)).toEqual([{ cursor: 1, body: 'kept' }])
    } finally {
      await client.close()
      await killed[Symbol.asyncDispose]()
    }
  })
})

async function set({ url }: TestRedis, setting: string, value: string): Promise<void> {
  const client = new Redis(url)
  await client.config('SET', setting, value)
  client.disconnect()
}

function request(id: string) {
  return {
    id,
    issuer: 'did:ethr:0x1',
    requestType: 'shareReq',
    jwt: 'a.b.c',
    expiresAt: NOW + 60,
    reply: { channel: 'relay', callback: 'https://relay.example/t/x', state: { secret: 's' } },
  } as const
}

/** What a bus tells, one after the other. */
function hear(bus: TopicBus): { next(): Promise<string> } {
  const heard: string[] = []
  let wake: () => void = () => {}
  const tell = (what: string): void => {
    heard.push(what)
    wake()
  }
  bus.subscribe({ changed: tell, lost: () => tell('lost') })
  return {
    next: async () => {
      for (;;) {
        const first = heard.shift()
        if (first !== undefined) return first
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}
