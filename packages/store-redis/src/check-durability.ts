import { UportError } from '@uport-kit/core'
import type { Redis } from 'ioredis'
import { isCluster, type RedisClient, runCommand } from './redis-client.ts'

/**
 * What an acknowledged write survives. `always`: a power cut (`appendfsync always`), and the death of the Redis process.
 * `everysec`: the death of the process, while its disk keeps up: Redis answers before it writes when a flush takes longer
 * than a second, and may then forget up to two. `memory`: neither, for tests and for what may be lost.
 */
export type Durability = 'always' | 'everysec' | 'memory'

/**
 * Checks the settings of every node: a replica may be a master tomorrow. Those that a hosted Redis does not tell are
 * passed over.
 *
 * @param replicas how many must be connected to every master
 * @throws UportError `REDIS_NOT_DURABLE`, `REDIS_FAILED`
 */
export async function checkDurability(
  client: RedisClient,
  durability: Durability,
  replicas: number,
): Promise<void> {
  await runCommand(() => client.ping())
  const nodes = isCluster(client) ? client.nodes('all') : [client]
  for (const settings of await Promise.all(nodes.map(readSettings))) {
    if (settings.get('maxmemory') !== '0') require(settings, 'maxmemory-policy', ['noeviction'])
    if (durability === 'memory') continue
    require(settings, 'appendonly', ['yes'])
    require(settings, 'appendfsync', durability === 'always' ? ['always'] : ['everysec', 'always'])
    if (durability === 'always') require(settings, 'no-appendfsync-on-rewrite', ['no'])
  }
  if (replicas === 0) return
  const masters = isCluster(client) ? client.nodes('master') : [client]
  await Promise.all(masters.map((master) => requireReplicas(master, replicas)))
}

const SETTINGS = ['appendonly', 'appendfsync', 'no-appendfsync-on-rewrite', 'maxmemory', 'maxmemory-policy']

async function readSettings(node: Redis): Promise<ReadonlyMap<string, string>> {
  const pairs = await Promise.all(
    SETTINGS.map((name): Promise<unknown> => node.config('GET', name).catch(() => [])),
  )
  const found = new Map<string, string>()
  for (const pair of pairs)
    if (Array.isArray(pair) && typeof pair[1] === 'string') found.set(String(pair[0]), pair[1])
  return found
}

function require(settings: ReadonlyMap<string, string>, setting: string, wanted: readonly string[]): void {
  const value = settings.get(setting)
  if (value === undefined || wanted.includes(value)) return
  const [first = ''] = wanted
  throw new UportError(
    'REDIS_NOT_DURABLE',
    `Redis has ${setting} ${value}, and would forget what it acknowledged; set ${setting} ${first}, or ask for less durability.`,
    { data: { setting, value, wanted: first } },
  )
}

/** Without them no write would count. */
async function requireReplicas(master: Redis, wanted: number): Promise<void> {
  const text = await master.info('replication').catch(() => '')
  const value = /^connected_slaves:(\d+)/m.exec(text)?.[1]
  if (value === undefined || Number(value) >= wanted) return
  throw new UportError(
    'REDIS_NOT_DURABLE',
    `Redis has ${value} connected replicas, and ${wanted} must have each write; connect more, or ask for fewer.`,
    { data: { setting: 'connected_slaves', value, wanted: String(wanted) } },
  )
}
