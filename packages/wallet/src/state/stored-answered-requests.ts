import type { AnsweredRequests, Clock, Options, WalletStore } from '@uport-kit/core'
import { Collection } from './collection.ts'

/** A request may still verify so long after its expiry, where a wallet forgives old clocks. */
const RETENTION = 300

/** Seconds between two sweeps of what has expired. */
const SWEEP_INTERVAL = 60

/** The requests that a wallet answered, in its store: it never answers twice, also after a restart. */
export class StoredAnsweredRequests implements AnsweredRequests {
  readonly #claims: Collection<{ readonly until: number }>
  readonly #clock: Clock
  #nextSweep = 0

  constructor(store: WalletStore, clock: Clock) {
    this.#claims = new Collection(store, 'answered')
    this.#clock = clock
  }

  async claim(requestHash: string, expiresAt: number, options?: Options): Promise<boolean> {
    options?.signal?.throwIfAborted()
    const until = expiresAt + RETENTION
    if (until <= this.#clock.now()) return false
    const won = await this.#claims.create(requestHash, { until }, options)
    await this.#sweep()
    return won
  }

  async has(requestHash: string, options?: Options): Promise<boolean> {
    return (await this.#claims.get(requestHash, options)) !== undefined
  }

  /** Takes a claim back that came to nothing: no answer went out, and none will. */
  async release(requestHash: string): Promise<void> {
    await this.#claims.delete(requestHash)
  }

  async #sweep(): Promise<void> {
    const now = this.#clock.now()
    if (now < this.#nextSweep) return
    this.#nextSweep = now + SWEEP_INTERVAL
    for (const key of await this.#claims.keys()) {
      const claim = await this.#claims.get(key)
      if (claim !== undefined && claim.until <= now) await this.#claims.delete(key)
    }
  }
}
