import type { Clock } from '@uport-kit/core'
import type { Closing } from './closing.ts'

/** The reason an attempt ends with when its time is over. */
export class AttemptTimeout extends Error {
  override readonly name = 'AttemptTimeout'
}

/**
 * One try at something that can be aborted from several sides and has a deadline. Everything it sets up is gone after
 * `end()`; the signals it listens to live longer.
 */
export class Attempt {
  readonly #controller = new AbortController()
  readonly #clock: Clock
  readonly #stops: (() => void)[] = []
  #cancel: (() => void) | undefined

  constructor(clock: Clock, signal?: AbortSignal, closing?: Closing) {
    this.#clock = clock
    const abort = (): void =>
      this.#controller.abort(signal?.aborted === true ? signal.reason : closing?.reason)
    if (signal?.aborted === true || closing?.isClosed === true) abort()
    else {
      signal?.addEventListener('abort', abort)
      this.#stops.push(() => signal?.removeEventListener('abort', abort))
      if (closing !== undefined) this.#stops.push(closing.listen(abort))
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Gives the attempt so many seconds from now, in place of what it had. */
  limit(seconds: number): void {
    this.#cancel?.()
    this.#cancel = this.#clock.after(seconds, () => this.#controller.abort(new AttemptTimeout()))
  }

  /** Takes the deadline away. */
  rest(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** What the promise gives, or at once the reason of an abort, whether or not the promise heeds the signal. */
  async race<T>(promise: Promise<T>): Promise<T> {
    let abort = (): void => {}
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(this.signal.reason)
      if (this.signal.aborted) abort()
      else this.signal.addEventListener('abort', abort)
    })
    try {
      return await Promise.race([aborted, promise])
    } finally {
      this.signal.removeEventListener('abort', abort)
    }
  }

  /** Aborts what still runs and lets go of everything. */
  end(): void {
    this.rest()
    for (const stop of this.#stops) stop()
    this.#controller.abort()
  }
}
