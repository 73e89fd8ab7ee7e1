import { systemClock } from '../clock/system-clock.ts'
import { UportError } from '../errors/uport-error.ts'
import { isJsonObject } from '../identity/is-json-object.ts'
import type { Clock } from '../ports/clock.ts'
import type { Json } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import type { ReplyAddress, ReplyBody, ReplyChannel } from '../ports/reply-channel.ts'
import { ExpiringMap } from '../stores/expiring-map.ts'

export interface CallbackChannelOptions {
  /** The route's address, http(s): the id of each request is put behind its path. */
  readonly url: string
  /** Requests that can wait at one time. Default 100 000. One more is refused with `REQUEST_STORE_FULL`. */
  readonly maxRequests?: number | undefined
  /** Default: the machine's clock. */
  readonly clock?: Clock | undefined
}

/**
 * What became of a reply, and how a route says so: `stored` 201, `duplicate` 200, `malformed` 400 (no JSON object),
 * `unknown` 404 (no such request waits here, or not any more), `full` 409, `too-large` 413.
 */
export type CallbackOutcome = 'stored' | 'duplicate' | 'malformed' | 'unknown' | 'full' | 'too-large'

/** A way back without a relay: wallets post to a route of the application's own server. */
export interface CallbackChannel extends ReplyChannel {
  /**
   * Hands over what came to the route. Nothing is judged: whoever waits for this request does that. A server whose waiting
   * and answering processes differ gives the body to `requester.verify` instead.
   *
   * @param id the last segment of the path
   * @param body the request's body, parsed as JSON
   */
  deliver(id: string, body: unknown): CallbackOutcome
}

interface Inbox {
  /** JSON texts; at most as many as a relay's topic takes. */
  readonly bodies: string[]
  readonly readers: Set<() => void>
  isClosed: boolean
}

const CAPACITY = 8
const MAX_LENGTH = 65_536

/**
 * The way back for a server that wallets can reach. Its memory is bounded: eight distinct replies of 64 KiB a request, until
 * the request expires or is closed.
 *
 * @throws TypeError where the address is none that the id of a request can be put behind
 */
export function callbackChannel(options: CallbackChannelOptions): CallbackChannel {
  return new CallbackInboxes(options)
}

class CallbackInboxes implements CallbackChannel {
  readonly id = 'callback'
  readonly mode = 'post'
  readonly #url: URL
  readonly #clock: Clock
  readonly #inboxes: ExpiringMap<Inbox>

  constructor({ url, maxRequests = 100_000, clock = systemClock() }: CallbackChannelOptions) {
    this.#url = parseRoute(url)
    this.#clock = clock
    this.#inboxes = new ExpiringMap(clock, maxRequests)
  }

  async open(
    { id, expiresAt }: { readonly id: string; readonly expiresAt: number },
    { signal }: Options = {},
  ): Promise<ReplyAddress> {
    signal?.throwIfAborted()
    const url = new URL(this.#url)
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(id)}`
    this.#inboxes.set(id, createInbox(), expiresAt)
    return { channel: this.id, callback: url.href, state: { id, expiresAt } }
  }

  deliver(id: string, body: unknown): CallbackOutcome {
    const inbox = this.#inboxes.get(id)
    if (inbox === undefined || inbox.isClosed) return 'unknown'
    const text: string | undefined = JSON.stringify(body)
    if (text === undefined || !isJsonObject(JSON.parse(text))) return 'malformed'
    if (text.length > MAX_LENGTH) return 'too-large'
    if (inbox.bodies.includes(text)) return 'duplicate'
    if (inbox.bodies.length === CAPACITY) return 'full'
    inbox.bodies.push(text)
    wake(inbox)
    return 'stored'
  }

  async *receive({ state }: ReplyAddress, { signal }: Options = {}): AsyncGenerator<ReplyBody> {
    for (let next = 0; ; ) {
      signal?.throwIfAborted()
      const inbox = this.#inboxOf(state)
      if (inbox.isClosed) throw closed(this.id)
      const text = inbox.bodies[next]
      if (text === undefined) {
        await nextChange(inbox, signal)
        continue
      }
      next++
      const body: ReplyBody = JSON.parse(text)
      yield body
    }
  }

  async close({ state }: ReplyAddress): Promise<void> {
    const inbox = this.#inboxes.get(String(state['id']))
    if (inbox === undefined) return
    inbox.isClosed = true
    inbox.bodies.length = 0
    wake(inbox)
  }

  /** Also of a request that another process opened, or this one before it was restarted. */
  #inboxOf({ id, expiresAt }: ReplyAddress['state']): Inbox {
    const known = this.#inboxes.get(String(id))
    if (known !== undefined) return known
    if (typeof id !== 'string' || !isFuture(expiresAt, this.#clock)) throw closed(this.id)
    const inbox = createInbox()
    this.#inboxes.set(id, inbox, Number(expiresAt))
    return inbox
  }
}

function createInbox(): Inbox {
  return { bodies: [], readers: new Set(), isClosed: false }
}

function wake({ readers }: Inbox): void {
  for (const reader of [...readers]) reader()
}

/** Resolves when something came or the inbox was closed; rejects with the signal's reason. */
async function nextChange({ readers }: Inbox, signal: AbortSignal | undefined): Promise<void> {
  let settle = (): void => {}
  let abort = (): void => {}
  try {
    await new Promise<void>((resolve, reject) => {
      settle = resolve
      abort = () => reject(signal?.reason)
      readers.add(settle)
      signal?.addEventListener('abort', abort, { once: true })
    })
  } finally {
    readers.delete(settle)
    signal?.removeEventListener('abort', abort)
  }
}

function isFuture(time: Json | undefined, clock: Clock): boolean {
  return typeof time === 'number' && time > clock.now()
}

function closed(channel: string): UportError<'CHANNEL_CLOSED'> {
  return new UportError(
    'CHANNEL_CLOSED',
    'The reply address was closed or has expired; make a new request.',
    {
      data: { channel },
    },
  )
}

function parseRoute(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isRoute = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (url === undefined || !isRoute || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw new TypeError('url must be an http(s) address without credentials and fragment')
  }
  return url
}
