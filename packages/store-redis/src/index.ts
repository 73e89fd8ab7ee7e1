export type { AcknowledgeOptions } from './acknowledge.ts'
export type { Durability } from './check-durability.ts'
export { type ConnectRedisOptions, connectRedis, type RedisConnection } from './connect-redis.ts'
export type { RedisProblem } from './errors.ts'
export type { RedisClient } from './redis-client.ts'
export { type RedisRateStoreOptions, redisRateStore } from './redis-rate-store.ts'
export {
  type RedisRequestStoreOptions,
  redisAnsweredRequests,
  redisRequestStore,
} from './redis-request-store.ts'
export { type RedisTopicBus, type RedisTopicBusOptions, redisTopicBus } from './redis-topic-bus.ts'
export { type RedisTopicStoreOptions, redisTopicStore } from './redis-topic-store.ts'
export type { ShardOptions } from './shards.ts'
