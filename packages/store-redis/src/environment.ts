import type { Durability } from './check-durability.ts'

/** What a process is told about its Redis. */
export interface RedisEnvironment {
  readonly url: string | readonly [string, ...string[]]
  readonly prefix: string | undefined
  readonly durability: Durability | undefined
  readonly replicas: number | undefined
}

const DURABILITIES: readonly Durability[] = ['always', 'everysec', 'memory']

/** Reads `UPORT_REDIS_*`. Throws a TypeError that names the variable, never its value. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): RedisEnvironment {
  const [first, ...rest] = (env['UPORT_REDIS_URL'] ?? '').split(',').map((url) => url.trim())
  if (first === undefined || first === '')
    throw new TypeError('UPORT_REDIS_URL is not set: give a redis:// or rediss:// URL, several for a Cluster')
  const durability = env['UPORT_REDIS_DURABILITY']
  const known = DURABILITIES.find((one) => one === durability)
  if (durability !== undefined && known === undefined)
    throw new TypeError(`UPORT_REDIS_DURABILITY must be one of ${DURABILITIES.join(', ')}`)
  const replicas = env['UPORT_REDIS_REPLICAS']
  if (replicas !== undefined && !/^\d{1,2}$/.test(replicas))
    throw new TypeError('UPORT_REDIS_REPLICAS must be a whole number')
  return {
    url: rest.length === 0 ? first : [first, ...rest],
    prefix: env['UPORT_REDIS_PREFIX'],
    durability: known,
    replicas: replicas === undefined ? undefined : Number(replicas),
  }
}
