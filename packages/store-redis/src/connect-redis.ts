import { Cluster, Redis } from 'ioredis'
import { checkDurability, type Durability } from './check-durability.ts'
import type { RedisClient } from './redis-client.ts'

export interface ConnectRedisOptions {
  /** `redis://` or, by TLS, `rediss://`, with user, password and database where there are some. Several: nodes of a Cluster. */
  readonly url: string | readonly [string, ...string[]]
  /** Default: a Cluster where several URLs are given. */
  readonly cluster?: boolean | undefined
  /** How long a command may take, waiting for a connection included. Default 5000. */
  readonly commandMilliseconds?: number | undefined
  /** What Redis must be set up for; see `Durability`. Default `everysec`. */
  readonly durability?: Durability | undefined
  /** How many replicas each master must have: as many as the stores are to wait for. Default 0. */
  readonly replicas?: number | undefined
  /** Told of connection errors by name and code, at most one a second. Default: silent. */
  readonly onError?:
    | ((error: { readonly name: string; readonly code?: string | undefined }) => void)
    | undefined
}

export interface RedisConnection extends AsyncDisposable {
  readonly client: RedisClient
  close(): Promise<void>
}

/** How many redirections a command follows while a Cluster elects a new master. */
const MAX_REDIRECTIONS = 100

/** Milliseconds between attempts to connect: from 50 up to this. */
const MAX_PAUSE = 2000

/**
 * Connects to Redis 7 or later with the settings that its stores and its bus need, and checks that Redis does not forget.
 *
 * @throws UportError `REDIS_FAILED` where it cannot be reached, `REDIS_NOT_DURABLE`
 */
export async function connectRedis(options: ConnectRedisOptions): Promise<RedisConnection> {
  const { commandMilliseconds = 5000, durability = 'everysec', replicas = 0 } = options
  const urls = (typeof options.url === 'string' ? [options.url] : options.url).map(parseRedisUrl)
  const [first] = urls
  if (first === undefined) throw new TypeError('connectRedis: give a URL')
  const pause = (times: number): number => Math.min(50 * times, MAX_PAUSE)
  const common = { commandTimeout: commandMilliseconds, ...first.login, ...first.tls }
  const client: RedisClient =
    (options.cluster ?? urls.length > 1)
      ? new Cluster(
          urls.map(({ host, port }) => ({ host, port })),
          {
            maxRedirections: MAX_REDIRECTIONS,
            shardedSubscribers: true,
            clusterRetryStrategy: pause,
            redisOptions: common,
          },
        )
      : new Redis({ ...common, host: first.host, port: first.port, db: first.db, retryStrategy: pause })
  client.on('error', atMostOneASecond(options.onError))
  const close = async (): Promise<void> => client.disconnect()
  try {
    await checkDurability(client, durability, replicas)
  } catch (cause) {
    await close()
    throw cause
  }
  return { client, close, [Symbol.asyncDispose]: close }
}

function parseRedisUrl(text: string) {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'redis:' && url?.protocol !== 'rediss:')
    // The text may hold a password.
    throw new TypeError('connectRedis: url must begin with redis:// or rediss://')
  const db = url.pathname.slice(1)
  if (!/^\d{0,4}$/.test(db))
    throw new TypeError('connectRedis: the path of url must be the number of a database')
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    db: Number(db),
    login: {
      ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
      ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    },
    tls: url.protocol === 'rediss:' ? { tls: {} } : {},
  }
}

function atMostOneASecond(
  report: ConnectRedisOptions['onError'],
): (error: Error & { code?: string }) => void {
  let last = Number.NEGATIVE_INFINITY
  return ({ name, code }) => {
    const now = performance.now()
    if (report === undefined || now - last < 1000) return
    last = now
    report({ name, code })
  }
}
