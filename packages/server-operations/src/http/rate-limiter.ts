import type { Clock } from '@uport-kit/core'

export interface RateLimiterOptions {
  /** Tokens of a full bucket. */
  readonly burst: number
  /** Tokens that come back each second. */
  readonly perSecond: number
  /** Buckets that are remembered; the one unused for longest goes first. */
  readonly maxKeys: number
  readonly clock: Clock
}

interface Bucket {
  tokens: number
  at: number
}

/** A token bucket for each key, in bounded memory. */
export class RateLimiter {
  readonly #options: RateLimiterOptions
  /** Least recently used first. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(options: RateLimiterOptions) {
    this.#options = options
  }

  /** Takes a token. @returns 0 when there was one, else the whole seconds until there is */
  take(key: string): number {
    const { burst, perSecond, maxKeys, clock } = this.#options
    const now = clock.now()
    const old = this.#buckets.get(key)
    // A clock that was set back refills nothing.
    const refill = old === undefined ? 0 : Math.max(0, now - old.at) * perSecond
    const tokens = old === undefined ? burst : Math.min(burst, old.tokens + refill)
    const granted = tokens >= 1
    this.#buckets.delete(key)
    this.#buckets.set(key, { tokens: granted ? tokens - 1 : tokens, at: now })
    if (this.#buckets.size > maxKeys) this.#forgetOldest()
    return granted ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond))
  }

  #forgetOldest(): void {
    for (const key of this.#buckets.keys()) {
      this.#buckets.delete(key)
      return
    }
  }
}
