import { isUportError, UportError } from '../errors/uport-error.ts'
import type { Outcome, RequestFlow } from '../flows/flow.ts'
import { abortable } from '../jwt/abortable.ts'
import type { Clock } from '../ports/clock.ts'
import type { Options } from '../ports/options.ts'
import type { ReplyChannel } from '../ports/reply-channel.ts'
import type { PendingRequest } from '../ports/request-store.ts'
import type { Delivery, OutgoingRequest, Transport } from '../ports/transport.ts'
import { toOutgoing } from './create-request.ts'
import { deferred } from './deferred.ts'
import type { Exchange } from './exchange.ts'
import { type ExchangeState, StateFeed, stateOfError } from './exchange-state.ts'
import { consumeRequest, type JudgedReply, judgeReply } from './judge-reply.ts'
import { type ExchangeContext, runPhase } from './middleware.ts'
import { onAbort } from './on-abort.ts'
import { ReplyQueue } from './reply-queue.ts'
import type { RequesterParts } from './requester-parts.ts'
import { findRoute, type Route } from './routes.ts'

/** What an exchange is started with. */
export interface ExchangeStart<Result extends Outcome> {
  readonly flow: RequestFlow<Result>
  readonly parts: RequesterParts
  readonly clock: Clock
  readonly channel: ReplyChannel
  readonly transports: ReadonlyMap<string, Transport>
  readonly context: Omit<ExchangeContext, 'signal'>
  /** Makes the request, or finds it again. Called once, inside the middleware. */
  readonly obtain: (options: Options) => Promise<PendingRequest>
  /** What the page brought; a reply must then carry it. */
  readonly deviceCode?: string | undefined
}

/** Runs one exchange from its request to its end, and cleans up after it. */
export class ActiveExchange<Result extends Outcome> implements Exchange<Result> {
  readonly result: Promise<Result>
  /** Resolves when the request exists; rejects when it came to none. */
  readonly ready: Promise<void>
  /** Resolves when the exchange has ended and everything it held is let go. */
  readonly ended: Promise<void>

  readonly #start: ExchangeStart<Result>
  readonly #feed = new StateFeed()
  readonly #abort = new AbortController()
  readonly #queue: ReplyQueue
  readonly #ready = deferred<void>()
  readonly #deliveries = new Set<Delivery>()
  readonly #cancels: (() => void)[] = []
  #record: PendingRequest | undefined
  #request: OutgoingRequest | undefined
  #rejected = 0
  #lastRejection: unknown

  constructor(start: ExchangeStart<Result>, { signal }: Options) {
    this.#start = start
    this.#queue = new ReplyQueue(start.clock)
    this.ready = this.#ready.promise
    this.#cancels.push(onAbort(signal, (reason) => this.#abort.abort(reason)))
    this.result = abortable(this.#run(), this.#abort.signal)
    this.ended = this.result.then(
      () => this.#finish('done'),
      (error) => this.#finish(stateOfError(error, this.#abort.signal.aborted), error),
    )
    this.ready.catch(() => {})
  }

  get request(): OutgoingRequest {
    if (this.#request === undefined) throw new TypeError('the exchange has no request yet: await it first')
    return this.#request
  }

  get state(): ExchangeState {
    return this.#feed.state
  }

  states(): AsyncIterable<ExchangeState> {
    return this.#feed.watch()
  }

  async deliver(via: Route, options: Options = {}): Promise<Delivery> {
    const transport = findRoute(this.#start.transports, via)
    const delivery = await this.deliverBy(transport, options)
    void delivery.ended.then((end) => {
      if (end.reason === 'dismissed') this.dismiss(transport)
    })
    return delivery
  }

  /** Delivers without judging how the delivery ends. */
  async deliverBy(transport: Transport, options: Options): Promise<Delivery> {
    const signal =
      options.signal === undefined
        ? this.#abort.signal
        : AbortSignal.any([options.signal, this.#abort.signal])
    const delivery = await transport.deliver(this.request, { signal })
    if (this.#abort.signal.aborted) {
      await delivery.close()
      throw this.#abort.signal.reason
    }
    this.#deliveries.add(delivery)
    this.#feed.set('delivered')
    return delivery
  }

  dismiss(transport: Transport): void {
    this.fail(
      new UportError('REQUEST_DISMISSED', 'The person closed the request; offer it again when they ask.', {
        data: { transport: transport.id },
      }),
    )
  }

  /** Ends the exchange with an error; the first one counts. */
  fail(error: unknown): void {
    this.#abort.abort(error)
  }

  cancel(reason?: unknown): void {
    this.fail(
      new UportError('REQUEST_CANCELLED', 'The request was cancelled by this application.', {
        cause: reason,
      }),
    )
  }

  async close(): Promise<void> {
    this.cancel()
    await this.ended
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #run(): Promise<Result> {
    try {
      const { parts, context } = this.#start
      const signal = this.#abort.signal
      const full: ExchangeContext = Object.freeze({ ...context, signal })
      return await runPhase(parts.middleware ?? [], 'observe', full, async () => {
        const judged = await this.#judge(full)
        signal.throwIfAborted()
        await consumeRequest(await this.#obtained(), judged.hash, parts, { signal })
        return judged.outcome
      })
    } catch (error) {
      this.#ready.reject(error)
      throw error
    }
  }

  /** The first reply that the kernel verifies and the policies admit. `limit` is entered once, before the request. */
  async #judge(context: ExchangeContext): Promise<JudgedReply<Result>> {
    const middleware = this.#start.parts.middleware ?? []
    let limited = false
    for (;;) {
      let judged: JudgedReply<Result> | undefined
      const next = async (): Promise<Result> => {
        judged = await this.#nextVerified()
        return judged.outcome
      }
      try {
        await runPhase(middleware, 'policy', context, () =>
          limited ? next() : runPhase(middleware, 'limit', context, next),
        )
        if (judged !== undefined) return judged
      } catch (error) {
        if (judged === undefined || isMiddlewareFault(error)) throw error
        this.#reject(error)
      }
      limited = true
    }
  }

  async #nextVerified(): Promise<JudgedReply<Result>> {
    const record = await this.#obtained()
    for (;;) {
      const reply = await this.#queue.next()
      this.#feed.set('verifying')
      try {
        const { flow, parts, clock, deviceCode } = this.#start
        return await judgeReply(reply.body, record, flow, parts, clock.now(), {
          signal: this.#abort.signal,
          deviceCode,
        })
      } catch (error) {
        this.#abort.signal.throwIfAborted()
        if (isUportError(error, 'REQUEST_REFUSED')) throw error
        this.#reject(error)
        if (isUportError(error) && error.retryable) this.#queue.postpone(reply)
      }
    }
  }

  #reject(error: unknown): void {
    this.#rejected++
    this.#lastRejection = error
    this.#feed.set('delivered')
  }

  /** Obtains the request once, sets its deadline and begins to listen. */
  async #obtained(): Promise<PendingRequest> {
    if (this.#record !== undefined) return this.#record
    const { channel, clock, obtain, parts } = this.#start
    const signal = this.#abort.signal
    const record = await obtain({ signal })
    this.#record = record
    if (signal.aborted) {
      await this.#release(record)
      throw signal.reason
    }
    this.#request = toOutgoing(record, channel.mode, parts.links)
    this.#cancels.push(clock.after(record.expiresAt - clock.now(), () => this.fail(this.#expired(record))))
    void this.#queue.fill(channel.receive(record.reply, { signal }))
    this.#ready.resolve()
    return record
  }

  #expired({ expiresAt }: PendingRequest): UportError<'REQUEST_EXPIRED'> {
    const cause = this.#lastRejection
    return new UportError('REQUEST_EXPIRED', 'No valid reply came in time; make a new request.', {
      data: {
        expiresAt,
        now: this.#start.clock.now(),
        rejected: this.#rejected,
        ...(isUportError(cause) ? { lastRejection: cause.code } : {}),
      },
      cause,
    })
  }

  async #finish(
    state: ExchangeState,
    reason: unknown = new DOMException('the exchange has ended', 'AbortError'),
  ): Promise<void> {
    this.#feed.set(state)
    this.#abort.abort(reason)
    this.#queue.close(reason)
    for (const cancel of this.#cancels) cancel()
    const deliveries = [...this.#deliveries].map((delivery) => delivery.close())
    const release = this.#record === undefined ? [] : [this.#release(this.#record)]
    // Best effort: the exchange has its result, and what cannot be let go now expires by itself.
    await Promise.allSettled([...deliveries, ...release])
  }

  async #release(record: PendingRequest): Promise<void> {
    const { channel, parts } = this.#start
    await Promise.allSettled([channel.close(record.reply), parts.identity.boxKeys.forget?.(record.id)])
  }
}

function isMiddlewareFault(error: unknown): boolean {
  return isUportError(error, 'MIDDLEWARE_ALTERED_RESULT') || isUportError(error, 'MIDDLEWARE_MISUSED')
}
