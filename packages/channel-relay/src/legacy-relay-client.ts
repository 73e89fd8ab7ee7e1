import {
  type Clock,
  encodeBase64url,
  isUportError,
  type Options,
  type ReplyAddress,
  type ReplyBody,
  type ReplyChannel,
  systemClock,
} from '@uport-kit/core'
import { Backoff } from './backoff.ts'
import { channelClosed, notThisProtocol } from './channel-errors.ts'
import { Closing } from './closing.ts'
import { type LegacyTopicAnswer, parseLegacyTopic } from './legacy-topic.ts'
import { pause } from './pause.ts'
import { positiveSeconds } from './positive-seconds.ts'
import { askRelay, type RelayHttp } from './relay-http.ts'
import { parseRelayUrl } from './relay-url.ts'
import { stoppable } from './stoppable.ts'

export interface LegacyRelayClientOptions {
  /** The server's address, without `/topic`; https, or http on this machine. */
  readonly url: string | URL
  /** Allows http to other machines. Whoever is on the way can then read and answer. Default false. */
  readonly allowHttp?: boolean | undefined
  /** The channel's id. Default `legacy-relay`. */
  readonly id?: string | undefined
  /** Milliseconds for an answer. Default 10 000. */
  readonly timeoutMs?: number | undefined
  /** Milliseconds between two questions. Default 2 000, as old clients asked. */
  readonly pollMs?: number | undefined
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Must be cryptographically secure. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: ((length: number) => Uint8Array) | undefined
  readonly clock?: Clock | undefined
}

/** Bytes of a topic's id: what the callbacks of old clients had. */
const ID_BYTES = 16
const LONGEST_PAUSE = 30

/** A full message as JSON text within JSON, and its envelope. */
const MAX_ANSWER_BYTES = 2 * 65_536 + 4096

/** How far the server's clock may be from ours. */
const CLOCK_SKEW_SECONDS = 300

/**
 * Awaits replies in topics of the old message server, for wallets that accept no other callback. Anybody who saw the
 * request can read the topic, write it and, on an original server, replace what is there: take it only where you must, and
 * with sealed replies.
 */
export class LegacyRelayClient implements ReplyChannel, AsyncDisposable {
  readonly id: string
  readonly mode = 'post'
  readonly #url: string
  readonly #http: RelayHttp
  readonly #pollSeconds: number
  readonly #randomBytes: (length: number) => Uint8Array
  readonly #closing = new Closing()
  /** Topics that were closed here, until nothing can come any more: a server may keep on answering for them. */
  readonly #closed = new Map<string, number>()
  readonly #waits = new Map<string, Set<AbortController>>()

  /** @throws TypeError for an address that is not safe to use */
  constructor(options: LegacyRelayClientOptions) {
    this.id = options.id ?? 'legacy-relay'
    this.#url = parseRelayUrl(options.url, options.allowHttp ?? false)
    this.#http = {
      channel: this.id,
      fetch: options.fetch ?? ((...args) => globalThis.fetch(...args)),
      clock: options.clock ?? systemClock(),
      timeout: positiveSeconds('timeoutMs', options.timeoutMs ?? 10_000),
      closing: this.#closing,
    }
    this.#pollSeconds = positiveSeconds('pollMs', options.pollMs ?? 2_000)
    this.#randomBytes = options.randomBytes ?? ((length) => crypto.getRandomValues(new Uint8Array(length)))
  }

  /**
   * Makes up a topic and asks for it once: an original server takes posts only for topics that were asked for.
   *
   * @throws UportError `RELAY_UNREACHABLE` (retryable), `CHANNEL_FAILED` (refused), `CHANNEL_CLOSED` (this client was)
   */
  async open(
    request: { readonly id: string; readonly expiresAt: number },
    options?: Options,
  ): Promise<ReplyAddress> {
    const callback = `${this.#url}/topic/${encodeBase64url(this.#randomBytes(ID_BYTES))}`
    this.#parse(await this.#ask(callback, options?.signal))
    return { channel: this.id, callback, state: { expiresAt: request.expiresAt + CLOCK_SKEW_SECONDS } }
  }

  /** @throws UportError `CHANNEL_CLOSED`, `CHANNEL_FAILED`; TypeError for an address of another channel */
  receive(address: ReplyAddress, options?: Options): AsyncIterable<ReplyBody> {
    const { callback, expiresAt } = this.#check(address)
    return {
      [Symbol.asyncIterator]: () =>
        stoppable((signal) => this.#readOpen(callback, expiresAt, signal), options?.signal),
    }
  }

  /**
   * Ends whoever waits for the topic here, and deletes it where the server does so at all. Resolves also where that cannot be
   * reached.
   */
  async close(address: ReplyAddress, options?: Options): Promise<void> {
    const { callback, expiresAt } = this.#check(address)
    this.#forget()
    this.#closed.set(callback, expiresAt)
    for (const wait of this.#waits.get(callback) ?? []) wait.abort(channelClosed(this.id))
    try {
      await askRelay(this.#http, { method: 'DELETE', url: callback }, options?.signal)
    } catch {
      options?.signal?.throwIfAborted()
    }
  }

  /** Ends everything that runs; whoever waits for replies gets `CHANNEL_CLOSED`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closing.isClosed) this.#closing.close(channelClosed(this.id))
  }

  #forget(): void {
    const now = this.#http.clock.now()
    for (const [callback, expiresAt] of this.#closed) if (expiresAt < now) this.#closed.delete(callback)
  }

  /** Reads until the topic is closed here. */
  async *#readOpen(url: string, expiresAt: number, signal: AbortSignal): AsyncGenerator<ReplyBody, never> {
    if (this.#closed.has(url)) throw channelClosed(this.id)
    const wait = new AbortController()
    const waits = this.#waits.get(url) ?? new Set()
    this.#waits.set(url, waits.add(wait))
    try {
      return yield* this.#read(url, expiresAt, AbortSignal.any([signal, wait.signal]))
    } finally {
      waits.delete(wait)
      if (waits.size === 0 && this.#waits.get(url) === waits) this.#waits.delete(url)
    }
  }

  /** Each content once, whenever it differs from the one before. */
  async *#read(url: string, expiresAt: number, signal: AbortSignal): AsyncGenerator<ReplyBody, never> {
    const backoff = new Backoff({
      first: this.#pollSeconds,
      longest: Math.max(LONGEST_PAUSE, this.#pollSeconds),
      randomBytes: this.#randomBytes,
    })
    let last: string | undefined
    for (;;) {
      const topic = await this.#poll(url, signal)
      if (topic?.body !== undefined && topic.text !== last) yield topic.body
      last = topic?.text ?? last
      if (topic?.hasEnded === true || this.#http.clock.now() >= expiresAt) throw channelClosed(this.id)
      if (topic !== undefined) backoff.reset()
      await pause(this.#http, topic === undefined ? backoff.next() : this.#pollSeconds, signal)
    }
  }

  /** @returns undefined where another try may help; also for a topic that somebody filled beyond what is read */
  async #poll(url: string, signal: AbortSignal): Promise<LegacyTopicAnswer | undefined> {
    let answer: string
    try {
      answer = await this.#ask(url, signal)
    } catch (cause) {
      if (isUportError(cause) && cause.retryable) return undefined
      throw cause
    }
    return answer === '' ? undefined : this.#parse(answer)
  }

  #ask(url: string, signal: AbortSignal | undefined): Promise<string> {
    const headers = { accept: 'application/json' }
    return askRelay(this.#http, { method: 'GET', url, headers, maxBytes: MAX_ANSWER_BYTES }, signal)
  }

  #parse(answer: string): LegacyTopicAnswer {
    const topic = parseLegacyTopic(answer)
    if (topic === undefined) throw notThisProtocol(this.id)
    return topic
  }

  #check(address: ReplyAddress): { readonly callback: string; readonly expiresAt: number } {
    const { channel, callback, state } = address
    const expiresAt = state['expiresAt']
    if (channel !== this.id || typeof expiresAt !== 'number')
      throw new TypeError('address: not one that this channel opened')
    const base = `${this.#url}/topic/`
    if (!callback.startsWith(base) || !/^[\w-]{22}$/.test(callback.slice(base.length)))
      throw new TypeError('address: not one of this server')
    return { callback, expiresAt }
  }
}
