import { systemClock } from '../clock/system-clock.ts'
import { UportError } from '../errors/uport-error.ts'
import { type Ask, type Outcome, type RequestFlow, requestTypeName } from '../flows/flow.ts'
import { decodeJwt } from '../jwt/decode.ts'
import type { Clock } from '../ports/clock.ts'
import type { Identity } from '../ports/identity.ts'
import type { Json } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import type { ReplyBody, ReplyChannel } from '../ports/reply-channel.ts'
import type { PendingRequest } from '../ports/request-store.ts'
import type { Transport } from '../ports/transport.ts'
import { ActiveExchange } from './active-exchange.ts'
import { createRequest, createRequestId, toOutgoing } from './create-request.ts'
import { deliverVia } from './deliver-via.ts'
import type { Exchange } from './exchange.ts'
import { assertNotExpired, consumeRequest, judgeReply, unknownRequest } from './judge-reply.ts'
import { type ExchangeContext, runPhase } from './middleware.ts'
import type { RequesterParts } from './requester-parts.ts'
import { indexById, listRoutes, type Routes, selectChannel } from './routes.ts'

/** Terms of a request that is not on a road yet. */
export interface StartOptions extends Options {
  /** A reply channel's id; default: the first assembled one that the road can use. */
  readonly reply?: string | undefined
  /** Seconds the request lives; default: the flow's own, else 120. */
  readonly lifetime?: number | undefined
  /** The application's own; stored with the request, never sent. */
  readonly appState?: Json | undefined
  /**
   * Where the wallet leads the person back to: signed with the request. A wallet that was opened by a link on the same
   * device brings `code` in its fragment; give it to `verify` or `resume` as `deviceCode`.
   */
  readonly redirectUrl?: string | undefined
}

export interface RequestOptions extends StartOptions {
  /** The road, or several to be tried in order until one reaches the person. */
  readonly via: Routes
}

export interface CreateOptions extends StartOptions {
  readonly reply: string
}

export interface VerifyOptions extends Options {
  /**
   * The `code` that the browser brought in the fragment of `redirectUrl`. A reply without it is then refused: it came from
   * another device than the one that shows the page, such as that of a victim who was shown a copied QR code.
   */
  readonly deviceCode?: string | undefined
}

/** A request for the two-step form. */
export interface CreatedRequest {
  readonly id: string
  readonly jwt: string
  readonly uri: string
  /** Unix seconds. */
  readonly expiresAt: number
}

type Call<Params, Result extends Outcome> = (params: Params) => Ask<Result>

/**
 * The application's side: makes signed requests, sends them, verifies the replies. Which call:
 * `request` does all at once; `start` signs now and delivers when you say so (from a click, or on two roads);
 * `create` and `verify` are the two halves for servers that keep nothing in memory between them.
 */
export class Requester implements AsyncDisposable {
  readonly identity: Identity
  readonly #parts: RequesterParts
  readonly #clock: Clock
  readonly #transports: ReadonlyMap<string, Transport>
  readonly #channels: ReadonlyMap<string, ReplyChannel>
  readonly #open = new Set<ActiveExchange<Outcome>>()

  /** @throws UportError `ASSEMBLY_CONFLICT` where two transports or two channels share an id */
  constructor(parts: RequesterParts) {
    this.identity = parts.identity
    this.#parts = parts
    this.#clock = parts.clock ?? systemClock()
    this.#transports = indexById('transport', parts.transports ?? [])
    this.#channels = indexById('reply channel', parts.replyChannels ?? [])
  }

  /** The same parts with another identity: one per tenant. */
  withIdentity(identity: Identity): Requester {
    return new Requester({ ...this.#parts, identity })
  }

  /**
   * Makes a request, sends it, and resolves with the verified answer.
   *
   * @throws UportError by code, among them `REQUEST_REFUSED`, `REQUEST_EXPIRED`, `REQUEST_DISMISSED`,
   * `REQUEST_UNREACHABLE`; the signal's reason when the caller aborts
   */
  request<const Params, Result extends Outcome>(
    flow: Call<Params, Result>,
    params: Params,
    options: RequestOptions,
  ): Promise<Result> {
    return this.ask(flow(params), options)
  }

  /** As `request`, for an ask that was made before. */
  async ask<Result extends Outcome>(ask: Ask<Result>, options: RequestOptions): Promise<Result> {
    const roads = listRoutes(this.#transports, options.via)
    const exchange = await this.#begin(ask, options, roads)
    void deliverVia(exchange, roads)
    return exchange.result
  }

  /** Signs and stores a request that is on no road yet: `deliver` it from a click, or on several roads. */
  start<const Params, Result extends Outcome>(
    flow: Call<Params, Result>,
    params: Params,
    options: StartOptions = {},
  ): Promise<Exchange<Result>> {
    return this.#begin(flow(params), options, [])
  }

  /** First of two steps: signs and stores a request. The middleware runs in the second one, around `verify`. */
  async create<const Params, Result extends Outcome>(
    flow: Call<Params, Result>,
    params: Params,
    options: CreateOptions,
  ): Promise<CreatedRequest> {
    const channel = selectChannel(this.#channels, options.reply, [])
    const id = createRequestId(this.#parts)
    const terms = { ...options, channel }
    const record = await createRequest(id, flow(params), this.#clock.now(), this.#parts, terms, options)
    const { jwt, expiresAt } = record
    return { id, jwt, uri: toOutgoing(record, channel.mode, this.#parts.links).uri(), expiresAt }
  }

  /**
   * Second of two steps, in any process that shares the request store: judges a reply to request `id` and spends the
   * request. What is refused consumes nothing; a `retryable` error invites the same call again.
   *
   * @param reply the body that arrived at the callback: parameters, or `{ encrypted }`
   * @throws UportError `REQUEST_UNKNOWN`, `REQUEST_EXPIRED`, `REQUEST_REFUSED`, `REPLY_REPLAYED`, `REPLY_TOO_LATE` and
   * every code that says why a reply is not to be taken
   */
  async verify<Result extends Outcome>(
    flow: RequestFlow<Result>,
    id: string,
    reply: ReplyBody,
    options: VerifyOptions = {},
  ): Promise<Result> {
    const record = await this.#find(flow, id, options)
    const signal = options.signal ?? new AbortController().signal
    const context = Object.freeze({ ...this.#contextOf(id, record.requestType, payloadOf(record)), signal })
    const middleware = this.#parts.middleware ?? []
    return runPhase(middleware, 'observe', context, async () => {
      let hash = ''
      const judge = async (): Promise<Result> => {
        const judged = await judgeReply(reply, record, flow, this.#parts, this.#clock.now(), options)
        hash = judged.hash
        return judged.outcome
      }
      const outcome = await runPhase(middleware, 'policy', context, () =>
        runPhase(middleware, 'limit', context, judge),
      )
      await consumeRequest(record, hash, this.#parts, options)
      return outcome
    })
  }

  /** After a reload or in another process: waits on for the reply to a stored request. */
  async resume<Result extends Outcome>(
    flow: RequestFlow<Result>,
    id: string,
    options: VerifyOptions = {},
  ): Promise<Exchange<Result>> {
    const record = await this.#find(flow, id, options)
    assertNotExpired(record, this.#clock.now())
    const channel = selectChannel(this.#channels, record.reply.channel, [])
    return this.#run(
      flow,
      this.#contextOf(id, record.requestType, payloadOf(record)),
      channel,
      async () => record,
      options,
    )
  }

  /** What the application stored with a request, while the store remembers it. */
  async appState(id: string, options: Options = {}): Promise<Json | undefined> {
    return (await this.#parts.requests.get(id, options))?.appState
  }

  /** Cancels what is under way and waits until nothing is left behind. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((exchange) => exchange.close()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #begin<Result extends Outcome>(
    ask: Ask<Result>,
    options: StartOptions,
    roads: readonly Transport[],
  ): Promise<ActiveExchange<Result>> {
    const channel = selectChannel(this.#channels, options.reply, roads)
    const id = createRequestId(this.#parts)
    const { lifetime, appState, redirectUrl } = options
    const terms = { channel, lifetime, appState, redirectUrl }
    const context = this.#contextOf(id, requestTypeName(ask.flow.requestTypes[0]), ask.payload)
    const obtain = (inner: Options): Promise<PendingRequest> =>
      createRequest(id, ask, this.#clock.now(), this.#parts, terms, inner)
    return this.#run(ask.flow as RequestFlow<Result>, context, channel, obtain, options)
  }

  async #run<Result extends Outcome>(
    flow: RequestFlow<Result>,
    context: Omit<ExchangeContext, 'signal'>,
    channel: ReplyChannel,
    obtain: (options: Options) => Promise<PendingRequest>,
    options: VerifyOptions,
  ): Promise<ActiveExchange<Result>> {
    const exchange = new ActiveExchange<Result>(
      {
        flow,
        parts: this.#parts,
        clock: this.#clock,
        channel,
        transports: this.#transports,
        context,
        obtain,
        deviceCode: options.deviceCode,
      },
      options,
    )
    this.#open.add(exchange)
    void exchange.ended.then(() => this.#open.delete(exchange))
    // An abort while the request is still being made must not wait for the part that makes it.
    await Promise.race([exchange.ready, exchange.result])
    return exchange
  }

  #contextOf(
    id: string,
    requestType: string,
    payload: ExchangeContext['payload'],
  ): Omit<ExchangeContext, 'signal'> {
    return { side: 'requester', requestId: id, requestType, identity: this.identity.did, payload }
  }

  /** A stored request of this identity and this flow; another tenant's is as good as none. */
  async #find(flow: RequestFlow, id: string, options: Options): Promise<PendingRequest> {
    const record = await this.#parts.requests.get(id, options)
    if (record === undefined || record.issuer !== this.identity.did) throw unknownRequest()
    if (!flow.requestTypes.some((type) => requestTypeName(type) === record.requestType)) {
      throw new UportError(
        'REQUEST_TYPE_UNSUPPORTED',
        'The stored request belongs to another flow; verify it with that.',
        {
          data: { type: record.requestType },
        },
      )
    }
    return record
  }
}

function payloadOf(record: PendingRequest): ExchangeContext['payload'] {
  return decodeJwt(record.jwt).payload
}
