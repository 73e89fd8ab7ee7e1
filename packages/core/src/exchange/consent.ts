import { sealBox } from '../encryption/box.ts'
import { UportError } from '../errors/uport-error.ts'
import type { Outcome, ReplyContext, ReplyFlow } from '../flows/flow.ts'
import { mnidFromDid } from '../identity/did.ts'
import { readProfile } from '../identity/did-document.ts'
import { signJwt } from '../jwt/encode.ts'
import type { Clock } from '../ports/clock.ts'
import type { Did } from '../ports/did.ts'
import type { Identity } from '../ports/identity.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import type { ReplyBody, ReplyParams } from '../ports/reply-channel.ts'
import type { Arrival, ReplySender } from '../ports/wallet.ts'
import { runPhase } from './middleware.ts'
import type { PendingConsent } from './pending-consent.ts'
import type { ReceivedRequest } from './receive-request.ts'
import { callbackUrl, judgeRecipient, type RecipientTrust } from './recipient.ts'
import { DEFAULT_REPLY_LIFETIME, type ResponderParts } from './responder-parts.ts'

/** One request before a person: shown, then answered once. */
export class Consent implements PendingConsent {
  readonly id: string
  readonly requester: Did
  readonly requesterProfile: JsonObject
  readonly recipient: RecipientTrust
  readonly request: unknown
  readonly requestType: string
  readonly expiresAt: number
  readonly arrival: Arrival
  readonly pinned: boolean
  readonly sealed: boolean

  readonly #received: ReceivedRequest
  readonly #parts: ResponderParts
  readonly #clock: Clock
  /** What goes out, once it is decided; kept so that a failed delivery can be repeated as it was. */
  #decided: { readonly kind: 'approved' | 'declined'; readonly body: Promise<ReplyBody> } | undefined
  #delivered = false

  constructor(received: ReceivedRequest, arrival: Arrival, parts: ResponderParts, clock: Clock) {
    const { verified } = received
    this.id = received.hash
    this.requester = verified.issuer
    this.requesterProfile = readProfile(verified.document)
    this.recipient = judgeRecipient(verified.issuer, verified.payload)
    this.request = received.flow.parseRequest(verified.payload)
    this.requestType = received.type
    this.expiresAt = received.expiresAt
    this.arrival = arrival
    this.pinned = received.pinned
    this.sealed = received.boxPub !== undefined
    this.#received = received
    this.#parts = parts
    this.#clock = clock
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

  async #answer(
    kind: 'approved' | 'declined',
    identity: Identity,
    options: Options,
    createParams: () => Promise<ReplyParams>,
  ): Promise<void> {
    if (this.#delivered || (this.#decided !== undefined && this.#decided.kind !== kind))
      throw alreadyAnswered()
    const target = this.#target()
    const sender = this.#sender()
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
        await sender.send(target, await this.#decide(kind, createParams, options), options)
        this.#delivered = true
        return Object.freeze({ did: identity.did, requestId: this.id })
      },
    )
    await phases()
  }

  /** Makes the reply, then claims the request: a reply that cannot be made must not use it up. */
  async #decide(
    kind: 'approved' | 'declined',
    createParams: () => Promise<ReplyParams>,
    options: Options,
  ): Promise<ReplyBody> {
    if (this.#decided === undefined) {
      const body = this.#createBody(createParams, options)
      this.#decided = { kind, body }
      body.catch(() => {
        this.#decided = undefined
      })
    }
    return this.#decided.body
  }

  async #createBody(createParams: () => Promise<ReplyParams>, options: Options): Promise<ReplyBody> {
    const now = this.#clock.now()
    if (now > this.expiresAt) {
      throw new UportError('REQUEST_EXPIRED', 'The request has expired; ask for a new one.', {
        data: { expiresAt: this.expiresAt, now, rejected: 0 },
      })
    }
    const params = await createParams()
    if (!(await this.#parts.answered.claim(this.id, this.expiresAt, options))) throw alreadyAnswered()
    const { boxPub } = this.#received
    return boxPub === undefined ? params : { encrypted: { ...sealBox(JSON.stringify(params), boxPub) } }
  }

  async #createReply(answer: unknown, identity: Identity, options: Options): Promise<ReplyParams> {
    const { flow, verified } = this.#received
    const context: ReplyContext = {
      ...options,
      identity,
      requestJwt: verified.jwt,
      requester: verified.issuer,
      sign: (payload) => this.#sign(payload, identity, options),
    }
    return flow.createReply(this.request, answer, context)
  }

  /** `aud` repeats the request's `iss` as it was written, and a bare MNID is answered by a bare MNID: old peers compare text. */
  #sign(payload: JsonObject, identity: Identity, options: Options): Promise<string> {
    const { verified } = this.#received
    const issuer = verified.payload['iss']
    const aud: Json = typeof issuer === 'string' ? issuer : verified.issuer
    const bare = !aud.startsWith('did:') && identity.did.startsWith('did:uport:')
    const signer = { ...identity, did: bare ? bareMnid(identity.did) : identity.did }
    const now = this.#clock.now()
    const expiresIn = this.#parts.replyLifetime ?? DEFAULT_REPLY_LIFETIME
    return signJwt({ ...payload, aud, req: verified.jwt }, signer, { ...options, now, expiresIn })
  }

  #target(): URL {
    const target = callbackUrl(this.#received.verified.payload)
    if (target !== undefined) return target
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

function bareMnid(did: Did): string {
  mnidFromDid(did)
  return did.slice('did:uport:'.length)
}

function alreadyAnswered(): UportError<'REQUEST_ALREADY_ANSWERED'> {
  return new UportError(
    'REQUEST_ALREADY_ANSWERED',
    'This request was answered before; a wallet answers once.',
  )
}
