import { UportError } from '../errors/uport-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { PendingRequest, RequestStore } from '../ports/request-store.ts'
import { ExpiringMap } from './expiring-map.ts'

/** What the port asks for at least, and enough for the clocks of old peers. */
const MIN_RETENTION = 300
const DEFAULT_MAX_RECORDS = 100_000

export interface MemoryRequestStoreOptions {
  readonly clock: Clock
  /** Seconds that a record outlives its request's expiry: 300 (default) or more. */
  readonly retentionSeconds?: number | undefined
  /** Default 100 000; a record takes some kilobytes. One more is refused with `REQUEST_STORE_FULL`. */
  readonly maxRecords?: number | undefined
}

interface Entry {
  readonly record: PendingRequest
  replyHash?: string
}

/**
 * Requests in the memory of one process: for tests, command line tools, pages that are not reloaded, and servers of one
 * process. Records are deep-frozen copies, as plain JSON, so that nothing works here that fails with a database.
 *
 * @throws TypeError when an option is out of range
 */
export function memoryRequestStore(options: MemoryRequestStoreOptions): RequestStore {
  const retention = options.retentionSeconds ?? MIN_RETENTION
  if (!Number.isFinite(retention) || retention < MIN_RETENTION) {
    throw new TypeError(`retentionSeconds must be ${MIN_RETENTION} or more`)
  }
  const entries = new ExpiringMap<Entry>(options.clock, options.maxRecords ?? DEFAULT_MAX_RECORDS)
  return {
    async put(record, { signal } = {}) {
      signal?.throwIfAborted()
      if (!Number.isFinite(record.expiresAt)) throw new TypeError('expiresAt must be a finite number')
      if (entries.get(record.id) !== undefined) {
        throw new UportError(
          'REQUEST_ID_IN_USE',
          'The request id is in use: give every request a fresh random id',
        )
      }
      entries.set(record.id, { record: frozenCopy(record) }, record.expiresAt + retention)
    },

    async get(id, { signal } = {}) {
      signal?.throwIfAborted()
      return entries.get(id)?.record
    },

    // Atomic because nothing is awaited between looking and writing.
    async consume(id, replyHash, { signal } = {}) {
      signal?.throwIfAborted()
      const entry = entries.get(id)
      if (entry === undefined) return 'unknown'
      if (entry.replyHash !== undefined) return entry.replyHash === replyHash ? 'same' : 'lost'
      entry.replyHash = replyHash
      return 'won'
    },
  }
}

function frozenCopy(record: PendingRequest): PendingRequest {
  return JSON.parse(JSON.stringify(record), (_member, value: unknown) =>
    typeof value === 'object' && value !== null ? Object.freeze(value) : value,
  )
}
