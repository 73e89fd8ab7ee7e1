import { type Clock, type RateStore, sha256Base64url, systemClock } from '@uport-kit/core'
import { type RedisClient, runCommand } from './redis-client.ts'
import { RedisScript } from './redis-script.ts'

export interface RedisRateStoreOptions {
  readonly client: RedisClient
  readonly clock?: Clock | undefined
  /** What every key begins with. Default `uport:`. */
  readonly prefix?: string | undefined
}

/** ARGV: now, burst, tokens a second. A clock that was set back refills nothing. @returns the tokens before this one was taken */
const TAKE = new RedisScript(`
local now, burst, rate = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local f = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = burst
if f[1] then tokens = math.min(burst, tonumber(f[1]) + math.max(0, now - tonumber(f[2])) * rate) end
local left = tokens
if tokens >= 1 then left = tokens - 1 end
redis.call('HSET', KEYS[1], 'tokens', tostring(left), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], math.ceil(burst / rate) + 1)
return tostring(tokens)
`)

/**
 * Rates that servers count together. Keys are hashed: client addresses are not written down.
 *
 * @throws from its method: UportError `REDIS_FAILED`
 */
export function redisRateStore({
  client,
  clock = systemClock(),
  prefix = 'uport:',
}: RedisRateStoreOptions): RateStore {
  return {
    async take(key, { burst, perSecond }, options = {}) {
      const name = `${prefix}rate:${sha256Base64url(key)}`
      const args = [clock.now(), burst, perSecond]
      const tokens = Number(await runCommand(() => TAKE.run(client, [name], args), options))
      return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond))
    },
  }
}
