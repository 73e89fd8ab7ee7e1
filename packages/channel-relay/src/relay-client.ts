import {
  type Clock,
  type Options,
  type OutgoingRequest,
  type PublishedRequest,
  type ReplyAddress,
  type ReplyBody,
  type ReplyChannel,
  type RequestPublisher,
  sha256Base64url,
  systemClock,
  UportError,
} from '@uport-kit/core'
import { Closing } from './closing.ts'
import { positiveSeconds } from './positive-seconds.ts'
import { askRelay, type RelayHttp, type RelayRequest } from './relay-http.ts'
import { parseRelayUrl } from './relay-url.ts'
import { createSecretId, type SecretId, secretIdOf } from './secret-id.ts'
import { stoppable } from './stoppable.ts'
import { TopicReader } from './topic-reader.ts'

export interface RelayClientOptions {
  /** The relay's address; https, or http on this machine. */
  readonly url: string | URL
  /** Allows http to other machines. Whoever is on the way can then read and answer. Default false. */
  readonly allowHttp?: boolean | undefined
  /** The channel's id. Default `relay`. */
  readonly id?: string | undefined
  /** Milliseconds for an answer to begin. Default 10 000. */
  readonly timeoutMs?: number | undefined
  /** Milliseconds without a sign of life after which a stream counts as broken. Default 40 000: twice the relay's own interval, and room. */
  readonly heartbeatTimeoutMs?: number | undefined
  /** Milliseconds of one long poll, where streaming is not possible. Default 25 000. */
  readonly pollMs?: number | undefined
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Must be cryptographically secure. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: ((length: number) => Uint8Array) | undefined
  readonly clock?: Clock | undefined
}

/** How far the relay's clock may be from ours before an address ends too early. */
const CLOCK_SKEW_SECONDS = 300

/**
 * Awaits replies on a message relay, and stores requests there so that a short URI can stand for them.
 *
 * The relay sees sealed replies and who talks to it; it cannot read what was sealed, nor change a request that is
 * fetched by reference.
 */
export class RelayClient implements ReplyChannel, RequestPublisher, AsyncDisposable {
  readonly id: string
  readonly mode = 'post'
  readonly #url: string
  readonly #http: RelayHttp
  readonly #heartbeatTimeout: number
  readonly #pollSeconds: number
  readonly #randomBytes: (length: number) => Uint8Array
  readonly #closing = new Closing()

  /** @throws TypeError for an address that is not safe to use */
  constructor(options: RelayClientOptions) {
    this.id = options.id ?? 'relay'
    this.#url = parseRelayUrl(options.url, options.allowHttp ?? false)
    this.#http = {
      channel: this.id,
      fetch: options.fetch ?? ((...args) => globalThis.fetch(...args)),
      clock: options.clock ?? systemClock(),
      timeout: positiveSeconds('timeoutMs', options.timeoutMs ?? 10_000),
      closing: this.#closing,
    }
    this.#heartbeatTimeout = positiveSeconds('heartbeatTimeoutMs', options.heartbeatTimeoutMs ?? 40_000)
    this.#pollSeconds = Math.ceil(positiveSeconds('pollMs', options.pollMs ?? 25_000))
    this.#randomBytes = options.randomBytes ?? ((length) => crypto.getRandomValues(new Uint8Array(length)))
  }

  /**
   * Opens an inbox of its own for one request. It outlives the request by some minutes, for clocks that differ.
   *
   * @throws UportError `RELAY_UNREACHABLE` (retryable), `CHANNEL_FAILED` (refused), `CHANNEL_CLOSED` (this client was)
   */
  async open(
    request: { readonly id: string; readonly expiresAt: number },
    options?: Options,
  ): Promise<ReplyAddress> {
    const { secret, id } = createSecretId('topic', this.#randomBytes)
    const expiresAt = request.expiresAt + CLOCK_SKEW_SECONDS
    const callback = this.#topicUrl(id)
    await this.#ask({ method: 'PUT', url: callback, secret, ...json({ expiresAt }) }, options)
    return { channel: this.id, callback, state: { secret, expiresAt } }
  }

  /** @throws UportError `CHANNEL_CLOSED`, `CHANNEL_FAILED`; TypeError for an address of another channel */
  receive(address: ReplyAddress, options?: Options): AsyncIterable<ReplyBody> {
    const { secret } = this.#secretOf(address)
    const expiresAt = Number(address.state['expiresAt'])
    const reader = (): TopicReader =>
      new TopicReader({
        http: this.#http,
        url: address.callback,
        secret,
        expiresAt,
        heartbeatTimeout: this.#heartbeatTimeout,
        pollSeconds: this.#pollSeconds,
        randomBytes: this.#randomBytes,
      })
    return { [Symbol.asyncIterator]: () => stoppable((signal) => reader().read(signal), options?.signal) }
  }

  /** Deletes the inbox. Resolves also where the relay cannot be reached: the inbox ends by itself. */
  async close(address: ReplyAddress, options?: Options): Promise<void> {
    const { secret } = this.#secretOf(address)
    await this.#delete({ method: 'DELETE', url: address.callback, secret }, options)
  }

  /**
   * Stores a request under a fresh address.
   *
   * @throws UportError `RELAY_UNREACHABLE` (retryable), `CHANNEL_FAILED` (refused), `CHANNEL_CLOSED` (this client was)
   */
  async publish(request: OutgoingRequest, options?: Options): Promise<PublishedRequest> {
    const { secret, id } = createSecretId('reference', this.#randomBytes)
    const url = `${this.#url}/r/${id}`
    const expiresAt = request.expiresAt + CLOCK_SKEW_SECONDS
    const headers = { 'content-type': 'application/jwt' }
    await this.#ask(
      { method: 'PUT', url: `${url}?expiresAt=${expiresAt}`, secret, headers, body: request.jwt },
      options,
    )
    let closing: Promise<void> | undefined
    const close = (): Promise<void> => {
      closing ??= this.#delete({ method: 'DELETE', url, secret })
      return closing
    }
    return { uri: `${url}#${sha256Base64url(request.jwt)}`, close, [Symbol.asyncDispose]: close }
  }

  /** Ends everything that runs; whoever waits for replies gets `CHANNEL_CLOSED`. Open addresses stay open. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing.isClosed) return
    this.#closing.close(
      new UportError('CHANNEL_CLOSED', 'The relay client was closed; make a new one.', {
        data: { channel: this.id },
      }),
    )
  }

  #topicUrl(id: string): string {
    return `${this.#url}/t/${id}`
  }

  /** The secret goes only where it belongs: to the topic that it opens, on this relay. */
  #secretOf(address: ReplyAddress): SecretId {
    const { secret, expiresAt } = address.state
    if (address.channel !== this.id || typeof secret !== 'string' || typeof expiresAt !== 'number')
      throw new TypeError('address: not one that this channel opened')
    const pair = secretIdOf('topic', secret)
    if (address.callback !== this.#topicUrl(pair.id)) throw new TypeError('address: not one of this relay')
    return pair
  }

  #ask(request: RelayRequest, options?: Options): Promise<string> {
    return askRelay(this.#http, request, options?.signal)
  }

  async #delete(request: RelayRequest, options?: Options): Promise<void> {
    try {
      await this.#ask(request, options)
    } catch {
      options?.signal?.throwIfAborted()
    }
  }
}

function json(value: object): Pick<RelayRequest, 'body' | 'headers'> {
  return { body: JSON.stringify(value), headers: { 'content-type': 'application/json' } }
}
