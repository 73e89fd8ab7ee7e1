import type { Did } from './did.ts'
import type { Json } from './json.ts'
import type { Options } from './options.ts'
import type { ReplyAddress } from './reply-channel.ts'

/** A request of ours that waits for its reply. Plain JSON. */
export interface PendingRequest {
  /** 128 random bits or more, base64url. */
  readonly id: string
  readonly issuer: Did
  readonly requestType: string
  readonly jwt: string
  /** Unix seconds. */
  readonly expiresAt: number
  readonly reply: ReplyAddress
  /** The application's own, handed back as it was given. */
  readonly appState?: Json | undefined
}

/** `won`: this reply, first time. `same`: this very reply again. `lost`: another reply was first. */
export type ConsumeResult = 'won' | 'same' | 'lost' | 'unknown'

/** Remembers the requests that wait, and spends each of them once. */
export interface RequestStore {
  /** @throws UportError `REQUEST_ID_IN_USE` */
  put(record: PendingRequest, options?: Options): Promise<void>
  /** The record, spent or not, until some time after its expiry (300 s at least); then undefined. */
  get(id: string, options?: Options): Promise<PendingRequest | undefined>
  /**
   * Spends the request: the last step of verification. Atomic over all processes that share the store.
   *
   * @param replyHash base64url SHA-256 of what was signed in the reply, never of its malleable signature
   */
  consume(id: string, replyHash: string, options?: Options): Promise<ConsumeResult>
}
