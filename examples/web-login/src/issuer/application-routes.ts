import { systemClock } from '@uport-kit/core'
import { Hono } from 'hono'
import type { Browsers } from '../servers/browsers.ts'
import type { PersonSession } from '../servers/login-routes.ts'
import { personText } from '../servers/person-text.ts'
import { readJson, textMember } from '../servers/read-json.ts'
import { type SignedInEnv, signedIn } from '../servers/signed-in.ts'
import type { AskedRequest } from '../shared/site-api.ts'
import { type Applications, type FiledApplication, toApplication } from './applications.ts'
import { type OfferParts, offerClaim } from './offer-claim.ts'

export interface ApplicationParts extends OfferParts {
  readonly browsers: Browsers<PersonSession>
  readonly applications: Applications
}

/** The applicant's side: files an application, hears what became of it, and fetches the claim. */
export function createApplicationRoutes(parts: ApplicationParts): Hono<SignedInEnv<PersonSession>> {
  const { browsers, applications } = parts
  const routes = new Hono<SignedInEnv<PersonSession>>()
  const clock = systemClock()
  routes.use(signedIn(browsers))

  routes.get('/', (context) => {
    const application = applications.of(context.get('session').did)
    return context.json({ application: application && toApplication(application) }, 200, {
      'cache-control': 'no-store',
    })
  })

  routes.post('/', async (context) => {
    const { did, name, push: grant } = context.get('session')
    const street = personText(textMember(await readJson(context.req.raw), 'street'))
    if (street === undefined)
      return context.json(
        { code: 'STREET_MISSING', message: 'Please write your street and house number.' },
        400,
      )
    return context.json({
      application: toApplication(applications.file({ did, name, street, grant, at: clock.now() })),
    })
  })

  routes.post('/offer', async (context) => {
    const session = context.get('session')
    const application = applications.of(session.did)
    if (application === undefined || !isOfferable(application))
      return context.json(
        { code: 'NOT_APPROVED', message: 'The desk has not approved an application of yours.' },
        409,
      )
    const request = await offerClaim(parts, application, context.get('browser'))
    return context.json({ request, isPushed: application.grant !== undefined } satisfies AskedRequest)
  })
  return routes
}

/** Once it was approved, its owner may fetch it as often as they like: into a new wallet, for instance. */
function isOfferable({ state }: FiledApplication): boolean {
  return state === 'approved' || state === 'offered' || state === 'accepted'
}
