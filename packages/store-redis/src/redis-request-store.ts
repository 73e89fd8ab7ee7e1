import {
  type AnsweredRequests,
  type Clock,
  type ConsumeResult,
  type Options,
  type PendingRequest,
  type RequestStore,
  sha256Base64url,
  systemClock,
  UportError,
} from '@uport-kit/core'
import { type AcknowledgeOptions, acknowledged } from './acknowledge.ts'
import { type RedisClient, runCommand } from './redis-client.ts'
import { RedisScript } from './redis-script.ts'

export interface RedisRequestStoreOptions extends AcknowledgeOptions {
  readonly client: RedisClient
  readonly clock?: Clock | undefined
  /** What every key begins with. Default `uport:`. */
  readonly prefix?: string | undefined
}

/** Seconds a record outlives its request: the port's minimum, and longer than any clock tolerance. */
const RETENTION = 300

/** Seconds that Redis keeps a record longer, for servers whose clocks differ. */
const SLACK = 600

/** ARGV: record, until, seconds. */
const PUT = new RedisScript(`
if redis.call('HSETNX', KEYS[1], 'record', ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'until', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
`)

/** ARGV: now, hash of the reply. */
const CONSUME = new RedisScript(`
local till = redis.call('HGET', KEYS[1], 'until')
if not till or tonumber(till) < tonumber(ARGV[1]) then return 'unknown' end
if redis.call('HSETNX', KEYS[1], 'spent', ARGV[2]) == 1 then return 'won' end
if redis.call('HGET', KEYS[1], 'spent') == ARGV[2] then return 'same' end
return 'lost'
`)

/**
 * Requests that wait, shared by all servers of an application: a login begun at one is verified at another, once. Records
 * hold the read secrets of reply addresses: Redis must not be open to others.
 *
 * @throws from its methods: UportError `REDIS_FAILED`
 */
export function redisRequestStore(options: RedisRequestStoreOptions): RequestStore {
  const { client, clock = systemClock() } = options
  const keyOf = keysOf(options, 'request:')
  return {
    async put(record: PendingRequest, { signal }: Options = {}): Promise<void> {
      const key = keyOf(record.id)
      const until = record.expiresAt + RETENTION
      const seconds = Math.max(1, until - clock.now() + SLACK)
      const args = [JSON.stringify(record), until, seconds]
      const put = () => acknowledged(client, key, options, () => PUT.run(client, [key], args))
      if ((await runCommand(put, { signal })) !== 1)
        throw new UportError(
          'REQUEST_ID_IN_USE',
          'The request id is in use; give every request a fresh random id.',
        )
    },

    async get(id: string, { signal }: Options = {}): Promise<PendingRequest | undefined> {
      const [text, until] = await runCommand(() => client.hmget(keyOf(id), 'record', 'until'), { signal })
      if (typeof text !== 'string' || Number(until) < clock.now()) return undefined
      const record: PendingRequest = JSON.parse(text)
      return record
    },

    async consume(id: string, replyHash: string, { signal }: Options = {}): Promise<ConsumeResult> {
      const key = keyOf(id)
      const args = [clock.now(), replyHash]
      const consume = () => acknowledged(client, key, options, () => CONSUME.run(client, [key], args))
      return (await runCommand(consume, { signal })) as ConsumeResult
    },
  }
}

/**
 * The requests that a wallet, or the servers of a wallet, have answered.
 *
 * @throws from its method: UportError `REDIS_FAILED`
 */
export function redisAnsweredRequests(options: RedisRequestStoreOptions): AnsweredRequests {
  const { client, clock = systemClock() } = options
  const keyOf = keysOf(options, 'answered:')
  return {
    async claim(requestHash: string, expiresAt: number, { signal }: Options = {}): Promise<boolean> {
      const key = keyOf(requestHash)
      const seconds = Math.max(1, expiresAt - clock.now() + SLACK)
      const claim = () => acknowledged(client, key, options, () => client.set(key, '1', 'EX', seconds, 'NX'))
      return (await runCommand(claim, { signal })) === 'OK'
    },
  }
}

/** Ids come from outside; their hash is a key of known length. */
function keysOf({ prefix = 'uport:' }: RedisRequestStoreOptions, kind: string): (id: string) => string {
  return (id) => `${prefix}${kind}${sha256Base64url(id)}`
}
