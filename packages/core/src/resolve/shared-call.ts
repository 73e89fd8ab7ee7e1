/**
 * One asynchronous call that several callers wait for. A caller who aborts leaves alone; when the last one has left, the
 * call itself is aborted.
 */
export class SharedCall<T> {
  readonly #controller = new AbortController()
  readonly #outcome: Promise<T>
  #waiting = 0

  constructor(start: (signal: AbortSignal) => Promise<T>) {
    this.#outcome = start(this.#controller.signal)
    // Every waiter hears of a failure; this keeps it from being reported as unhandled after all have left.
    this.#outcome.catch(() => undefined)
  }

  /** Whether every caller has left: nobody may join any more. */
  get abandoned(): boolean {
    return this.#controller.signal.aborted
  }

  /** The outcome, or the caller's own abort reason as soon as the caller aborts. */
  join(signal: AbortSignal | undefined): Promise<T> {
    this.#waiting++
    return new Promise<T>((resolve, reject) => {
      const abort = () => {
        this.#leave(signal?.reason)
        reject(signal?.reason)
      }
      if (signal?.aborted) {
        abort()
        return
      }
      signal?.addEventListener('abort', abort, { once: true })
      const settle = () => signal?.removeEventListener('abort', abort)
      this.#outcome.finally(settle).then(resolve, reject)
    })
  }

  #leave(reason: unknown): void {
    this.#waiting--
    if (this.#waiting === 0) this.#controller.abort(reason)
  }
}
