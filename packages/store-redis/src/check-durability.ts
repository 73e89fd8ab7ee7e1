import { UportError } from '@uport-kit/core'
import type { Redis } from 'ioredis'
import { isCluster, type RedisClient, runCommand } from './redis-client.ts'

/**
 * What an acknowledged write survives. `always`: a power cut (`appendfsync always`). `everysec`: the death of the Redis
 * process; a power cut may cost a second. `memory`: neither, for tests and for what may be lost.
 */
export type Durability = 'always' | 'everysec' | 'memory'

/**
 * Checks the settings of every master. Those that a hosted Redis does not tell are passed over.
 *
 * @throws UportError `REDIS_NOT_DURABLE`, `REDIS_FAILED`
 */
export async function checkDurability(client: RedisClient, durability: Durability): Promise<void> {
  await runCommand(() => client.ping())
  const masters = isCluster(client) ? client.nodes('master') : [client]
  for (const master of masters) {
    const settings = await readSettings(master)
    if (settings.get('maxmemory') !== '0') require(settings, 'maxmemory-policy', ['noeviction'])
    if (durability === 'memory') continue
    require(settings, 'appendonly', ['yes'])
    require(settings, 'appendfsync', durability === 'always' ? ['always'] : ['everysec', 'always'])
  }
}

async function readSettings(node: Redis): Promise<ReadonlyMap<string, string>> {
  const names = ['appendonly', 'appendfsync', 'maxmemory', 'maxmemory-policy']
  const found = new Map<string, string>()
  for (const name of names) {
    const pair: unknown = await node.config('GET', name).catch(() => [])
    if (Array.isArray(pair) && typeof pair[1] === 'string') found.set(name, pair[1])
  }
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
