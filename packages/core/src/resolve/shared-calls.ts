import { SharedCall } from './shared-call.ts'

type Start<T> = (signal: AbortSignal | undefined) => Promise<T>

/** Calls under way, by what they ask: callers who want the same at the same time share one. */
export class SharedCalls<T> {
  readonly #calls = new Map<string, SharedCall<T>>()

  /**
   * @param start begins the call where none is under way; its signal aborts when the last caller has left. Without one
   * where the first caller has none, for that one never leaves
   * @returns the outcome, or the caller's own abort reason as soon as the caller aborts
   */
  join(key: string, signal: AbortSignal | undefined, start: Start<T>): Promise<T> {
    const running = this.#calls.get(key)
    return (running === undefined || running.abandoned ? this.#begin(key, signal, start) : running).join(
      signal,
    )
  }

  #begin(key: string, first: AbortSignal | undefined, start: Start<T>): SharedCall<T> {
    const call: SharedCall<T> = new SharedCall(first, async (signal) => {
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
