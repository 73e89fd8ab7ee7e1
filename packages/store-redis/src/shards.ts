import { createHash } from 'node:crypto'
import type { RedisClient } from './redis-client.ts'

export interface ShardOptions {
  /** What every key begins with. Default `uport:`. All servers of one service use the same. */
  readonly prefix?: string | undefined
  /**
   * Over how many slots a Cluster spreads what belongs together. Default 64 on a Cluster, 1 on a single node. All
   * servers of one service use the same.
   */
  readonly shards?: number | undefined
}

/** Where keys go: those of one shard carry the same hash tag, so that one script may touch them all. */
export interface Shards {
  readonly count: number
  all(): readonly number[]
  of(name: string): number
  key(shard: number, rest: string): string
}

export function shardsOf(client: RedisClient, options: ShardOptions): Shards {
  const { prefix = 'uport:', shards: count = client.isCluster ? 64 : 1 } = options
  if (/[{}]/.test(prefix)) throw new TypeError('prefix must be without braces: they mark the hash tag')
  if (!Number.isSafeInteger(count) || count < 1 || count > 1024)
    throw new TypeError('shards must be a whole number from 1 to 1024')
  return {
    count,
    all: () => Array.from({ length: count }, (_, shard) => shard),
    of: (name) => createHash('sha256').update(name).digest().readUInt32BE(0) % count,
    key: (shard, rest) => `${prefix}{${shard}}:${rest}`,
  }
}
