import { createMiddleware } from 'hono/factory'
import type { Browser, Browsers } from './browsers.ts'

/** What routes behind `signedIn` find in their context. */
export interface SignedInEnv<Session> {
  readonly Variables: { readonly browser: Browser<Session>; readonly session: Session }
}

/** Answers 401 to everybody who is not signed in, and says whether their session has expired. */
export function signedIn<Session>(browsers: Browsers<Session>) {
  return createMiddleware<SignedInEnv<Session>>(async (context, next) => {
    const browser = browsers.find(context)
    if (browser?.session === undefined) {
      const code = browser?.hasExpired === true ? 'SESSION_EXPIRED' : 'NOT_SIGNED_IN'
      return context.json({ code, message: 'Please log in.' }, 401)
    }
    context.set('browser', browser)
    context.set('session', browser.session)
    return next()
  })
}
