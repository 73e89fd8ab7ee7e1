import type { ReplyFlow } from '../flows/flow.ts'
import type { Did } from '../ports/did.ts'
import type { Identity } from '../ports/identity.ts'
import type { JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import type { Arrival } from '../ports/wallet.ts'
import type { IssuerClaims } from './issuer-claims.ts'
import type { RecipientTrust } from './recipient.ts'

/** A verified request that waits for a person's decision. */
export interface PendingConsent<Request = unknown, Answer = never> {
  /** base64url SHA-256 of what the requester signed. */
  readonly id: string
  /** The request's token as it was received and verified: to keep, or to show what was signed. Never an id: use `id`. */
  readonly requestJwt: string
  /** Who asks, proven by signature. */
  readonly requester: Did
  /** What the requester publishes about itself in its identity document. Its own words: show it, never trust it. */
  readonly requesterProfile: JsonObject
  /** Who receives the answer, and how that is known. */
  readonly recipient: RecipientTrust
  readonly request: Request
  readonly requestType: string
  /** What others say of the requester, each checked: only `verified` says anything. */
  readonly issuerClaims: IssuerClaims
  /** Unix seconds. */
  readonly expiresAt: number
  /** True where the request names no end and this one is the wallet's own. */
  readonly expiryAssumed: boolean
  readonly arrival: Arrival
  /** False where the request was fetched by a reference without a hash: whoever serves it chose it. */
  readonly pinned: boolean
  /** Whether the answer will be sealed to the requester; otherwise the relay can read it. */
  readonly sealed: boolean
  /**
   * Where to lead the person after the answer went out; undefined before, and where the request did not come by a link on
   * this device. It may carry a code that proves to the page that this very device answered: open it once, tell nobody.
   */
  readonly returnUrl: string | undefined
  /** Whether the request is one of this flow's; narrows `request` and `approve`. */
  is<Question, Reply>(flow: ReplyFlow<Question, Reply>): this is PendingConsent<Question, Reply>
  /**
   * Signs the answer and sends it. When sending fails, calling it again sends the same answer again.
   *
   * @throws UportError `REQUEST_ALREADY_ANSWERED`, `REQUEST_EXPIRED`, `REPLY_NOT_DELIVERED`, the flow's own
   */
  approve(answer: Answer, options?: Options & { readonly as?: Identity | undefined }): Promise<void>
  /** Tells the requester that the person declined. */
  decline(options?: Options): Promise<void>
  /**
   * Tells the requester that the answer could not be made (`processing_error`), for instance because a transaction would fail:
   * after an `approve` that rejected and that will not be tried again.
   */
  fail(options?: Options): Promise<void>
}
