import type { Arrival, IncomingRequest, Options } from '@uport-kit/core'

/** Requests that wait: whoever shows codes to a camera can show many. */
const CAPACITY = 16
/** A request of 64 KiB and room for its URI: nothing longer is read anyway. */
const MAX_LENGTH = 66_560

interface Waiting {
  readonly arrival: Arrival
  readonly text: string
}

/** Keeps what has arrived until it is acknowledged. What is not acknowledged is yielded again to the next reader. */
export class Arrivals {
  readonly #waiting: Waiting[] = []
  readonly #readers = new Set<() => void>()

  /** @returns false where the text is empty, too long, or too many wait already */
  add(arrival: Arrival, text: string): boolean {
    if (text === '' || text.length > MAX_LENGTH) return false
    if (this.#waiting.some((waiting) => waiting.text === text)) return true
    if (this.#waiting.length >= CAPACITY) return false
    this.#waiting.push({ arrival, text })
    for (const wake of [...this.#readers]) wake()
    return true
  }

  async *read({ signal }: Options = {}): AsyncGenerator<IncomingRequest> {
    const seen = new Set<Waiting>()
    for (;;) {
      signal?.throwIfAborted()
      const next = this.#waiting.find((waiting) => !seen.has(waiting))
      if (next === undefined) {
        await this.#change(signal)
        continue
      }
      seen.add(next)
      yield {
        ...next,
        acknowledge: async () => {
          const index = this.#waiting.indexOf(next)
          if (index >= 0) this.#waiting.splice(index, 1)
          seen.delete(next)
        },
      }
    }
  }

  #change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#readers.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      this.#readers.add(wake)
      signal?.addEventListener('abort', wake)
    })
  }
}
