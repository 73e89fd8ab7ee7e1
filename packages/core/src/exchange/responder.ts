import { systemClock } from '../clock/system-clock.ts'
import { UportError } from '../errors/uport-error.ts'
import type { Clock } from '../ports/clock.ts'
import type { Identity } from '../ports/identity.ts'
import type { Options } from '../ports/options.ts'
import type { IncomingRequest } from '../ports/wallet.ts'
import { Consent } from './consent.ts'
import type { PendingConsent } from './pending-consent.ts'
import { receiveRequest } from './receive-request.ts'
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
   * Reads and verifies a request. Nothing is shown or answered yet: the host decides with the consent it gets.
   *
   * @param request what was scanned, opened or pasted: a request URI, a reference or a JWT
   * @throws UportError `REQUEST_MALFORMED`, `REQUEST_TYPE_UNSUPPORTED`, `REQUEST_INVALID`, `REFERENCE_MISMATCH`, the codes
   * of `verifyJwt` and of the issuer's resolver
   */
  async receive(request: string | IncomingRequest, options: Options = {}): Promise<PendingConsent> {
    const { text, arrival } =
      typeof request === 'string' ? { text: request, arrival: 'paste' as const } : request
    const received = await receiveRequest(text, this.#parts, this.#clock.now(), options)
    return new Consent(received, arrival, this.#parts, this.#clock)
  }
}

function assertOneFlowPerType({ flows }: ResponderParts): void {
  const seen = new Set<string>()
  for (const type of flows.flatMap(({ requestTypes }) => requestTypes)) {
    if (seen.has(type)) {
      throw new UportError('ASSEMBLY_CONFLICT', `Two flows answer ${type}; keep one.`, {
        data: { token: 'ReplyFlow', modules: [type] },
      })
    }
    seen.add(type)
  }
}
