import {
  type Did,
  type Disclosure,
  type DisclosureParams,
  disclosure,
  type PushGrant,
  systemClock,
} from '@uport-kit/core'
import type { PushTransport } from '@uport-kit/transport-push'
import { type Context, Hono } from 'hono'
import type { AskedRequest, Visit } from '../shared/site-api.ts'
import type { Browser, Browsers } from './browsers.ts'
import { deviceCodeOf } from './device-code.ts'
import { readJson, textMember } from './read-json.ts'
import { remoteAddress } from './remote-address.ts'
import type { RequestDesk } from './request-desk.ts'
import { signedIn } from './signed-in.ts'

/** What a session holds on every site. */
export interface PersonSession {
  readonly did: Did
  /** The answer as the wallet signed it: it can be verified again at any time, by anybody. */
  readonly jwt: string
  readonly name: string
  readonly push: PushGrant | undefined
  readonly binding: Disclosure['binding']
  /** Unix seconds. */
  readonly since: number
}

export interface LoginParts<Session extends PersonSession, Own extends object> {
  readonly browsers: Browsers<Session>
  readonly desk: RequestDesk
  readonly push: PushTransport
  /** What is asked for. */
  readonly params: DisclosureParams
  /** Where a wallet on the same device leads the person back to. */
  readonly returnUrl: string
  readonly createSession: (answer: Disclosure, now: number, binding: Disclosure['binding']) => Session
  /** What the site's pages are told beside the visit. */
  readonly describe: (browser: Browser<Session> | undefined) => Own
}

/** Who can be asked by push at the next login. */
interface Remembered {
  readonly name: string
  readonly grant: PushGrant
}

/** Seconds in which a browser comes for the session that its request came to. */
const TO_ENTER = 300

/** Login, logout, and who is signed in: `/api/session`, `/api/login`, `/api/return`, `/api/logout`, `/api/forget`. */
export function createLoginRoutes<Session extends PersonSession, Own extends object>(
  parts: LoginParts<Session, Own>,
): Hono {
  const { browsers, desk, push, params, returnUrl } = parts
  const routes = new Hono()
  const clock = systemClock()
  /** Answers that were verified and whose browser has not come for its session yet, by the request's id. */
  const accepted = new Map<string, { readonly browser: object; readonly session: Session }>()
  const remembered = new WeakMap<object, Remembered>()

  const visit = (browser: Browser<Session> | undefined): Visit & Own => {
    const friend = browser && remembered.get(browser)
    return {
      ...parts.describe(browser),
      hasExpired: browser?.hasExpired ?? false,
      remembered: friend && { name: friend.name },
    }
  }

  const accept = (browser: object, answer: Disclosure) => {
    for (const [id, { session }] of accepted) if (clock.now() > session.since + TO_ENTER) accepted.delete(id)
    // An answer with a code is released only to the browser that brings it.
    const binding = deviceCodeOf(answer) === undefined ? 'none' : 'same-device'
    accepted.set(answer.requestId, { browser, session: parts.createSession(answer, clock.now(), binding) })
    return { did: answer.did, requestId: answer.requestId }
  }

  /** Gives a browser the session that its request came to; a second tab finds it there already. */
  const enter = (context: Context, browser: Browser<Session>, id: string): boolean => {
    const found = accepted.get(id)
    if (found?.browser !== browser) return browser.session !== undefined
    const { session } = found
    accepted.delete(id)
    browsers.signIn(context, browser, session)
    if (session.push !== undefined) remembered.set(browser, { name: session.name, grant: session.push })
    return true
  }

  routes.get('/session', (context) =>
    context.json(visit(browsers.find(context)), 200, { 'cache-control': 'no-store' }),
  )

  // 204 to who is signed in, and to others why they are not.
  routes.get('/session/person', signedIn(browsers), (context) => context.body(null, 204))

  routes.post('/login', async (context) => {
    const browser = browsers.meet(context)
    const friend = context.req.query('by') === 'push' ? remembered.get(browser) : undefined
    const request = await desk.ask(disclosure, params, {
      browser,
      address: remoteAddress(context),
      redirectUrl: returnUrl,
      accept: (answer: Disclosure) => accept(browser, answer),
      push: friend && push.to(friend.grant),
    })
    return context.json({ request, isPushed: friend !== undefined } satisfies AskedRequest)
  })

  routes.post('/login/:id/enter', (context) => {
    const browser = browsers.find(context)
    if (browser === undefined || !enter(context, browser, context.req.param('id')))
      return context.json({ code: 'NOT_SIGNED_IN' }, 401)
    return context.json(visit(browser))
  })

  routes.post('/return', async (context) => {
    const browser = browsers.find(context)
    const code = textMember(await readJson(context.req.raw), 'code')
    const id = browser && code !== undefined ? await desk.bring(browser, code) : undefined
    if (browser === undefined || id === undefined) return context.json({ code: 'UNKNOWN_CODE' }, 404)
    enter(context, browser, id)
    return context.json(visit(browser))
  })

  routes.post('/logout', (context) => {
    const browser = browsers.find(context)
    if (browser !== undefined) {
      desk.cancelAll(browser)
      // Another tab may be on its way to fetch one.
      for (const [id, login] of accepted) if (login.browser === browser) accepted.delete(id)
      browsers.signOut(browser)
    }
    return context.json(visit(browser))
  })

  routes.post('/forget', (context) => {
    const browser = browsers.find(context)
    if (browser !== undefined) remembered.delete(browser)
    return context.json(visit(browser))
  })

  return routes
}
