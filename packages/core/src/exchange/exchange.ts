import type { Outcome } from '../flows/flow.ts'
import type { Options } from '../ports/options.ts'
import type { Delivery, OutgoingRequest } from '../ports/transport.ts'
import type { ExchangeState } from './exchange-state.ts'
import type { Route } from './routes.ts'

/** One request on its way: it ends with a result or a coded error, whatever happens. */
export interface Exchange<Result extends Outcome> extends AsyncDisposable {
  readonly request: OutgoingRequest
  readonly state: ExchangeState
  /** Settles once: with the verified result, or a `UportError`, or the abort reason of the caller's signal. */
  readonly result: Promise<Result>
  /** The state now and each later one, up to the final one. */
  states(): AsyncIterable<ExchangeState>
  /** Sends or shows the request; a second road for the same request is welcome: QR and link on one page. */
  deliver(via: Route, options?: Options): Promise<Delivery>
  /** Gives up: `result` rejects with `REQUEST_CANCELLED`. Harmless when it has ended. */
  cancel(reason?: unknown): void
  /** Cancels, and waits until nothing is left behind. */
  close(): Promise<void>
}
