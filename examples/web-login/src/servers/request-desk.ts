import {
  type Ask,
  type Clock,
  type CreatedRequest,
  isUportError,
  type Outcome,
  type ReplyBody,
  type Requester,
  type RequestFlow,
  type RequestStatus,
  systemClock,
  type Transport,
} from '@uport-kit/core'
import { deviceCodeOf, isSameCode } from './device-code.ts'
import { pushRequest } from './push-request.ts'

/** A flow that makes requests from parameters and verifies their answers. */
export type AskingFlow<Params, Result extends Outcome> = RequestFlow<Result> &
  ((params: Params) => Ask<Result>)

export interface AskTerms<Result extends Outcome> {
  /** Whose browser asks: it alone is told what came of it. */
  readonly browser: object
  /** Where the browser is: one address fills no more than a quarter of the room. */
  readonly address?: string | undefined
  /** What the page is told of a verified answer. Throws a `Refusal` where the site does not take the answer. */
  readonly accept: (result: Result) => Outcome | Promise<Outcome>
  /** Where the wallet leads the person back to, where it was opened by a link. */
  readonly redirectUrl?: string | undefined
  /** Also sends the request there, such as `push.to(grant)`. */
  readonly push?: Transport | undefined
}

/** The site does not take an answer that is genuine. Its code goes to the page. */
export class Refusal extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** What becomes of a reply that was posted: the HTTP status for the wallet. */
export type TakenStatus = 200 | 202 | 400 | 404 | 409 | 410 | 429

/** Where a pushed request is: `unreachable` asks the page to show a code. */
export type PushState = 'none' | 'sent' | 'unreachable'

/** All that a page is told of its request. */
export interface RequestReport {
  readonly status: RequestStatus
  readonly push: PushState
}

export interface ReportTerms {
  readonly seconds?: number | undefined
  /** The push state that the page knows of. */
  readonly known?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** A verified reply that the site has not acted upon. */
interface GoodReply {
  /** The code that the browser must bring first. */
  readonly code: string | undefined
  readonly accept: () => Outcome | Promise<Outcome>
}

interface LaterReply {
  readonly body: ReplyBody
  /** Where it came from. */
  readonly address: string | undefined
}

interface Asked {
  readonly browser: object
  readonly address: string | undefined
  readonly expiresAt: number
  /** Verifies a reply; throws what the kernel has against it. */
  readonly verify: (body: ReplyBody) => Promise<GoodReply>
  status: RequestStatus
  push: PushState
  /** Whether a reply was verified: no other one ends the request then, and no refusal. */
  isAnswered: boolean
  /** A good reply that waits for the code which the browser brings. */
  held: GoodReply | undefined
  judging: number
  /** Replies that cannot be judged yet and are tried again, oldest first. */
  readonly later: Set<LaterReply>
  readonly listeners: Set<() => void>
}

const MAX_ASKED = 2000
const MAX_ASKED_BY_ADDRESS = MAX_ASKED / 4
const MAX_ASKED_BY_BROWSER = 16
/** Replies to one request that are judged at a time. */
const MAX_JUDGING = 4
/** Replies to one request that are kept to be judged later. */
const MAX_LATER = 8
/** Tries of a reply that cannot be judged yet, a second apart: the chain may not know a transaction at once. */
const MAX_TRIES = 30
/** Seconds for which what became of a request is remembered after its end. */
const MEMORY = 300
/** Seconds after its end in which a browser may still bring the code of a reply that came in time. */
const TO_RETURN = 60

export interface RequestDeskOptions {
  readonly requester: Pick<Requester, 'create' | 'verify' | 'close'>
  readonly clock?: Clock | undefined
}

/**
 * Makes requests for browsers, takes the replies that wallets post, and tells each browser what became of its own. Requests are
 * made in one call and verified in another, so nothing here waits while a person thinks.
 */
export class RequestDesk {
  readonly #requester: RequestDeskOptions['requester']
  readonly #clock: Clock
  readonly #asked = new Map<string, Asked>()
  readonly #stop = new AbortController()

  constructor({ requester, clock = systemClock() }: RequestDeskOptions) {
    this.#requester = requester
    this.#clock = clock
  }

  /**
   * First half: signs a request.
   *
   * @throws Refusal `TOO_MANY_REQUESTS`
   */
  async ask<const Params, Result extends Outcome>(
    flow: AskingFlow<Params, Result>,
    params: Params,
    { browser, address, accept, redirectUrl, push }: AskTerms<Result>,
  ): Promise<CreatedRequest> {
    this.#makeRoom(browser, address)
    const request = await this.#requester.create<Params, Result>(flow, params, {
      reply: 'callback',
      redirectUrl,
    })
    // Others have asked while this one was signed.
    this.#makeRoom(browser, address)
    const asked: Asked = {
      browser,
      address,
      expiresAt: request.expiresAt,
      verify: async (body) => {
        const result = await this.#requester.verify(flow, request.id, body)
        const code = redirectUrl === undefined ? undefined : deviceCodeOf(result)
        return { code, accept: () => accept(result) }
      },
      status: { state: 'waiting' },
      push: push === undefined ? 'none' : 'sent',
      isAnswered: false,
      held: undefined,
      judging: 0,
      later: new Set(),
      listeners: new Set(),
    }
    this.#asked.set(request.id, asked)
    if (push !== undefined) {
      void pushRequest(request, push, this.#stop.signal).then((reached) => {
        if (reached) return
        asked.push = 'unreachable'
        tell(asked)
      })
    }
    return request
  }

  /**
   * Second half: takes what was posted to the callback. What cannot be judged yet is tried again in the background: a few replies,
   * the newest of each address, so that others that anybody posted neither keep one out nor drive it out.
   *
   * @param id says which request is meant; all else is judged
   * @param address from which it was posted
   */
  async take(id: string, body: ReplyBody, address?: string): Promise<TakenStatus> {
    const asked = this.#asked.get(id)
    if (asked === undefined) return 404
    if (asked.judging >= MAX_JUDGING) return 429
    asked.judging++
    const first = await this.#judge(asked, body).finally(() => asked.judging--)
    if (first !== 'later') return first
    void this.#judgeLater(asked, { body, address })
    return 202
  }

  /**
   * What became of a browser's request; waits up to `seconds` for something else than the page knows. Undefined where that browser
   * did not ask it.
   */
  async report(
    browser: object,
    id: string,
    { seconds, known, signal }: ReportTerms = {},
  ): Promise<RequestReport | undefined> {
    const asked = this.#find(browser, id)
    if (asked === undefined) return undefined
    const isNews = known !== undefined && known !== asked.push
    if (seconds !== undefined && !isNews && isOpen(asked.status) && this.#clock.now() <= asked.expiresAt)
      await this.#news(asked, seconds, signal)
    if (isOpen(asked.status) && this.#clock.now() > asked.expiresAt) this.#set(asked, { state: 'expired' })
    return { status: asked.status, push: asked.push }
  }

  /** Nobody waits for it any more. */
  cancel(browser: object, id: string): void {
    const asked = this.#find(browser, id)
    if (asked !== undefined) this.#cancel(asked)
  }

  /** Ends everything that a browser waits for: somebody has signed in there, or out. */
  cancelAll(browser: object): void {
    for (const asked of this.#asked.values()) if (asked.browser === browser) this.#cancel(asked)
  }

  /**
   * Takes the code that a wallet gave to the browser on the way back, and releases the reply that carries it.
   *
   * @returns the request's id; undefined where no reply to a request of this browser carries that code
   */
  async bring(browser: object, code: string): Promise<string | undefined> {
    for (const [id, asked] of this.#asked) {
      const { held } = asked
      if (asked.browser !== browser || held?.code === undefined || !isSameCode(held.code, code)) continue
      if (this.#clock.now() > asked.expiresAt + TO_RETURN) continue
      asked.held = undefined
      await this.#accept(asked, held)
      return id
    }
    return undefined
  }

  async close(): Promise<void> {
    this.#stop.abort()
    for (const asked of this.#asked.values()) tell(asked)
    await this.#requester.close()
  }

  #find(browser: object, id: string): Asked | undefined {
    const asked = this.#asked.get(id)
    return asked?.browser === browser ? asked : undefined
  }

  /** A code that comes afterwards releases nothing. */
  #cancel(asked: Asked): void {
    asked.held = undefined
    this.#set(asked, { state: 'cancelled' })
  }

  async #judge(asked: Asked, body: ReplyBody): Promise<TakenStatus | 'later'> {
    if (!isOpen(asked.status)) return endedStatus(asked)
    if (!asked.isAnswered) this.#set(asked, { state: 'verifying' })
    try {
      const good = await asked.verify(body)
      // Its browser has been told meanwhile that it is over.
      if (!isOpen(asked.status)) return endedStatus(asked)
      asked.isAnswered = true
      if (good.code === undefined) await this.#accept(asked, good)
      else {
        asked.held = good
        this.#set(asked, { state: 'waiting' })
      }
      return 200
    } catch (error) {
      return this.#decline(asked, error)
    }
  }

  /** Lets the site act upon a good reply. */
  async #accept(asked: Asked, { accept }: GoodReply): Promise<void> {
    try {
      this.#set(asked, { state: 'done', result: await accept() })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.#set(asked, { state: 'failed', reason: error.code, retryable: true })
    }
  }

  /** A forged or unfit reply ends nothing: the true one may still come. */
  #decline(asked: Asked, error: unknown): TakenStatus | 'later' {
    if (isUportError(error, 'REQUEST_REFUSED')) {
      if (asked.isAnswered) return 409
      this.#set(asked, { state: 'refused', error: error.data.error })
      return 200
    }
    if (!asked.isAnswered) this.#set(asked, { state: 'waiting' })
    if (isUportError(error, 'REQUEST_EXPIRED')) return 410
    if (isUportError(error, 'REPLY_REPLAYED')) return 200
    if (isUportError(error, 'REPLY_TOO_LATE')) return 409
    return isUportError(error) && error.retryable ? 'later' : 400
  }

  async #judgeLater(asked: Asked, reply: LaterReply): Promise<void> {
    asked.later.add(reply)
    if (asked.later.size > MAX_LATER) makePlace(asked.later)
    for (let tries = 1; tries < MAX_TRIES; tries++) {
      await this.#after(1)
      if (this.#stop.signal.aborted || this.#clock.now() > asked.expiresAt || !asked.later.has(reply)) break
      if ((await this.#judge(asked, reply.body)) !== 'later') break
    }
    asked.later.delete(reply)
  }

  #set(asked: Asked, status: RequestStatus): void {
    if (!isOpen(asked.status) || asked.status.state === status.state) return
    asked.status = status
    tell(asked)
  }

  async #news(asked: Asked, seconds: number, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const stop = this.#clock.after(Math.min(seconds, asked.expiresAt + 1 - this.#clock.now()), resolve)
      const end = (): void => {
        stop()
        asked.listeners.delete(end)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      asked.listeners.add(end)
      signal?.addEventListener('abort', end, { once: true })
      if (this.#stop.signal.aborted || signal?.aborted === true) end()
    })
  }

  async #after(seconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#clock.after(seconds, resolve)
    })
  }

  /**
   * Forgets what is long over, and the oldest request of an address that has its part: who floods a site from one place drives
   * out their own. Refuses a browser that asks without end.
   */
  #makeRoom(browser: object, address: string | undefined): void {
    const now = this.#clock.now()
    for (const [id, asked] of this.#asked) if (now > asked.expiresAt + MEMORY) this.#asked.delete(id)
    const all = [...this.#asked]
    const own = all.filter(([, asked]) => asked.browser === browser && isOpen(asked.status))
    const near = address === undefined ? [] : all.filter(([, asked]) => asked.address === address)
    const [oldest] = near
    const isCrowded = oldest !== undefined && near.length >= MAX_ASKED_BY_ADDRESS
    if ((all.length >= MAX_ASKED && !isCrowded) || own.length >= MAX_ASKED_BY_BROWSER)
      throw new Refusal('TOO_MANY_REQUESTS', 'Too many requests wait already. Try again in a few minutes.')
    if (!isCrowded) return
    this.#cancel(oldest[1])
    this.#asked.delete(oldest[0])
  }
}

/** The oldest reply of the address that has most of the places goes. */
function makePlace(later: Set<LaterReply>): void {
  const byAddress = new Map<string | undefined, LaterReply[]>()
  for (const reply of later) byAddress.set(reply.address, [...(byAddress.get(reply.address) ?? []), reply])
  const [[oldest] = []] = [...byAddress.values()].sort((one, other) => other.length - one.length)
  if (oldest !== undefined) later.delete(oldest)
}

function tell({ listeners }: Asked): void {
  for (const listener of [...listeners]) listener()
}

function endedStatus({ status }: Asked): 409 | 410 {
  return status.state === 'done' ? 409 : 410
}

function isOpen({ state }: RequestStatus): boolean {
  return state === 'waiting' || state === 'verifying'
}
