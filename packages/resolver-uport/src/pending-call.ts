import { abortable, type Json } from '@uport-kit/core'

/** A call that one or more callers wait for. A caller who aborts leaves alone. */
export class PendingCall {
  readonly method: string
  readonly params: readonly Json[]
  readonly #outcome: Promise<unknown>
  #resolve: (result: unknown) => void = () => undefined
  #reject: (error: unknown) => void = () => undefined
  #callers = 0
  #onDesertion: () => void = () => undefined

  constructor(method: string, params: readonly Json[]) {
    this.method = method
    this.params = params
    this.#outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // Every caller hears of a failure; this keeps it from being reported as unhandled after all have left.
    this.#outcome.catch(() => undefined)
  }

  /** Whether nobody waits any more. */
  get deserted(): boolean {
    return this.#callers === 0
  }

  /** Told when the last caller leaves. */
  set onDesertion(listener: () => void) {
    this.#onDesertion = listener
  }

  settle(result: unknown): void {
    this.#resolve(result)
  }

  fail(error: unknown): void {
    this.#reject(error)
  }

  /** The outcome, or the signal's reason as soon as it aborts. */
  join(signal: AbortSignal | undefined): Promise<unknown> {
    this.#callers++
    const leave = (): void => {
      this.#callers--
      if (this.deserted) this.#onDesertion()
    }
    signal?.addEventListener('abort', leave, { once: true })
    return abortable(this.#outcome, signal).finally(() => signal?.removeEventListener('abort', leave))
  }
}
