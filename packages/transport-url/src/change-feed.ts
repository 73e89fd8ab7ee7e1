/** Lets readers wait until something changed. */
export class ChangeFeed {
  readonly #waiting = new Set<() => void>()

  notify(): void {
    for (const wake of [...this.#waiting]) wake()
  }

  /** Resolves at the next change; rejects with the signal's reason when it aborts. */
  next(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        this.#waiting.delete(change)
        signal?.removeEventListener('abort', abort)
      }
      const change = (): void => {
        stop()
        resolve()
      }
      const abort = (): void => {
        stop()
        reject(signal?.reason)
      }
      this.#waiting.add(change)
      signal?.addEventListener('abort', abort)
    })
  }
}
