import { SharedCall } from './shared-call.ts'

/** Calls under way, by what they ask: callers who want the same at the same time share one. */
export class SharedCalls<T> {
  readonly #calls = new Map<string, SharedCall<T>>()

  /**
   * @param start begins the call where none is under way; its signal aborts when the last caller has left
   * @returns the outcome, or the caller's own abort reason as soon as the caller aborts
   */
  join(key: string, signal: AbortSignal | undefined, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const running = this.#calls.get(key)
    return (running === undefined || running.abandoned ? this.#begin(key, start) : running).join(signal)
  }

  #begin(key: string, start: (signal: AbortSignal) => Promise<T>): SharedCall<T> {
    const call: SharedCall<T> = new SharedCall(async (signal) => {
      try {
        return await start(signal)
      } finally {
        if (this.#calls.get(key) === call) this.#calls.delete(key)
      }
    })
    this.#calls.set(key, call)
    return call
  }
}
