import { abortable, type Json } from '@uport-kit/core'

/** A call on the wire (JSON-RPC 2.0, section 4). */
export interface RpcRequest {
  readonly jsonrpc: '2.0'
  readonly id: number
  readonly method: string
  readonly params: readonly Json[]
}

/** A call that one or more callers wait for. A caller who aborts leaves alone. */
export class PendingCall {
  readonly request: RpcRequest
  settle: (result: unknown) => void = () => undefined
  fail: (error: unknown) => void = () => undefined
  /** Told when the last caller leaves. */
  onDesertion: () => void = () => undefined
  readonly #outcome: Promise<unknown>
  #callers = 0

  constructor(request: RpcRequest) {
    this.request = request
    this.#outcome = new Promise((resolve, reject) => {
      this.settle = resolve
      this.fail = reject
    })
    // Every caller hears of a failure; this keeps it from being reported as unhandled after all have left.
    this.#outcome.catch(() => undefined)
  }

  /** The request, for `JSON.stringify`. */
  toJSON(): RpcRequest {
    return this.request
  }

  /** Whether nobody waits any more. */
  get deserted(): boolean {
    return this.#callers === 0
  }

  /** The outcome, or the signal's reason as soon as it aborts. */
  join(signal: AbortSignal | undefined): Promise<unknown> {
    this.#callers++
    // Who has no signal never leaves.
    if (signal === undefined) return this.#outcome
    return abortable(this.#outcome, signal).finally(() => {
      if (!signal.aborted) return
      this.#callers--
      if (this.deserted) this.onDesertion()
    })
  }
}
