import {
  type AppendOptions,
  type AppendResult,
  type Clock,
  isUportError,
  type OpenTopicResult,
  type Options,
  type ReadTopicOptions,
  systemClock,
  type TopicMessage,
  type TopicStore,
  type TopicToStore,
} from '@uport-kit/core'
import { type AcknowledgeOptions, acknowledged } from './acknowledge.ts'
import { type RedisClient, runCommand } from './redis-client.ts'
import { type ShardOptions, type Shards, shardsOf } from './shards.ts'
import { APPEND, OPEN, READ, REMOVE, SWEEP, TRIM } from './topic-scripts.ts'

export interface RedisTopicStoreOptions extends AcknowledgeOptions, ShardOptions {
  readonly client: RedisClient
  readonly clock?: Clock | undefined
  /** Topics that live at one time. Default 100,000. */
  readonly maxTopics?: number | undefined
  /** Of all bodies together. Default 256 MiB. Keep Redis's own `maxmemory` well above it. */
  readonly maxBytes?: number | undefined
}

/** Redis lets go of a topic that nobody swept this long after its end: a day. */
const LEFT_OVER_SECONDS = 86_400

/** Topics removed in one step, so that no sweep holds Redis up. */
const SWEEP_BATCH = 200

/**
 * Topics on Redis, shared by as many relays as there are. Every operation is one atomic script. On a Cluster topics are
 * spread over shards; the bounds are split evenly, so a Cluster is full a few percent early.
 *
 * @throws from its methods: UportError `REDIS_FAILED`
 */
export function redisTopicStore(options: RedisTopicStoreOptions): TopicStore {
  return new RedisTopicStore(options)
}

class RedisTopicStore implements TopicStore {
  readonly #options: RedisTopicStoreOptions
  readonly #client: RedisClient
  readonly #clock: Clock
  readonly #shards: Shards
  readonly #maxTopics: number
  readonly #maxBytes: number

  constructor(options: RedisTopicStoreOptions) {
    const { client, clock = systemClock(), maxTopics = 100_000, maxBytes = 268_435_456 } = options
    this.#options = options
    this.#client = client
    this.#clock = clock
    this.#shards = shardsOf(client, options)
    this.#maxTopics = Math.ceil(maxTopics / this.#shards.count)
    this.#maxBytes = Math.ceil(maxBytes / this.#shards.count)
  }

  async open(
    name: string,
    { expiresAt, capacity, maxTopics = Infinity, leaveTopics = 0 }: TopicToStore,
    options: Options = {},
  ): Promise<OpenTopicResult> {
    if (!Number.isSafeInteger(expiresAt) || !Number.isSafeInteger(capacity) || capacity < 1)
      throw new TypeError('a topic needs a whole expiresAt and a capacity of 1 or more')
    const now = this.#clock.now()
    const seconds = Math.max(1, expiresAt - now + LEFT_OVER_SECONDS)
    const keys = this.#keys(name)
    const all = Math.min(this.#maxTopics, Math.ceil(maxTopics / this.#shards.count))
    const most = all - Math.ceil(leaveTopics / this.#shards.count)
    try {
      const result = await runCommand(
        () =>
          this.#write(keys, () =>
            OPEN.run(this.#client, keys, [now, name, expiresAt, capacity, most, seconds]),
          ),
        options,
      )
      return result as OpenTopicResult
    } catch (cause) {
      if (isOutOfMemory(cause)) return 'full'
      throw cause
    }
  }

  async append(name: string, body: string, options: AppendOptions = {}): Promise<AppendResult> {
    const keys = this.#keys(name)
    const maxBytes = this.#maxBytes - Math.ceil((options.leaveBytes ?? 0) / this.#shards.count)
    const args = [this.#clock.now(), name, body, maxBytes]
    try {
      const [outcome, cursor] = (await runCommand(
        () => this.#write(keys, () => APPEND.run(this.#client, keys, args)),
        options,
      )) as [AppendResult['outcome'], number]
      return outcome === 'stored' || outcome === 'duplicate' ? { outcome, cursor } : { outcome }
    } catch (cause) {
      if (isOutOfMemory(cause)) return { outcome: 'store-full' }
      throw cause
    }
  }

  async read(
    name: string,
    cursor: number,
    options: ReadTopicOptions = {},
  ): Promise<readonly TopicMessage[] | undefined> {
    if (!Number.isSafeInteger(cursor) || cursor < 0) throw new TypeError('cursor must be 0 or more')
    const { maxMessages = Number.MAX_SAFE_INTEGER, maxBytes = Number.MAX_SAFE_INTEGER } = options
    const args = [this.#clock.now(), name, cursor, maxMessages, maxBytes]
    const answer = await runCommand(() => READ.run(this.#client, this.#keys(name), args), options)
    if (!Array.isArray(answer)) return undefined
    const [before, ...bodies] = answer as [number, ...string[]]
    return bodies.map((body, index) => ({ cursor: before + index + 1, body }))
  }

  async remove(name: string, options: Options = {}): Promise<boolean> {
    const keys = this.#keys(name)
    const removed = await runCommand(
      () => this.#write(keys, () => REMOVE.run(this.#client, keys, [this.#clock.now(), name])),
      options,
    )
    return removed === 1
  }

  async trim(name: string, cursor: number, options: Options = {}): Promise<boolean> {
    if (!Number.isSafeInteger(cursor) || cursor < 0) throw new TypeError('cursor must be 0 or more')
    const keys = this.#keys(name)
    const args = [this.#clock.now(), name, cursor]
    const found = await runCommand(() => this.#write(keys, () => TRIM.run(this.#client, keys, args)), options)
    return found === 1
  }

  async sweep(options: Options = {}): Promise<number> {
    let swept = 0
    for (const shard of this.#shards.all()) {
      const keys = [this.#shards.key(shard, 't:'), ...this.#accounts(shard)]
      for (let last = SWEEP_BATCH; last === SWEEP_BATCH; swept += last) {
        const args = [this.#clock.now(), SWEEP_BATCH]
        last = Number(await runCommand(() => SWEEP.run(this.#client, keys, args), options))
      }
    }
    return swept
  }

  /** The client is its owner's to close. */
  async close(): Promise<void> {}

  #write<T>(keys: readonly string[], write: () => Promise<T>): Promise<T> {
    return acknowledged(this.#client, keys[0] ?? '', this.#options, write)
  }

  #keys(name: string): readonly string[] {
    const shard = this.#shards.of(name)
    return [this.#shards.key(shard, `t:${name}`), ...this.#accounts(shard)]
  }

  #accounts(shard: number): readonly string[] {
    return ['index', 'sizes', 'total'].map((what) => this.#shards.key(shard, what))
  }
}

function isOutOfMemory(cause: unknown): boolean {
  return isUportError(cause, 'REDIS_FAILED') && cause.data.reason === 'full'
}
