import { registerConformance, requestStoreCases, topicStoreCases } from '@uport-kit/conformance'
import { ManualClock } from '@uport-kit/core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { describeWithProgram } from '../../../test/support/describe-with-program.ts'
import { TestRedis, TestRedisCluster } from '../../../test/support/redis.ts'
import {
  connectRedis,
  type RedisClient,
  type RedisConnection,
  redisRequestStore,
  redisTopicStore,
} from './index.ts'

const NOW = 1_700_000_000

function registerAll(name: string, client: () => RedisClient, replicas: number): void {
  // Cases count on a store of their own.
  let stores = 0
  registerConformance({ describe, it }, `redisTopicStore on ${name}`, topicStoreCases, () => {
    const clock = new ManualClock(NOW)
    const prefix = `topics${stores++}:`
    const store = redisTopicStore({ client: client(), clock, prefix, replicas })
    return { store, now: () => clock.now(), advance: (seconds) => clock.advance(seconds) }
  })
  registerConformance({ describe, it }, `redisRequestStore on ${name}`, requestStoreCases, () => {
    const clock = new ManualClock(NOW)
    const prefix = `requests${stores++}:`
    const store = redisRequestStore({ client: client(), clock, prefix, replicas })
    return { store, now: () => clock.now(), advance: (seconds) => clock.advance(seconds) }
  })
}

describeWithProgram('redis-server', 'on one Redis', (path) => {
  let redis: TestRedis
  let connection: RedisConnection
  beforeAll(async () => {
    redis = await TestRedis.start({ path })
    connection = await connectRedis({ url: redis.url })
  })
  afterAll(async () => {
    await connection.close()
    await redis[Symbol.asyncDispose]()
  })
  registerAll('one node', () => connection.client, 0)
})

describeWithProgram('redis-server', 'on a Redis Cluster', (path) => {
  let cluster: TestRedisCluster
  let connection: RedisConnection
  beforeAll(async () => {
    cluster = await TestRedisCluster.start({ path })
    connection = await connectRedis({ url: cluster.urls })
  })
  afterAll(async () => {
    await connection.close()
    await cluster[Symbol.asyncDispose]()
  })
  registerAll('a Cluster, each write on a replica too', () => connection.client, 1)
})
