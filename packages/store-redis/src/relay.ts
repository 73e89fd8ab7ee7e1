import type { Clock, RateStore, TopicBus, TopicStore } from '@uport-kit/core'
import { readEnvironment } from './environment.ts'
import { connectRedis, redisRateStore, redisTopicBus, redisTopicStore } from './index.ts'

/**
 * Everything that a relay keeps on Redis, for `uport-relay --store @uport-kit/store-redis/relay`. Set by the environment:
 * `UPORT_REDIS_URL` (several, separated by commas: a Cluster), `UPORT_REDIS_PREFIX`, `UPORT_REDIS_DURABILITY`,
 * `UPORT_REDIS_REPLICAS`.
 *
 * @throws UportError `REDIS_FAILED`, `REDIS_NOT_DURABLE`; TypeError for a setting that cannot be read
 */
export default async function openRelayStores({
  clock,
  limits,
}: {
  readonly clock: Clock
  readonly limits: { readonly maxTopics: number; readonly maxStoreBytes: number }
}): Promise<{ store: TopicStore; bus: TopicBus; rates: RateStore; close(): Promise<void> }> {
  const { url, prefix, durability, replicas } = readEnvironment(process.env)
  const { client, close: disconnect } = await connectRedis({ url, durability, replicas })
  const bus = redisTopicBus({ client, clock, prefix })
  const close = async (): Promise<void> => {
    await bus.close()
    await disconnect()
  }
  try {
    await bus.ready
  } catch (cause) {
    await close()
    throw cause
  }
  const { maxTopics, maxStoreBytes: maxBytes } = limits
  const store = redisTopicStore({ client, clock, prefix, replicas, maxTopics, maxBytes })
  return { store, bus, rates: redisRateStore({ client, clock, prefix }), close }
}
