import { randomBytes } from 'node:crypto'
import { type Clock, systemClock } from '@uport-kit/core'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'

/** Seconds. */
export interface SessionTimes {
  /** A session ends when nothing was asked for so long. */
  readonly idle: number
  /** It ends after that in any case. */
  readonly longest: number
}

const DEFAULT_SESSION_TIMES: SessionTimes = { idle: 30 * 60, longest: 12 * 3600 }

/** One browser, known by its cookie. */
export interface Browser<Session> {
  /** Opaque to everything but this file. */
  id: string
  session: Session | undefined
  /** Whether it had a session that has ended by itself. */
  hasExpired: boolean
  /** Unix seconds. */
  seenAt: number
  signedInAt: number
}

export interface BrowsersOptions {
  /** The cookie's name. Sites on one host share cookies, whatever their ports: give each site a name of its own. */
  readonly cookie: string
  /** The address of the site; over https the cookie is `Secure` and bound to this very host. */
  readonly url: string
  readonly times?: SessionTimes | undefined
  readonly clock?: Clock | undefined
}

const MAX_BROWSERS = 10_000
const ID = /^[A-Za-z0-9_-]{43}$/

/**
 * The browsers that visit a site, and who is signed in there. A real site keeps this in its database; the cookie holds a random
 * id and nothing else, and no script can read it.
 */
export class Browsers<Session> {
  readonly #browsers = new Map<string, Browser<Session>>()
  readonly #cookie: string
  readonly #isSecure: boolean
  readonly #times: SessionTimes
  readonly #clock: Clock

  constructor({ cookie, url, times = DEFAULT_SESSION_TIMES, clock = systemClock() }: BrowsersOptions) {
    this.#isSecure = url.startsWith('https:')
    this.#cookie = this.#isSecure ? `__Host-${cookie}` : cookie
    this.#times = times
    this.#clock = clock
  }

  /** The browser that asks; undefined where it is not known. Ends a session that is too old. */
  find(context: Context): Browser<Session> | undefined {
    const id = getCookie(context, this.#cookie)
    const browser = id !== undefined && ID.test(id) ? this.#browsers.get(id) : undefined
    if (browser === undefined) return undefined
    const now = this.#clock.now()
    const { idle, longest } = this.#times
    if (
      browser.session !== undefined &&
      (now > browser.seenAt + idle || now > browser.signedInAt + longest)
    ) {
      browser.session = undefined
      browser.hasExpired = true
    }
    browser.seenAt = now
    return browser
  }

  /** The browser that asks, made known where it was not. */
  meet(context: Context): Browser<Session> {
    const known = this.find(context)
    if (known !== undefined) return known
    const now = this.#clock.now()
    const browser: Browser<Session> = {
      id: createId(),
      session: undefined,
      hasExpired: false,
      seenAt: now,
      signedInAt: now,
    }
    this.#makeRoom()
    this.#browsers.set(browser.id, browser)
    this.#setCookie(context, browser.id)
    return browser
  }

  /** Signs in, under a new id: one that somebody planted before is worth nothing then. */
  signIn(context: Context, browser: Browser<Session>, session: Session): void {
    this.#browsers.delete(browser.id)
    browser.id = createId()
    browser.session = session
    browser.hasExpired = false
    browser.signedInAt = this.#clock.now()
    this.#browsers.set(browser.id, browser)
    this.#setCookie(context, browser.id)
  }

  signOut(browser: Browser<Session>): void {
    browser.session = undefined
    browser.hasExpired = false
  }

  #setCookie(context: Context, id: string): void {
    setCookie(context, this.#cookie, id, {
      httpOnly: true,
      sameSite: 'Lax',
      secure: this.#isSecure,
      path: '/',
      maxAge: this.#times.longest,
    })
  }

  /**
   * Forgets the one that was silent for longest, so that visitors without number fill no memory; of who is signed in nobody, while
   * there is anybody else.
   */
  #makeRoom(): void {
    if (this.#browsers.size < MAX_BROWSERS) return
    let least: Browser<Session> | undefined
    for (const browser of this.#browsers.values())
      if (least === undefined || isWorthLess(browser, least)) least = browser
    if (least !== undefined) this.#browsers.delete(least.id)
  }
}

function isWorthLess(one: Browser<unknown>, other: Browser<unknown>): boolean {
  const isIn = one.session !== undefined
  return isIn === (other.session !== undefined) ? one.seenAt < other.seenAt : !isIn
}

/** 256 random bits. */
function createId(): string {
  return randomBytes(32).toString('base64url')
}
