import { type CreatedRequest, type DeliveredClaim, systemClock, verifiedClaim } from '@uport-kit/core'
import type { PushTransport } from '@uport-kit/transport-push'
import type { RequestDesk } from '../servers/request-desk.ts'
import type { FiledApplication } from './applications.ts'
import { RESIDENCE_SECONDS, residenceClaim } from './ask.ts'

export interface OfferParts {
  readonly desk: RequestDesk
  readonly push: PushTransport
}

/**
 * Signs the claim of an approved application and offers it: by push where the person allowed that, and by the link that is
 * returned.
 *
 * @param browser who is told what became of it
 */
export async function offerClaim(
  { desk, push }: OfferParts,
  application: FiledApplication,
  browser: object,
): Promise<CreatedRequest> {
  const { did, grant } = application
  const now = systemClock().now()
  const claim = residenceClaim(application, new Date(now * 1000).toISOString().slice(0, 10))
  const request = await desk.ask(
    verifiedClaim,
    { sub: did, claim, expiresAt: now + RESIDENCE_SECONDS },
    {
      browser,
      // Nobody signs an acceptance: it ends the offer, and gives nobody any right.
      accept: ({ requestId }: DeliveredClaim) => {
        application.state = 'accepted'
        return { did: undefined, requestId }
      },
      push: grant && push.to(grant),
    },
  )
  if (application.state !== 'accepted') application.state = 'offered'
  return request
}
