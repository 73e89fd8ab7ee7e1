/** Counts requests that wait, up to a bound. */
export class WaiterGate {
  readonly #most: number
  #waiting = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Runs a task that waits, or, where too many do, the one that does not. */
  async run<T>(waiting: () => Promise<T>, instead: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#most) return instead()
    this.#waiting += 1
    try {
      return await waiting()
    } finally {
      this.#waiting -= 1
    }
  }
}
