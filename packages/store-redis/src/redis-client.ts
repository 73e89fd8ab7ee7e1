import { isUportError, type Options, UportError } from '@uport-kit/core'
import type { Cluster, Redis } from 'ioredis'
import type { RedisProblem } from './errors.ts'

/** A client of ioredis: for one node, or for a Cluster. */
export type RedisClient = Redis | Cluster

/** By its own word: a client may come from another copy of the library. */
export function isCluster(client: RedisClient): client is Cluster {
  return client.isCluster
}

/** Runs a command; what fails is told without its arguments, which carry bodies and names. */
export async function runCommand<T>(command: () => Promise<T>, { signal }: Options = {}): Promise<T> {
  signal?.throwIfAborted()
  let result: T
  try {
    result = await command()
  } catch (cause) {
    throw isUportError(cause) ? cause : redisFailed(problemOf(cause))
  }
  signal?.throwIfAborted()
  return result
}

export function redisFailed(reason: RedisProblem): UportError<'REDIS_FAILED'> {
  const advice: Record<RedisProblem, string> = {
    unreachable: 'did not answer; check that it runs at this address',
    full: 'has no memory left; give it more, or wait until topics expire',
    'not-replicated': 'did not get the write to enough replicas in time; check that they are connected',
    refused: 'refused a command; check its version (7 or later) and the rights of this user',
  }
  return new UportError('REDIS_FAILED', `Redis ${advice[reason]}.`, {
    data: { reason },
    retryable: reason !== 'refused',
  })
}

/** The kind of a failure by the words that Redis begins its errors with (RESP: simple errors). */
function problemOf(cause: unknown): RedisProblem {
  if (!(cause instanceof Error)) return 'unreachable'
  if (/\bOOM command not allowed\b/.test(cause.message)) return 'full'
  if (/^NOREPLICAS\b/.test(cause.message)) return 'not-replicated'
  return cause.name === 'ReplyError' &&
    !/^(LOADING|CLUSTERDOWN|TRYAGAIN|READONLY|MASTERDOWN)\b/.test(cause.message)
    ? 'refused'
    : 'unreachable'
}
