import type { VerificationKey } from '../identity/did-document.ts'
import type { Secp256k1Engine } from '../jwt/secp256k1-engine.ts'
import type { Account } from '../ports/account.ts'
import type { ContentSource } from '../ports/content.ts'
import type { Did } from '../ports/did.ts'
import type { DidDocument } from '../ports/did-resolver.ts'
import type { Identity } from '../ports/identity.ts'
import type { JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import type { ReplyParams } from '../ports/reply-channel.ts'

declare const RESULT: unique symbol

/** The wire `type` of a request; undefined: a token without a type, which is a credential. */
export type RequestType = string | undefined

/** A type as records, errors and policies write it: a credential has none and is called `credential`. */
export function requestTypeName(type: RequestType): string {
  return type ?? 'credential'
}

/** What every exchange ends with when it ends well. */
export interface Outcome {
  /** Who answered, proven; undefined where the reply carries no signature (a transaction hash). */
  readonly did: Did | undefined
  readonly requestId: string
}

/** What a flow makes of its parameters. The result type rides along; nothing of it exists at run time. */
export interface Ask<out Result extends Outcome> {
  readonly flow: RequestFlow
  readonly payload: JsonObject
  readonly [RESULT]?: Result
}

/** A token whose signature, times and audience were verified. Frozen. */
export interface Verified<Payload = JsonObject> {
  /** Folded: a bare MNID issuer reads `did:uport:<MNID>`. */
  readonly issuer: Did
  readonly payload: Payload
  readonly jwt: string
}

/** A verified token of another party, with the document its key was found in. */
export interface VerifiedStatement extends Verified {
  readonly document: DidDocument
  /** The key that signed. */
  readonly key: VerificationKey
  /** Seconds of clock tolerance that the token needed; 0 where the clocks agree. */
  readonly skewUsed: number
}

/** A verified token that answers our request. */
export interface VerifiedReply extends VerifiedStatement {
  /** Whether the token repeats our request, or only came by its channel. */
  readonly bound: 'request' | 'channel'
  /** `same-device`: the page that asked and the wallet that answered were proven to be on one device. */
  readonly binding: DeviceBinding
}

/** Whether an answer is known to come from the device that shows the page. A plain QR code cannot prove it. */
export type DeviceBinding = 'same-device' | 'none'

export interface ReplyJwtRules {
  /** The reply's `type`; undefined where the answer is a credential, which has none. */
  readonly type?: string | undefined
  /** Whether the reply must carry our request in `req`, byte for byte. One that carries another is refused in any case. */
  readonly echo: boolean
  /**
   * Default false: `exp` and `aud` must be there. True for what carries no authority by itself (a signature over data, a
   * credential): old wallets leave them out; where they are there, they count.
   */
  readonly standalone?: boolean | undefined
  /** Default false. True for a part of a reply that is bound by the reply around it: a flow that echoes asks no echo of it. */
  readonly unbound?: boolean | undefined
  /** Default `authentication`: only a key that the issuer lists for it. `any`: credentials are signed by other keys too. */
  readonly key?: 'authentication' | 'any' | undefined
}

/** What the requester lends a flow for judging one reply. */
export interface VerifyContext extends Options {
  /** Our own request. */
  readonly request: Verified
  readonly requestId: string
  /** Unix seconds. */
  readonly now: number
  /** Whether the reply came sealed to this request's box key. */
  readonly sealed: boolean
  /** Recovers signers. */
  readonly engine: Secp256k1Engine
  /** `any`: a credential about somebody else than the one who answers is taken too. */
  readonly subjects: SubjectRule
  readonly content?: ContentSource | undefined
  /** The kernel's door: type, echo, signature by a key that may authenticate, times, audience. */
  verifyReplyJwt(jwt: string, rules: ReplyJwtRules): Promise<VerifiedReply>
  /** Signature and times of somebody's statement; says nothing about its subject or whether its issuer is welcome. */
  verifyCredential(jwt: string): Promise<VerifiedStatement>
}

/** Whose credentials count: those about the one who shows them, or, as among old peers, anybody's. */
export type SubjectRule = 'holder' | 'any'

/** The app's side of a conversation. */
export interface RequestFlow<out Result extends Outcome = Outcome> {
  /** The types it sends; the first one is written into new requests. */
  readonly requestTypes: readonly [RequestType, ...RequestType[]]
  /** How a reply is tied to its request: by repeating it, or only by arriving on its own channel. */
  readonly binding: 'echo' | 'channel'
  /** Seconds a request lives unless the caller says otherwise. */
  readonly lifetime?: number | undefined
  /** The order of the payload's members on the wire where it should be that of the original signers; others follow. */
  readonly memberOrder?: readonly string[] | undefined
  /** @throws UportError when the reply is not to be taken; a retryable one keeps the reply for another try */
  verifyReply(params: ReplyParams, context: VerifyContext): Promise<Result>
}

/** A flow that is called with its parameters. */
export type RequestFlowOf<Params, Result extends Outcome> = RequestFlow<Result> &
  ((params: Params) => Ask<Result>)

export interface RequestFlowDefinition<Params, Result extends Outcome> extends RequestFlow<Result> {
  /** The payload's own members; the kernel adds `type`, `callback`, `boxPub`, `iat`, `exp` and `iss`. */
  createPayload(params: Params): JsonObject
}

/** Makes the app's half of a flow from its parts. */
export function defineRequestFlow<Params, Result extends Outcome>(
  definition: RequestFlowDefinition<Params, Result>,
): RequestFlowOf<Params, Result> {
  const parts: RequestFlow<Result> = {
    requestTypes: definition.requestTypes,
    binding: definition.binding,
    lifetime: definition.lifetime,
    memberOrder: definition.memberOrder,
    verifyReply: (params, context) => definition.verifyReply(params, context),
  }
  const ask = (params: Params): Ask<Result> =>
    Object.freeze({ flow: flow, payload: definition.createPayload(params) })
  const flow: RequestFlowOf<Params, Result> = Object.freeze(Object.assign(ask, parts))
  return flow
}

/** What the responder lends a flow for making one reply. */
export interface ReplyContext extends Options {
  readonly identity: Identity
  readonly requestJwt: string
  readonly requester: Did
  /** The request's `iss` as it was written: what `aud` must repeat, because old peers compare text. */
  readonly audience: string
  /** Whether the address to answer to was signed by the requester; `none`: there is none. */
  readonly callback: 'signed' | 'unsigned' | 'none'
  /** `any`: a credential about somebody else is accepted too. */
  readonly subjects: SubjectRule
  readonly account?: Account | undefined
  /** Signs a reply: adds `iat`, `exp`, `aud` (the request's `iss` verbatim) and `req`, so that every reply is bound. */
  sign(payload: JsonObject): Promise<string>
  /** Signs a statement that others than the requester will read: adds `iat`, `iss` and, where asked for, `exp` alone. */
  issue(
    payload: JsonObject,
    terms?: {
      /** Seconds. */
      readonly expiresIn?: number | undefined
    },
  ): Promise<string>
}

/** The wallet's side of a conversation. */
export interface ReplyFlow<Request, Answer> {
  readonly requestTypes: readonly [RequestType, ...RequestType[]]
  /** True where a request without an address to answer to is complete: an acceptance then stays with the wallet. */
  readonly replyOptional?: boolean | undefined
  /**
   * True where `createReply` does what cannot be undone (a transaction is sent): the request then counts as answered before
   * it runs, so that it never runs for two approvals of one request. If it fails, the same consent may try again or decline.
   */
  readonly irreversible?: boolean | undefined
  /** @throws UportError `REQUEST_INVALID` */
  parseRequest(payload: JsonObject): Request
  createReply(request: Request, answer: Answer, context: ReplyContext): Promise<ReplyParams>
}

// biome-ignore lint/suspicious/noExplicitAny: the erased form; `PendingConsent.is` narrows it again by the flow's identity
export type AnyReplyFlow = ReplyFlow<any, any>

/** Makes the wallet's half of a flow; exists for its inference. */
export function defineReplyFlow<Request, Answer>(
  flow: ReplyFlow<Request, Answer>,
): ReplyFlow<Request, Answer> {
  return Object.freeze({ ...flow })
}
