/**
 * That a client was closed, told to any number of attempts: of more than ten listeners to one AbortSignal, Node would warn
 * as of a leak.
 */
export class Closing {
  readonly #listeners = new Set<() => void>()
  #closed: { readonly reason: unknown } | undefined

  get isClosed(): boolean {
    return this.#closed !== undefined
  }

  get reason(): unknown {
    return this.#closed?.reason
  }

  close(reason: unknown): void {
    if (this.#closed !== undefined) return
    this.#closed = { reason }
    for (const listener of [...this.#listeners]) listener()
  }

  throwIfClosed(): void {
    if (this.#closed !== undefined) throw this.#closed.reason
  }

  /** @returns stops listening */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
