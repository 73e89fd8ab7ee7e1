import { systemClock } from '../clock/system-clock.ts'
import { UportError } from '../errors/uport-error.ts'
import { requestTypeName } from '../flows/flow.ts'
import type { Clock } from '../ports/clock.ts'
import type { Identity } from '../ports/identity.ts'
import type { Options } from '../ports/options.ts'
import type { Arrival, IncomingRequest } from '../ports/wallet.ts'
import { Consent } from './consent.ts'
import type { PendingConsent } from './pending-consent.ts'
import { type IncomingToken, readTokens, receiveRequest } from './receive-request.ts'
import { gatherRequesterFacts } from './requester-facts.ts'
import type { ResponderParts } from './responder-parts.ts'

/** The user's side: verifies a request, lets the host ask for consent, signs and sends the reply. */
export class Responder {
  readonly identity: Identity
  readonly #parts: ResponderParts
  readonly #clock: Clock

  /** @throws UportError `ASSEMBLY_CONFLICT` where two flows answer one type of request */
  constructor(parts: ResponderParts) {
    this.identity = parts.identity
    this.#parts = parts
    this.#clock = parts.clock ?? systemClock()
    assertOneFlowPerType(parts)
  }

  /** The same parts with another identity. */
  withIdentity(identity: Identity): Responder {
    return new Responder({ ...this.#parts, identity })
  }

  /**
   * Reads and verifies a request. Nothing is shown or answered yet: the host decides with the consent it gets. What the
   * request says of its sender is looked up for 5 s at most; what is not known by then is reported as unknown.
   *
   * @param request what was scanned, opened or pasted: a request URI, a reference or a JWT
   * @throws UportError `REQUEST_MALFORMED` (also several credentials in one link: see `receiveEach`), `REQUEST_UNSIGNED`,
   * `REQUEST_TYPE_UNSUPPORTED`, `REQUEST_INVALID`, `REFERENCE_MISMATCH`, the codes of `verifyJwt` and of the issuer's
   * resolver
   */
  async receive(request: string | IncomingRequest, options: Options = {}): Promise<PendingConsent> {
    const { text, arrival } = asIncoming(request)
    const [token, ...others] = await readTokens(text, this.#parts, options)
    if (token !== undefined && others.length === 0) return this.#receive(token, arrival, options)
    throw new UportError('REQUEST_MALFORMED', 'The link carries several credentials: receive each of them.', {
      data: { reason: 'several credentials' },
    })
  }

  /**
   * As `receive`, for the deprecated links that carry several credentials: one result each, in their order; one that is
   * refused harms no other.
   */
  async receiveEach(
    request: string | IncomingRequest,
    options: Options = {},
  ): Promise<readonly PromiseSettledResult<PendingConsent>[]> {
    const { text, arrival } = asIncoming(request)
    const tokens = await readTokens(text, this.#parts, options)
    return Promise.allSettled(tokens.map((token) => this.#receive(token, arrival, options)))
  }

  async #receive(token: IncomingToken, arrival: Arrival, options: Options): Promise<PendingConsent> {
    const received = await receiveRequest(token, this.#parts, this.#clock.now(), options)
    const facts = await gatherRequesterFacts(received, this.#parts, this.#clock, options)
    return new Consent(received, facts, arrival, this.#parts, this.#clock)
  }
}

function asIncoming(request: string | IncomingRequest): Pick<IncomingRequest, 'text' | 'arrival'> {
  return typeof request === 'string' ? { text: request, arrival: 'paste' } : request
}

function assertOneFlowPerType({ flows }: ResponderParts): void {
  const seen = new Set<string>()
  for (const type of flows.flatMap(({ requestTypes }) => requestTypes.map(requestTypeName))) {
    if (seen.has(type)) {
      throw new UportError('ASSEMBLY_CONFLICT', `Two flows answer ${type}; keep one.`, {
        data: { token: 'ReplyFlow', modules: [type] },
      })
    }
    seen.add(type)
  }
}
