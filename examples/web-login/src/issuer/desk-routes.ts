import { Hono } from 'hono'
import { personText } from '../servers/person-text.ts'
import { readJson, textMember } from '../servers/read-json.ts'
import { type Applications, toDeskEntry } from './applications.ts'
import { type OfferParts, offerClaim } from './offer-claim.ts'

export interface DeskParts extends OfferParts {
  readonly applications: Applications
}

/**
 * The clerk's side: the list, and the decision after a look at the papers. Nothing here asks who the clerk is: in a real office
 * these routes are reached from the office's network alone, behind its own login.
 */
export function createDeskRoutes(parts: DeskParts): Hono {
  const { applications } = parts
  const routes = new Hono()
  routes.get('/', (context) =>
    context.json({ applications: applications.list().map(toDeskEntry) }, 200, {
      'cache-control': 'no-store',
    }),
  )
  routes.post('/:number', async (context) => {
    const application = applications.get(context.req.param('number'))
    if (application === undefined) return context.json({ code: 'UNKNOWN_APPLICATION' }, 404)
    if (application.state !== 'waiting')
      return context.json({ code: 'DECIDED', message: 'This application was decided before.' }, 409)
    const { decision, reason } = readDecision(await readJson(context.req.raw))
    if (decision === undefined) return context.json({ code: 'NO_DECISION' }, 400)
    application.state = decision
    application.reason = reason
    // Sent at once, to whoever allowed it: the applicant's page may be closed by now.
    if (decision === 'approved' && application.grant !== undefined)
      await offerClaim(parts, application, application)
    return context.json({ application: toDeskEntry(application) })
  })
  return routes
}

function readDecision(body: Awaited<ReturnType<typeof readJson>>): {
  readonly decision: 'approved' | 'declined' | undefined
  readonly reason: string | undefined
} {
  const said = textMember(body, 'decision')
  const decision = said === 'approved' || said === 'declined' ? said : undefined
  return { decision, reason: decision === 'declined' ? personText(textMember(body, 'reason')) : undefined }
}
