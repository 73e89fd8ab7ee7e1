import { encodeBase64url } from '../bytes/base64url.ts'
import { sealBox } from '../encryption/box.ts'
import { systemRandomBytes } from '../encryption/random-bytes.ts'
import { UportError } from '../errors/uport-error.ts'
import type { Outcome, ReplyFlow } from '../flows/flow.ts'
import { readProfile } from '../identity/did-document.ts'
import type { Clock } from '../ports/clock.ts'
import type { Did } from '../ports/did.ts'
import type { Identity } from '../ports/identity.ts'
import type { JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import type { ReplyBody, ReplyParams } from '../ports/reply-channel.ts'
import type { Arrival, ReplySender } from '../ports/wallet.ts'
import type { IssuerClaims } from './issuer-claims.ts'
import { runPhase } from './middleware.ts'
import type { PendingConsent } from './pending-consent.ts'
import type { ReceivedRequest } from './receive-request.ts'
import type { RecipientTrust } from './recipient.ts'
import { parseRedirectUrl } from './redirect-url.ts'
import { createReplyContext } from './reply-context.ts'
import { appendToFragment } from './reply-fragment.ts'
import type { RequesterFacts } from './requester-facts.ts'
import type { ResponderParts } from './responder-parts.ts'

type Decision = 'approved' | 'declined' | 'failed'

/** One request before a person: shown, then answered once. */
export class Consent implements PendingConsent {
  readonly id: string
  readonly requestJwt: string
  readonly requester: Did
  readonly requesterProfile: JsonObject
  readonly recipient: RecipientTrust
  readonly request: unknown
  readonly requestType: string
  readonly issuerClaims: IssuerClaims
  readonly expiresAt: number
  readonly expiryAssumed: boolean
  readonly arrival: Arrival
  readonly pinned: boolean
  readonly sealed: boolean

  readonly #received: ReceivedRequest
  readonly #parts: ResponderParts
  readonly #clock: Clock
  /** What goes out, once it is decided; kept so that a failed delivery can be repeated as it was. */
  #decided: { readonly kind: Decision; readonly body: Promise<ReplyBody> } | undefined
  #delivered = false
  #claimed = false
  /** Goes into the signed reply, and to the page that the requester signed. */
  readonly #code: string | undefined
  readonly #signedRedirect: URL | undefined

  constructor(
    received: ReceivedRequest,
    facts: RequesterFacts,
    arrival: Arrival,
    parts: ResponderParts,
    clock: Clock,
  ) {
    const { verified } = received
    this.id = received.hash
    this.requestJwt = verified.jwt
    this.requester = verified.issuer
    this.requesterProfile = readProfile(verified.document)
    this.recipient = facts.recipient
    this.issuerClaims = facts.issuerClaims
    this.request = facts.request
    this.requestType = received.type
    this.expiresAt = received.expiresAt
    this.expiryAssumed = received.expiryAssumed
    this.arrival = arrival
    this.pinned = received.pinned
    this.sealed = received.boxPub !== undefined
    this.#received = received
    this.#parts = parts
    this.#clock = clock
    this.#signedRedirect = parseRedirectUrl(verified.payload['redirect_url'])
    // Whatever the link adds: else whoever altered it would get an answer that is as good as one by a scanned code.
    this.#code = arrival === 'link' && this.#signedRedirect !== undefined ? createCode(parts) : undefined
  }

  get returnUrl(): string | undefined {
    const { redirect, replyMode } = this.#received
    // In redirect mode the sender opens the page, with the reply.
    if (!this.#delivered || this.arrival !== 'link' || replyMode === 'redirect') return undefined
    if (redirect === undefined) return undefined
    // To the very address that the requester signed: one of its origin alone may pass it on.
    const code = redirect.href === this.#signedRedirect?.href ? this.#code : undefined
    return appendToFragment(redirect.href, { code })
  }

  is<Question, Reply>(flow: ReplyFlow<Question, Reply>): this is PendingConsent<Question, Reply> {
    return this.#received.flow === flow
  }

  async approve(
    answer: unknown,
    options: Options & { readonly as?: Identity | undefined } = {},
  ): Promise<void> {
    const identity = options.as ?? this.#parts.identity
    await this.#answer('approved', identity, options, () => this.#createReply(answer, identity, options))
  }

  async decline(options: Options = {}): Promise<void> {
    await this.#answer('declined', this.#parts.identity, options, async () => ({ error: 'access_denied' }))
  }

  async fail(options: Options = {}): Promise<void> {
    await this.#answer('failed', this.#parts.identity, options, async () => ({ error: 'processing_error' }))
  }

  async #answer(
    kind: Decision,
    identity: Identity,
    options: Options,
    createParams: () => Promise<ReplyParams>,
  ): Promise<void> {
    if (this.#delivered || (this.#decided !== undefined && this.#decided.kind !== kind))
      throw alreadyAnswered()
    const target = this.#target()
    const sender = target === undefined ? undefined : this.#sender()
    const context = Object.freeze({
      side: 'responder' as const,
      requestId: this.id,
      requestType: this.requestType,
      identity: identity.did,
      payload: this.#received.verified.payload,
      signal: options.signal ?? new AbortController().signal,
    })
    const middleware = this.#parts.middleware ?? []
    const phases = (['observe', 'policy', 'limit'] as const).reduceRight<() => Promise<Outcome>>(
      (next, phase) => () => runPhase(middleware, phase, context, next),
      async () => {
        const body = await this.#decide(kind, createParams, options)
        if (target !== undefined) await sender?.send(target, body, options)
        this.#delivered = true
        return Object.freeze({ did: identity.did, requestId: this.id })
      },
    )
    await phases()
  }

  /**
   * Makes the reply, then claims the request: a reply that cannot be made must not use it up. The other way round where
   * making it has effects of its own.
   */
  async #decide(
    kind: Decision,
    createParams: () => Promise<ReplyParams>,
    options: Options,
  ): Promise<ReplyBody> {
    if (this.#decided === undefined) {
      const body = this.#createBody(kind, createParams, options)
      this.#decided = { kind, body }
      body.catch(() => {
        this.#decided = undefined
      })
    }
    return this.#decided.body
  }

  async #createBody(
    kind: Decision,
    createParams: () => Promise<ReplyParams>,
    options: Options,
  ): Promise<ReplyBody> {
    const now = this.#clock.now()
    if (now > this.expiresAt) {
      throw new UportError('REQUEST_EXPIRED', 'The request has expired; ask for a new one.', {
        data: { expiresAt: this.expiresAt, now, rejected: 0 },
      })
    }
    const claimFirst = kind === 'approved' && this.#received.flow.irreversible === true
    if (claimFirst) await this.#claim(options)
    const params = await createParams()
    if (!claimFirst) await this.#claim(options)
    const { boxPub } = this.#received
    return boxPub === undefined ? params : { encrypted: { ...sealBox(JSON.stringify(params), boxPub) } }
  }

  async #claim(options: Options): Promise<void> {
    if (this.#claimed) return
    if (!(await this.#parts.answered.claim(this.id, this.expiresAt, options))) throw alreadyAnswered()
    this.#claimed = true
  }

  #createReply(answer: unknown, identity: Identity, options: Options): Promise<ReplyParams> {
    const context = createReplyContext(
      this.#received,
      identity,
      this.#code,
      this.#parts,
      this.#clock,
      options,
    )
    return this.#received.flow.createReply(this.request, answer, context)
  }

  /** Where the answer goes; undefined where the request is complete without one. */
  #target(): URL | undefined {
    const { target, flow } = this.#received
    if (target !== undefined || flow.replyOptional === true) return target?.url
    throw new UportError('REQUEST_NO_CALLBACK', 'The request names no http(s) address to answer to.')
  }

  #sender(): ReplySender {
    const { replyMode } = this.#received
    const sender = this.#parts.senders.find(({ mode }) => mode === replyMode)
    if (sender !== undefined) return sender
    const known = this.#parts.senders.map(({ mode }) => mode)
    throw new UportError('ROUTE_UNKNOWN', `No reply sender for ${replyMode} is assembled.`, {
      data: { route: replyMode, known },
    })
  }
}

/** 128 random bits, base64url. */
function createCode({ randomBytes = systemRandomBytes }: ResponderParts): string {
  return encodeBase64url(randomBytes(16))
}

function alreadyAnswered(): UportError<'REQUEST_ALREADY_ANSWERED'> {
  return new UportError(
    'REQUEST_ALREADY_ANSWERED',
    'This request was answered before; a wallet answers once.',
  )
}
