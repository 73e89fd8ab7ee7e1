import type { SubjectRule } from '../flows/flow.ts'
import type { Secp256k1Engine } from '../jwt/secp256k1-engine.ts'
import type { SignatureVerdicts } from '../jwt/signature-verdicts.ts'
import type { SignatureVerifier } from '../jwt/signature-verifier.ts'
import type { Clock } from '../ports/clock.ts'
import type { ContentSource } from '../ports/content.ts'
import type { Did } from '../ports/did.ts'
import type { DidResolver } from '../ports/did-resolver.ts'
import type { Identity } from '../ports/identity.ts'
import type { ReplyChannel } from '../ports/reply-channel.ts'
import type { RequestStore } from '../ports/request-store.ts'
import type { Transport } from '../ports/transport.ts'
import type { PhasedMiddleware } from './middleware.ts'
import type { Sealing } from './open-reply.ts'
import type { RequestLinks } from './request-uri.ts'

/** What a requester is made of. */
export interface RequesterParts {
  readonly identity: Identity
  readonly resolver: DidResolver
  readonly requests: RequestStore
  readonly transports?: readonly Transport[] | undefined
  readonly replyChannels?: readonly ReplyChannel[] | undefined
  readonly middleware?: readonly PhasedMiddleware[] | undefined
  readonly links?: RequestLinks | undefined
  /** Default `required`. */
  readonly sealing?: Sealing | undefined
  /** Seconds of clock tolerance for replies and credentials. Default 60; uPort's originals allowed 300. */
  readonly skew?: number | undefined
  /** Take tokens whose times are in milliseconds, as the earliest signers wrote them. Default false. */
  readonly legacyTimes?: boolean | undefined
  /** Default `holder`: a credential about somebody else than the one who answers is invalid. */
  readonly subjects?: SubjectRule | undefined
  /** Reads content by hash for flows that need it. */
  readonly content?: ContentSource | undefined
  /** Default: the machine's clock. */
  readonly clock?: Clock | undefined
  /** Default: noble. */
  readonly engine?: Secp256k1Engine | undefined
  /**
   * Whether many replies or credentials of this issuer are expected, so that the engine may spend time and memory on its
   * key. Default: of nobody.
   */
  readonly isFrequentIssuer?: ((issuer: Did) => boolean) | undefined
  /**
   * Remembers the signatures of credentials that were verified, for applications that see the same ones again and again.
   * Replies come once, and are always verified. Default: each credential is verified anew.
   */
  readonly verdicts?: Pick<SignatureVerdicts, 'find' | 'remember'> | undefined
  /** Signature algorithms beside `ES256K` and `ES256K-R`, by their names in token headers. */
  readonly algorithms?: ReadonlyMap<string, SignatureVerifier> | undefined
  /** Default: the platform's cryptographic generator. */
  readonly randomBytes?: ((length: number) => Uint8Array) | undefined
}

/** Seconds a request lives: a QR on a screen is seen by others too, so it is short. */
export const DEFAULT_LIFETIME = 120

/** Longest life of a request, in seconds. */
export const MAX_LIFETIME = 7 * 86_400
