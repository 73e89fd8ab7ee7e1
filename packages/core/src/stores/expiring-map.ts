import { UportError } from '../errors/uport-error.ts'
import type { Clock } from '../ports/clock.ts'

/** How often a full look through the entries is worth its time, in seconds. */
const SWEEP_INTERVAL = 60

/**
 * A bounded map whose entries disappear at a time of their own. Full, it refuses rather than forget what still counts:
 * a forgotten request could be answered twice.
 */
export class ExpiringMap<Value> {
  readonly #clock: Clock
  readonly #maxRecords: number
  readonly #entries = new Map<string, { readonly value: Value; readonly until: number }>()
  #sweptAt: number

  constructor(clock: Clock, maxRecords: number) {
    if (!Number.isSafeInteger(maxRecords) || maxRecords < 1) {
      throw new TypeError('maxRecords must be a positive integer')
    }
    this.#clock = clock
    this.#maxRecords = maxRecords
    this.#sweptAt = clock.now()
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.until > this.#clock.now()) return entry?.value
    this.#entries.delete(key)
    return undefined
  }

  /**
   * @param until Unix seconds from which on the entry is gone
   * @throws UportError `REQUEST_STORE_FULL`
   */
  set(key: string, value: Value, until: number): void {
    const now = this.#clock.now()
    const full = this.#entries.size >= this.#maxRecords && !this.#entries.has(key)
    // Full, it looks once a second at most: otherwise whoever fills it would also buy a full look with each request.
    if (Math.abs(now - this.#sweptAt) >= (full ? 1 : SWEEP_INTERVAL)) this.#sweep(now)
    if (this.#entries.size >= this.#maxRecords && !this.#entries.has(key)) {
      throw new UportError(
        'REQUEST_STORE_FULL',
        `The store holds ${this.#maxRecords} requests: wait until some expire, or raise maxRecords`,
        { data: { maxRecords: this.#maxRecords }, retryable: true },
      )
    }
    this.#entries.set(key, { value, until })
  }

  #sweep(now: number): void {
    this.#sweptAt = now
    for (const [key, entry] of this.#entries) if (entry.until <= now) this.#entries.delete(key)
  }
}
