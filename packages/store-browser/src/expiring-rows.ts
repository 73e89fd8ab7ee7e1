import type { Clock } from '@uport-kit/core'
import { outcome } from '@uport-kit/core/indexeddb'

/** Seconds that a row outlives its request: the port's minimum, and as long as verifiers forgive old clocks. */
const RETENTION = 300
/** Seconds between two sweeps of one tab. */
const SWEEP_INTERVAL = 60
/** Rows that one sweep clears away: it must not hold up the write that it comes with. */
const MAX_SWEPT = 500

/** Until when a row counts. @throws TypeError where the time is none */
export function endOf(expiresAt: number): number {
  if (!Number.isFinite(expiresAt)) throw new TypeError('expiresAt must be a finite number')
  return expiresAt + RETENTION
}

/** Clears away what has expired, now and then, in the transaction of a write. */
export class Sweeper {
  readonly #clock: Clock
  #next = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async sweep(rows: IDBObjectStore): Promise<void> {
    const now = this.#clock.now()
    if (now < this.#next) return
    this.#next = now + SWEEP_INTERVAL
    const oldest: readonly { readonly id: string; readonly until: number }[] = await outcome(
      rows.index('until').getAll(undefined, MAX_SWEPT),
    )
    for (const { id, until } of oldest) if (now > until) await outcome(rows.delete(id))
  }
}
