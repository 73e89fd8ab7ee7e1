import { isUportError } from '../errors/uport-error.ts'
import { deferred } from './deferred.ts'

/** Where an exchange stands. The last five are final. */
export type ExchangeState =
  | 'preparing'
  | 'delivered'
  | 'verifying'
  | 'done'
  | 'refused'
  | 'cancelled'
  | 'expired'
  | 'failed'

const FINAL: ReadonlySet<ExchangeState> = new Set(['done', 'refused', 'cancelled', 'expired', 'failed'])

/** The final state that an error means; an abort that is not ours came from the caller. */
export function stateOfError(error: unknown, aborted: boolean): ExchangeState {
  if (isUportError(error, 'REQUEST_REFUSED')) return 'refused'
  if (isUportError(error, 'REQUEST_EXPIRED')) return 'expired'
  if (isUportError(error, 'REQUEST_CANCELLED') || isUportError(error, 'REQUEST_DISMISSED')) return 'cancelled'
  return aborted && !isUportError(error) ? 'cancelled' : 'failed'
}

/** A state and those who watch it. */
export class StateFeed {
  #state: ExchangeState = 'preparing'
  #changed = deferred<void>()

  get state(): ExchangeState {
    return this.#state
  }

  /** Moves on; a final state stays. */
  set(state: ExchangeState): void {
    if (FINAL.has(this.#state) || state === this.#state) return
    this.#state = state
    this.#changed.resolve()
    this.#changed = deferred()
  }

  /** The state now and each later one that the watcher is quick enough to see, up to the final one. */
  async *watch(): AsyncGenerator<ExchangeState, void, undefined> {
    for (;;) {
      const { promise } = this.#changed
      const state = this.#state
      yield state
      if (FINAL.has(state)) return
      await promise
    }
  }
}
