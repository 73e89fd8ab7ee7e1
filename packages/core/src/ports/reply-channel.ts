import type { JsonObject } from './json.ts'
import type { Options } from './options.ts'
import type { ReplyMode } from './transport.ts'

/** A reply's parameters as on the wire: `access_token`, `tx`, `error`, ... */
export type ReplyParams = Readonly<Record<string, string>>

/** A reply as it arrived: parameters in clear, or `{ encrypted: BoxEnvelope }`. Anybody may have written it. */
export type ReplyBody = JsonObject

/** Where a reply is awaited. Plain JSON, so that another process, or the page after a reload, can go on. */
export interface ReplyAddress {
  /** The channel's id. */
  readonly channel: string
  /** The URL that goes into the signed request. */
  readonly callback: string
  /** The channel's own; may hold its read secret, so it is stored, never sent or logged. */
  readonly state: JsonObject
}

/** The way back. */
export interface ReplyChannel {
  readonly id: string
  readonly mode: ReplyMode
  /** Gives a callback URL before the request is signed. */
  open(request: { readonly id: string; readonly expiresAt: number }, options?: Options): Promise<ReplyAddress>
  /**
   * The replies, in the order of arrival, from the first one on however often it is called; it waits for more until
   * the consumer stops or the signal aborts (then it rejects with the signal's reason). Broken connections are its
   * own business: it rejects only when waiting has become pointless (`CHANNEL_CLOSED`, `CHANNEL_FAILED`).
   */
  receive(address: ReplyAddress, options?: Options): AsyncIterable<ReplyBody>
  /** Gives up the address and what is stored there. Harmless when repeated. */
  close(address: ReplyAddress, options?: Options): Promise<void>
}
