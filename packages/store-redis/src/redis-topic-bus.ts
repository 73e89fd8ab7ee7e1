import { type Clock, systemClock, type TopicBus } from '@uport-kit/core'
import type { Redis } from 'ioredis'
import { isCluster, type RedisClient } from './redis-client.ts'
import { type ShardOptions, type Shards, shardsOf } from './shards.ts'

export interface RedisTopicBusOptions extends ShardOptions {
  readonly client: RedisClient
  readonly clock?: Clock | undefined
  /**
   * Seconds after which whoever waits reads the store again, whether or not a message came: pub/sub loses what is sent
   * while a connection or a master is down. Default 5.
   */
  readonly rereadSeconds?: number | undefined
}

/** A bus that lets go of its connection at its end. */
export interface RedisTopicBus extends TopicBus, AsyncDisposable {
  /** Resolves when it listens; rejects when Redis refuses. */
  readonly ready: Promise<void>
  close(): Promise<void>
}

type Listener = Parameters<TopicBus['subscribe']>[0]

/**
 * Tells relays what changed, by publish and subscribe; by sharded channels on a Cluster, whose client must have been made
 * with `shardedSubscribers: true` (`connectRedis` does).
 */
export function redisTopicBus(options: RedisTopicBusOptions): RedisTopicBus {
  return new Bus(options)
}

class Bus implements RedisTopicBus {
  readonly ready: Promise<void>
  readonly #client: RedisClient
  readonly #shards: Shards
  readonly #channels: readonly string[]
  readonly #listeners = new Set<Listener>()
  /** A single node needs a connection of its own to listen on; a Cluster's client has some. */
  readonly #own: Redis | undefined
  readonly #onMessage = (_channel: string, name: string): void => {
    for (const listener of [...this.#listeners]) listener.changed(name)
  }
  #cancel: () => void = () => {}
  #closing: Promise<void> | undefined

  constructor({ client, clock = systemClock(), rereadSeconds = 5, ...shards }: RedisTopicBusOptions) {
    if (!(rereadSeconds > 0)) throw new TypeError('rereadSeconds must be more than 0')
    this.#client = client
    this.#shards = shardsOf(client, shards)
    this.#channels = this.#shards.all().map((shard) => this.#shards.key(shard, 'changes'))
    if (isCluster(client)) {
      client.on('smessage', this.#onMessage)
      this.ready = this.#listenOnCluster()
    } else {
      this.#own = client.duplicate({ autoResubscribe: false, maxRetriesPerRequest: null })
      this.#own.on('message', this.#onMessage)
      this.ready = this.#listenOn(this.#own)
    }
    this.ready.catch(() => {})
    const reread = (): void => {
      this.#cancel = clock.after(rereadSeconds, () => {
        this.#lost()
        reread()
      })
    }
    reread()
  }

  publish(name: string): void {
    const channel = this.#shards.key(this.#shards.of(name), 'changes')
    const sent = this.#client.isCluster
      ? this.#client.spublish(channel, name)
      : this.#client.publish(channel, name)
    // A hint that is lost is made good by the next time that the store is read.
    sent.catch(() => {})
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    this.#cancel()
    this.#listeners.clear()
    if (this.#own !== undefined) return this.#own.disconnect()
    this.#client.off('smessage', this.#onMessage)
    await Promise.allSettled(this.#channels.map((channel) => this.#client.sunsubscribe(channel)))
  }

  async #listenOnCluster(): Promise<void> {
    // One channel at a time: each belongs to a slot of its own.
    await Promise.all(this.#channels.map((channel) => this.#client.ssubscribe(channel)))
  }

  /** Subscribes after every connect, and only then says that messages may have been lost meanwhile. */
  #listenOn(connection: Redis): Promise<void> {
    return new Promise((resolve, reject) => {
      connection.on('error', () => {})
      connection.on('ready', () => {
        connection.subscribe(...this.#channels).then(
          () => {
            this.#lost()
            resolve()
          },
          (cause) => reject(cause),
        )
      })
    })
  }

  #lost(): void {
    for (const listener of [...this.#listeners]) listener.lost()
  }
}
