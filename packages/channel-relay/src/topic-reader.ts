import { EventStreamParser, EventTooLarge, type ReplyBody, UportError } from '@uport-kit/core'
import { Attempt, AttemptTimeout } from './attempt.ts'
import { Backoff } from './backoff.ts'
import { channelClosed, notThisProtocol } from './channel-errors.ts'
import { pause } from './pause.ts'
import { answerError, isPassing, type RelayHttp, readText, sendRelayRequest } from './relay-http.ts'
import { parseMessageEvent, parseMessages, type RelayMessage } from './relay-message.ts'

export interface TopicReaderOptions {
  readonly http: RelayHttp
  readonly url: string
  readonly secret: string
  /** Unix seconds after which nothing can come any more. */
  readonly expiresAt: number
  /** Seconds without a sign of life after which a stream counts as broken. */
  readonly heartbeatTimeout: number
  /** Seconds of one long poll. */
  readonly pollSeconds: number
  readonly randomBytes: (length: number) => Uint8Array
}

/** Twice a full message, for its escapes. */
const MAX_EVENT_LENGTH = 2 * 65_536
/** A full inbox, with room. */
const MAX_POLL_BYTES = 1024 * 1024
const FIRST_PAUSE = 0.1
const LONGEST_PAUSE = 10
const LONGEST_RETRY_AFTER = 60
/** An answer that took this many seconds was one that had waited. */
const REAL_WAIT = 2

/** How one connection ended: why, and how long the relay wants to be left alone. */
interface ConnectionEnd {
  readonly reason: 'ended' | 'answered' | 'unstreamable' | 'failed'
  readonly retryAfter?: number
}

/**
 * Reads a topic from its first message on and outlives broken connections: each message is given exactly once, in
 * order. Streams where the way allows it, else polls.
 */
export class TopicReader {
  readonly #options: TopicReaderOptions
  readonly #backoff: Backoff
  #cursor = 0
  #canStream = true

  constructor(options: TopicReaderOptions) {
    this.#options = options
    this.#backoff = new Backoff({
      first: FIRST_PAUSE,
      longest: LONGEST_PAUSE,
      randomBytes: options.randomBytes,
    })
  }

  /**
   * @throws UportError `CHANNEL_CLOSED` (gone, or past its end), `CHANNEL_FAILED` (refused); the signal's reason
   */
  async *read(signal: AbortSignal): AsyncGenerator<ReplyBody, never> {
    for (;;) {
      const started = this.#options.http.clock.now()
      const cursor = this.#cursor
      const end = yield* this.#connect(signal)
      const wasUseful = this.#cursor > cursor || this.#options.http.clock.now() - started >= REAL_WAIT
      if (wasUseful) this.#backoff.reset()
      if (end.reason === 'unstreamable') this.#canStream = false
      if (end.reason === 'answered' && wasUseful) continue
      this.#refuseAfterEnd()
      await pause(this.#options.http, Math.max(this.#backoff.next(), end.retryAfter ?? 0), signal)
    }
  }

  /** One connection: gives its messages, then says how it ended. Only an end of all waiting is thrown. */
  async *#connect(signal: AbortSignal): AsyncGenerator<ReplyBody, ConnectionEnd> {
    const { http } = this.#options
    const isStream = this.#canStream
    const attempt = new Attempt(http.clock, signal, http.closing)
    try {
      const response = await this.#request(attempt, isStream)
      if (!response.ok) return this.#refusal(response)
      return isStream ? yield* this.#stream(response, attempt) : yield* this.#poll(response, attempt)
    } catch (cause) {
      signal.throwIfAborted()
      http.closing.throwIfClosed()
      if (cause instanceof UportError) throw cause
      if (cause instanceof EventTooLarge) throw notThisProtocol(this.#options.http.channel)
      return { reason: isStream && cause instanceof AttemptTimeout ? 'unstreamable' : 'failed' }
    } finally {
      attempt.end()
    }
  }

  #request(attempt: Attempt, isStream: boolean): Promise<Response> {
    const { http, url, secret, pollSeconds } = this.#options
    attempt.limit(isStream ? http.timeout : pollSeconds + http.timeout)
    const query = isStream ? `after=${this.#cursor}` : `after=${this.#cursor}&wait=${pollSeconds}`
    const accept = isStream ? 'text/event-stream' : 'application/json'
    return sendRelayRequest(http, attempt, {
      method: 'GET',
      url: `${url}?${query}`,
      secret,
      headers: { accept },
    })
  }

  async *#stream(response: Response, attempt: Attempt): AsyncGenerator<ReplyBody, ConnectionEnd> {
    const isEvents = /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')
    const reader = isEvents ? response.body?.getReader() : undefined
    if (reader === undefined) return { reason: 'unstreamable' }
    const parser = new EventStreamParser(MAX_EVENT_LENGTH)
    // The relay speaks at once; silence means that somebody on the way holds it back.
    attempt.limit(this.#options.http.timeout)
    for (;;) {
      const part = await attempt.race(reader.read())
      attempt.rest()
      if (part.done) return { reason: 'ended' }
      for (const event of parser.push(part.value)) {
        if (event.type !== 'message') continue
        const message = parseMessageEvent(event)
        if (message === undefined) throw notThisProtocol(this.#options.http.channel)
        if (this.#isNew(message)) yield message.body
      }
      attempt.limit(this.#options.heartbeatTimeout)
    }
  }

  async *#poll(response: Response, attempt: Attempt): AsyncGenerator<ReplyBody, ConnectionEnd> {
    attempt.limit(this.#options.http.timeout)
    const messages = parseMessages((await readText(response, attempt, MAX_POLL_BYTES)) ?? '')
    attempt.rest()
    if (messages === undefined) throw notThisProtocol(this.#options.http.channel)
    for (const message of messages) if (this.#isNew(message)) yield message.body
    return { reason: 'answered' }
  }

  #isNew(message: RelayMessage): boolean {
    if (message.cursor <= this.#cursor) return false
    this.#cursor = message.cursor
    return true
  }

  #refusal(response: Response): ConnectionEnd {
    const { http, url } = this.#options
    if (response.status === 404 || response.status === 410) throw channelClosed(http.channel)
    if (!isPassing(response.status)) throw answerError(http.channel, url, response.status)
    const seconds = Number(response.headers.get('retry-after') ?? 0)
    return { reason: 'failed', retryAfter: seconds > 0 ? Math.min(seconds, LONGEST_RETRY_AFTER) : 0 }
  }

  #refuseAfterEnd(): void {
    if (this.#options.http.clock.now() >= this.#options.expiresAt)
      throw channelClosed(this.#options.http.channel)
  }
}
