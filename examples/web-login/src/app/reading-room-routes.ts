import { type Did, type Disclosure, disclosure, systemClock } from '@uport-kit/core'
import { Hono } from 'hono'
import type { Browsers } from '../servers/browsers.ts'
import { remoteAddress } from '../servers/remote-address.ts'
import type { RequestDesk } from '../servers/request-desk.ts'
import { type SignedInEnv, signedIn } from '../servers/signed-in.ts'
import type { ReadingRoom } from '../shared/library-api.ts'
import type { AskedRequest } from '../shared/site-api.ts'
import { readingRoomAsk } from './ask.ts'
import { type LibrarySession, residenceIn } from './library-session.ts'

export interface ReadingRoomParts {
  readonly browsers: Browsers<LibrarySession>
  readonly desk: RequestDesk
  readonly issuer: Did
  readonly issuerUrl: string
  readonly returnUrl: string
}

const CONTENT: ReadingRoom = {
  papers: [
    { title: 'The Harbour Gazette', about: 'News of the town and the quays', issue: 'Today’s issue' },
    { title: 'Tides and Ferries', about: 'Timetables and the log of the lighthouse', issue: 'This week' },
    { title: 'Town archive', about: 'Maps, plans and photographs since 1784', issue: 'Open shelf' },
  ],
}

/** The protected area: only who has shown the town's proof of residence gets in, and not for longer than it lasts. */
export function createReadingRoomRoutes(parts: ReadingRoomParts): Hono<SignedInEnv<LibrarySession>> {
  const { browsers, desk, issuer, issuerUrl, returnUrl } = parts
  const routes = new Hono<SignedInEnv<LibrarySession>>()
  const clock = systemClock()
  routes.use(signedIn(browsers))

  routes.get('/', (context) => {
    const { residence } = context.get('session')
    if (residence === undefined) return context.json({ code: 'RESIDENCE_NEEDED' }, 403)
    const { expiresAt } = residence
    if (expiresAt !== undefined && clock.now() > expiresAt)
      return context.json({ code: 'RESIDENCE_EXPIRED' }, 403)
    return context.json(CONTENT, 200, { 'cache-control': 'no-store' })
  })

  routes.post('/ask', async (context) => {
    const browser = context.get('browser')
    const session = context.get('session')
    const accept = (answer: Disclosure) => {
      const residence = residenceIn(answer, session, issuer)
      // Who has logged out meanwhile, or in as somebody else, has shown it in vain.
      if (browser.session?.did === session.did) browser.session = { ...browser.session, residence }
      return { did: answer.did, requestId: answer.requestId }
    }
    const request = await desk.ask(disclosure, readingRoomAsk(issuer, issuerUrl), {
      browser,
      address: remoteAddress(context),
      redirectUrl: returnUrl,
      accept,
    })
    return context.json({ request, isPushed: false } satisfies AskedRequest)
  })

  return routes
}
