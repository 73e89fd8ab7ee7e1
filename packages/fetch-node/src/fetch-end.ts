import type { Exchange } from './exchange.ts'

/** What may end a fetch early, the deadline and the caller's signal, at whichever of its exchanges it then is. */
export class FetchEnd {
  readonly #signal: AbortSignal | undefined
  readonly #timer: NodeJS.Timeout
  #exchange: Exchange | undefined
  #late = false

  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    this.#signal = signal
    this.#timer = setTimeout(() => {
      this.#late = true
      this.#exchange?.abort()
    }, timeoutMs)
    signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Whether the deadline has passed. */
  get late(): boolean {
    return this.#late
  }

  /** From now on it is this exchange that ends. */
  watch(exchange: Exchange): void {
    this.#exchange = exchange
    if (this.#late || this.#signal?.aborted) exchange.abort()
  }

  /** Nothing is left to be ended. */
  clear(): void {
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => this.#exchange?.abort()
}
