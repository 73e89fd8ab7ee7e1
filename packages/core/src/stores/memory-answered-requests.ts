import type { Clock } from '../ports/clock.ts'
import type { AnsweredRequests } from '../ports/wallet.ts'
import { ExpiringMap } from './expiring-map.ts'

/** Verifiers forgive clocks up to 300 s, so a request may still verify so long after its expiry. */
const RETENTION = 300
const DEFAULT_MAX_RECORDS = 100_000

export interface MemoryAnsweredRequestsOptions {
  readonly clock: Clock
  /** Default 100 000. One more is refused with `REQUEST_STORE_FULL`. */
  readonly maxRecords?: number | undefined
}

/**
 * The requests that a wallet answered, in the memory of one process. Claims stay for 300 s past the request's expiry;
 * after that none succeeds, so that no request is ever answered twice while the process runs.
 *
 * @throws TypeError when an option is out of range
 */
export function memoryAnsweredRequests(options: MemoryAnsweredRequestsOptions): AnsweredRequests {
  const { clock } = options
  const claimed = new ExpiringMap<true>(clock, options.maxRecords ?? DEFAULT_MAX_RECORDS)
  return {
    async claim(requestHash, expiresAt, { signal } = {}) {
      signal?.throwIfAborted()
      if (!Number.isFinite(expiresAt)) throw new TypeError('expiresAt must be a finite number')
      const until = expiresAt + RETENTION
      if (until <= clock.now() || claimed.get(requestHash) !== undefined) return false
      claimed.set(requestHash, true, until)
      return true
    },
  }
}
