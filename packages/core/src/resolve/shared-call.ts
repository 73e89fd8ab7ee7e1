import { abortable } from '../jwt/abortable.ts'

/**
 * One asynchronous call that several callers wait for. A caller who aborts leaves alone; when the last one has left, the
 * call itself is aborted.
 */
export class SharedCall<T> {
  readonly #controller: AbortController | undefined
  readonly #outcome: Promise<T>
  #waiting = 0

  /** @param first the signal of the caller who begins it and will join: one who has none never leaves, nor is the call ever aborted */
  constructor(first: AbortSignal | undefined, start: (signal: AbortSignal | undefined) => Promise<T>) {
    this.#controller = first && new AbortController()
    this.#outcome = start(this.#controller?.signal)
    // Every waiter hears of a failure; this keeps it from being reported as unhandled after all have left.
    this.#outcome.catch(() => undefined)
  }

  /** Whether every caller has left: nobody may join any more. */
  get abandoned(): boolean {
    return this.#controller?.signal.aborted === true
  }

  /** The outcome, or the caller's own abort reason as soon as the caller aborts. */
  join(signal: AbortSignal | undefined): Promise<T> {
    this.#waiting++
    if (signal === undefined) return this.#outcome
    return abortable(this.#outcome, signal).finally(() => {
      if (signal.aborted && --this.#waiting === 0) this.#controller?.abort(signal.reason)
    })
  }
}
