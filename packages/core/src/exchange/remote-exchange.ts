import { systemClock } from '../clock/system-clock.ts'
import { UportError } from '../errors/uport-error.ts'
import type { Outcome } from '../flows/flow.ts'
import { abortable } from '../jwt/abortable.ts'
import type { Clock } from '../ports/clock.ts'
import type { Options } from '../ports/options.ts'
import type { Delivery, OutgoingRequest, ReplyMode, Transport } from '../ports/transport.ts'
import { deferred } from './deferred.ts'
import type { Exchange } from './exchange.ts'
import { type ExchangeState, StateFeed, stateOfError } from './exchange-state.ts'
import { onAbort } from './on-abort.ts'
import { createRequestUri, type RequestLinks } from './request-uri.ts'
import type { CreatedRequest } from './requester.ts'
import { findRoute, type Route } from './routes.ts'

/**
 * What the process that made a request says of it. Plain JSON: answer a page's question with it. After `waiting` and
 * `verifying` the page asks again; the others are final.
 */
export type RequestStatus<Result extends Outcome = Outcome> =
  | { readonly state: 'waiting' }
  | { readonly state: 'verifying' }
  | { readonly state: 'done'; readonly result: Result }
  | { readonly state: 'refused'; readonly error?: string | undefined }
  | { readonly state: 'expired' }
  | { readonly state: 'cancelled' }
  /** `retryable`: a new request may mend it. */
  | { readonly state: 'failed'; readonly reason?: string | undefined; readonly retryable: boolean }

export interface RemoteExchangeOptions<Result extends Outcome> extends Options {
  /**
   * Asks the process that made the request what became of it. It may hold the question for some seconds until there is
   * something to tell. Where it rejects it is asked again, until `patience` is at its end.
   */
  readonly status: (options: { readonly signal: AbortSignal }) => Promise<RequestStatus<Result>>
  /** Tells it that nobody waits any more; called where the exchange ends here before it did there. Its failure harms nothing. */
  readonly cancel?: (() => Promise<unknown>) | undefined
  /** As the other process makes links; for transports that want another form than its own. */
  readonly links?: RequestLinks | undefined
  /** How the reply reaches the other process. Default `post`. */
  readonly replyMode?: ReplyMode | undefined
  /** Seconds between two questions. Default 1. */
  readonly interval?: number | undefined
  /** Questions in a row that may come to nothing before the exchange fails. Default 5. */
  readonly patience?: number | undefined
  /** Default: the machine's. */
  readonly clock?: Clock | undefined
}

/** Seconds after the request's end in which the other process may still say what became of it: clocks differ. */
const GRACE = 5

/**
 * An exchange that another process runs: a server makes the request (`requester.create`) and verifies the reply
 * (`requester.verify`), a page shows it. What shows an `Exchange` (a dialog, a transport) works here as there, and the page
 * holds no key and verifies nothing: it believes its own server.
 *
 * @param request what `requester.create` returned
 * @returns an exchange whose result is the server's; it rejects with `REQUEST_REFUSED`, `REQUEST_EXPIRED`,
 * `REQUEST_CANCELLED`, or `CHANNEL_FAILED` where the server cannot be reached or says that it failed
 * @throws TypeError where the request is none
 */
export function remoteExchange<Result extends Outcome>(
  request: CreatedRequest,
  options: RemoteExchangeOptions<Result>,
): Exchange<Result> {
  const { id, jwt, uri, expiresAt } = request
  if (
    ![id, jwt, uri].every((text) => typeof text === 'string' && text !== '') ||
    !Number.isInteger(expiresAt)
  )
    throw new TypeError('remoteExchange: give the request that `requester.create` returned')
  return new RemoteExchange({ id, jwt, uri, expiresAt }, options)
}

class RemoteExchange<Result extends Outcome> implements Exchange<Result> {
  readonly request: OutgoingRequest
  readonly result: Promise<Result>
  readonly #ended: Promise<void>
  readonly #options: RemoteExchangeOptions<Result>
  readonly #clock: Clock
  readonly #feed = new StateFeed()
  readonly #abort = new AbortController()
  readonly #deliveries = new Set<Delivery>()
  #isSettledThere = false

  constructor(created: CreatedRequest, options: RemoteExchangeOptions<Result>) {
    this.#options = options
    this.#clock = options.clock ?? systemClock()
    this.request = toOutgoing(created, options)
    const { signal } = this.#abort
    const cancels = [
      onAbort(options.signal, (reason) => this.#abort.abort(reason)),
      this.#clock.after(created.expiresAt + GRACE - this.#clock.now(), () =>
        this.#fail(expired(created, this.#clock)),
      ),
    ]
    this.result = abortable(this.#follow(signal), signal)
    const finish = async (state: ExchangeState, reason: unknown): Promise<void> => {
      this.#feed.set(state)
      for (const cancel of cancels) cancel()
      this.#abort.abort(reason)
      const { cancel } = this.#options
      const telling = this.#isSettledThere ? undefined : cancel?.()
      await Promise.allSettled([...[...this.#deliveries].map((delivery) => delivery.close()), telling])
    }
    this.#ended = this.result.then(
      () => finish('done', new DOMException('the exchange has ended', 'AbortError')),
      (error) => finish(stateOfError(error, signal.aborted), error),
    )
  }

  get state(): ExchangeState {
    return this.#feed.state
  }

  states(): AsyncIterable<ExchangeState> {
    return this.#feed.watch()
  }

  async deliver(via: Route, options: Options = {}): Promise<Delivery> {
    const transport = findRoute(NO_TRANSPORTS, via)
    const { signal } = this.#abort
    const both = options.signal === undefined ? signal : AbortSignal.any([options.signal, signal])
    const delivery = await transport.deliver(this.request, { signal: both })
    if (signal.aborted) {
      await delivery.close()
      throw signal.reason
    }
    this.#deliveries.add(delivery)
    this.#feed.set('delivered')
    void delivery.ended.then((end) => {
      if (end.reason === 'dismissed') this.#fail(dismissed(transport))
    })
    return delivery
  }

  cancel(reason?: unknown): void {
    this.#fail(
      new UportError('REQUEST_CANCELLED', 'The request was cancelled by this application.', {
        cause: reason,
      }),
    )
  }

  async close(): Promise<void> {
    this.cancel()
    await this.#ended
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #fail(error: unknown): void {
    this.#abort.abort(error)
  }

  async #follow(signal: AbortSignal): Promise<Result> {
    const { status, patience = 5, interval = 1 } = this.#options
    for (let failures = 0; ; ) {
      try {
        const said = await status({ signal })
        failures = 0
        if (said.state !== 'waiting' && said.state !== 'verifying') {
          this.#isSettledThere = true
          return this.#settle(said)
        }
        if (this.state !== 'preparing') this.#feed.set(said.state === 'waiting' ? 'delivered' : 'verifying')
      } catch (error) {
        signal.throwIfAborted()
        failures++
        if (this.#isSettledThere) throw error
        if (failures >= patience) throw failed('The server does not answer; try again.', true, error)
      }
      await this.#pause(interval, signal)
    }
  }

  #settle(
    said: Exclude<RequestStatus<Result>, { readonly state: 'waiting' } | { readonly state: 'verifying' }>,
  ): Result {
    switch (said.state) {
      case 'done':
        return said.result
      case 'refused':
        throw new UportError(
          'REQUEST_REFUSED',
          'The person declined; offer the request again when they ask.',
          {
            data: { error: said.error ?? 'access_denied', authenticated: false },
          },
        )
      case 'expired':
        throw expired(this.request, this.#clock)
      case 'cancelled':
        throw new UportError(
          'REQUEST_CANCELLED',
          'The request was cancelled where it was made; make a new one.',
        )
      default:
        throw failed('The answer was not taken; make a new request.', said.retryable === true, said.reason)
    }
  }

  async #pause(seconds: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = deferred<void>()
    const cancel = this.#clock.after(seconds, () => resolve())
    try {
      await abortable(promise, signal)
    } finally {
      cancel()
    }
  }
}

/** Only the process that made the request has transports by name. */
const NO_TRANSPORTS: ReadonlyMap<string, Transport> = new Map()

function toOutgoing<Result extends Outcome>(
  { id, jwt, uri, expiresAt }: CreatedRequest,
  { replyMode = 'post', links }: RemoteExchangeOptions<Result>,
): OutgoingRequest {
  return Object.freeze({
    id,
    jwt,
    replyMode,
    expiresAt,
    uri: (form?: Parameters<OutgoingRequest['uri']>[0]) =>
      form === undefined ? uri : createRequestUri(jwt, replyMode, links, form),
  })
}

function expired(
  { expiresAt }: Pick<CreatedRequest, 'expiresAt'>,
  clock: Clock,
): UportError<'REQUEST_EXPIRED'> {
  return new UportError('REQUEST_EXPIRED', 'No valid reply came in time; make a new request.', {
    data: { expiresAt, now: clock.now(), rejected: 0 },
  })
}

function dismissed(transport: Transport): UportError<'REQUEST_DISMISSED'> {
  return new UportError('REQUEST_DISMISSED', 'The person closed the request; offer it again when they ask.', {
    data: { transport: transport.id },
  })
}

function failed(message: string, retryable: boolean, cause: unknown): UportError<'CHANNEL_FAILED'> {
  return new UportError('CHANNEL_FAILED', message, { data: { channel: 'remote' }, retryable, cause })
}
