import type { Clock, RateBucket, RateStore } from '@uport-kit/core'
import { RateLimiter } from '@uport-kit/server-operations/http'
import { failureName, type RelayLog } from '../relay-log.ts'

/** Counts what comes too often. */
export interface Rates {
  /** Takes a token. @returns 0 when there was one, else the whole seconds until there is */
  take(key: string): number | Promise<number>
}

export interface RatesOptions extends RateBucket {
  /** Buckets remembered in memory. */
  readonly maxKeys: number
  readonly clock: Clock
  /** Where the processes of this relay count together. Without it each of them counts for itself. */
  readonly store?: RateStore | undefined
  /** Goes before every key in the store. */
  readonly prefix: string
  readonly log: RelayLog
}

/** Rates in the shared store; while that fails, this process counts for itself, so the bound never falls away. */
export function createRates({ store, prefix, log, ...options }: RatesOptions): Rates {
  const own = new RateLimiter(options)
  if (store === undefined) return own
  const bucket = { burst: options.burst, perSecond: options.perSecond }
  return {
    take: (key) =>
      store.take(prefix + key, bucket).catch((cause: unknown) => {
        log({ event: 'failed', operation: 'rates', error: failureName(cause) })
        return own.take(key)
      }),
  }
}
