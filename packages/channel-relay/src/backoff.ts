export interface BackoffOptions {
  /** Seconds of the first pause. */
  readonly first: number
  /** No pause is longer, jitter aside. */
  readonly longest: number
  readonly randomBytes: (length: number) => Uint8Array
}

/** Pauses between tries: each twice as long as the last, and by chance up to half shorter, so that clients spread. */
export class Backoff {
  readonly #options: BackoffOptions
  #next: number

  constructor(options: BackoffOptions) {
    this.#options = options
    this.#next = options.first
  }

  /** @returns seconds */
  next(): number {
    const pause = this.#next
    this.#next = Math.min(pause * 2, this.#options.longest)
    const [chance = 0] = this.#options.randomBytes(1)
    return pause * (1 - chance / 512)
  }

  reset(): void {
    this.#next = this.#options.first
  }
}
