import type { RandomBytes } from '../encryption/random-bytes.ts'
import type { AnyReplyFlow, SubjectRule } from '../flows/flow.ts'
import type { Secp256k1Engine } from '../jwt/secp256k1-engine.ts'
import type { SignatureVerifier } from '../jwt/signature-verifier.ts'
import type { Clock } from '../ports/clock.ts'
import type { ContentSource } from '../ports/content.ts'
import type { DidResolver } from '../ports/did-resolver.ts'
import type { Identity } from '../ports/identity.ts'
import type { SafeFetch } from '../ports/safe-fetch.ts'
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
  /** Asks a recipient's host whether it vouches for the requester. Without it, only a did:web requester is attested. */
  readonly safeFetch?: SafeFetch | undefined
  /** Reads what requesters say of themselves by `/ipfs/` link. Without it, such links are undetermined. */
  readonly content?: ContentSource | undefined
  /** Take requests without `exp`, as many originals made them, for 600 s after their `iat`. Default false. */
  readonly requestsWithoutExp?: boolean | undefined
  /** Take requests whose times are in milliseconds, as the earliest signers wrote them. Default false. */
  readonly legacyTimes?: boolean | undefined
  /** Default `holder`: a credential about somebody else is not accepted. */
  readonly subjects?: SubjectRule | undefined
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
  /** Signature algorithms beside `ES256K` and `ES256K-R`, by their names in token headers. */
  readonly algorithms?: ReadonlyMap<string, SignatureVerifier> | undefined
  /** Default: the platform's cryptographic generator. */
  readonly randomBytes?: RandomBytes | undefined
}

/** Seconds a reply stays valid: long enough for a slow relay, short enough to be worth little later. */
export const DEFAULT_REPLY_LIFETIME = 600

/** Seconds that a request without an end of its own may be answered: one by `requestsWithoutExp`, or a credential. */
export const ASSUMED_LIFETIME = 600
