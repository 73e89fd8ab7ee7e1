import type { Options } from './options.ts'
import type { ReplyBody } from './reply-channel.ts'
import type { ReplyMode } from './transport.ts'

/** How a request reached the wallet. */
export type Arrival = 'scan' | 'link' | 'push' | 'paste'

export interface IncomingRequest {
  readonly arrival: Arrival
  /** A URI of any supported form, or a bare JWT. Hostile until parsed. */
  readonly text: string
  /** After it was stored, never before. */
  acknowledge(): Promise<void>
}

/** The wallet's way in: camera, app links, push inbox. */
export interface Intake {
  readonly id: string
  requests(options?: Options): AsyncIterable<IncomingRequest>
}

/** A request fetched by reference. */
export interface FetchedRequest {
  readonly jwt: string
  /** Whether a hash in the URI pinned the bytes. Legacy references have none. */
  readonly pinned: boolean
}

/** Fetches a request by reference. */
export interface RequestFetcher {
  accepts(uri: URL): boolean
  /** @throws UportError `REFERENCE_MISMATCH` (bytes differ from the hash), `REFERENCE_NOT_FOUND`, or SafeFetch's codes */
  fetch(uri: URL, options?: Options): Promise<FetchedRequest>
}

/** Takes the wallet's reply back to the app. */
export interface ReplySender {
  readonly mode: ReplyMode
  /** @throws UportError `REPLY_NOT_DELIVERED` (retryable where another try may help) */
  send(target: URL, body: ReplyBody, options?: Options): Promise<void>
}

/** Makes a wallet answer a request once only. */
export interface AnsweredRequests {
  /**
   * True exactly once for a hash until its expiry.
   *
   * @param requestHash base64url SHA-256 of the request's signing input
   * @param expiresAt Unix seconds
   */
  claim(requestHash: string, expiresAt: number, options?: Options): Promise<boolean>
}
