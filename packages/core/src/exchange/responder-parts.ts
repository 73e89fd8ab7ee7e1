import type { AnyReplyFlow } from '../flows/flow.ts'
import type { Secp256k1Engine } from '../jwt/secp256k1-engine.ts'
import type { Clock } from '../ports/clock.ts'
import type { DidResolver } from '../ports/did-resolver.ts'
import type { Identity } from '../ports/identity.ts'
import type { AnsweredRequests, ReplySender, RequestFetcher } from '../ports/wallet.ts'
import type { PhasedMiddleware } from './middleware.ts'

/** What a responder is made of. */
export interface ResponderParts {
  readonly identity: Identity
  readonly resolver: DidResolver
  /** Wallet halves of the flows it answers. */
  readonly flows: readonly AnyReplyFlow[]
  readonly senders: readonly ReplySender[]
  readonly answered: AnsweredRequests
  /** For requests by reference; without one they are refused. */
  readonly fetchers?: readonly RequestFetcher[] | undefined
  /** Runs around each answer. */
  readonly middleware?: readonly PhasedMiddleware[] | undefined
  /** Seconds of clock tolerance for requests. Default 60. */
  readonly skew?: number | undefined
  /** Seconds a reply stays valid. Default 600. */
  readonly replyLifetime?: number | undefined
  /** Default: the machine's clock. */
  readonly clock?: Clock | undefined
  /** Default: noble. */
  readonly engine?: Secp256k1Engine | undefined
}

/** Seconds a reply stays valid: long enough for a slow relay, short enough to be worth little later. */
export const DEFAULT_REPLY_LIFETIME = 600
