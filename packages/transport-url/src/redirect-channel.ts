import {
  appendToFragment,
  type Clock,
  type Options,
  type ReplyAddress,
  type ReplyBody,
  type ReplyChannel,
  systemClock,
  UportError,
} from '@uport-kit/core'
import { ChangeFeed } from './change-feed.ts'
import { type FragmentReply, readFragmentReply, withoutReply } from './fragment.ts'
import type { Page } from './page.ts'
import { ReplyInbox } from './reply-inbox.ts'

export interface RedirectChannelOptions {
  /**
   * The page that the wallet opens with the reply: http(s), without a reply of its own. Default: the page as it is
   * when a request is made. A route in its fragment (`#/login`) stays where it is.
   */
  readonly returnTo?: string | undefined
  /** Default: the browser's window. */
  readonly page?: Page | undefined
  readonly clock?: Clock | undefined
  /**
   * Called when the page was opened with a reply to a request that this browser never made, or made long ago: mostly
   * because the wallet opened another browser than the one in which the person began. Tell them to go back there.
   */
  readonly onStray?: (() => void) | undefined
}

/** What this package made ids look like: 128 bits, base64url. Only such a fragment is taken for one of ours. */
const REQUEST_ID = /^[A-Za-z0-9_-]{22}$/

/**
 * The way back by redirect: the wallet opens the page with the reply in the fragment. Construct it before the app's router
 * reads the address: the reply's own names are taken out of the fragment, and the rest of it is left as it was. What
 * came is kept in localStorage until its request ends, so a reload or the new tab that a wallet opens loses nothing.
 */
export class RedirectChannel implements ReplyChannel, Disposable {
  readonly id = 'redirect'
  readonly mode = 'redirect'
  readonly #page: Page
  readonly #returnTo: string | undefined
  readonly #inbox: ReplyInbox
  readonly #onStray: (() => void) | undefined
  readonly #changes = new ChangeFeed()
  readonly #listener = (): void => this.#look()

  constructor(options: RedirectChannelOptions = {}) {
    const { returnTo, page = globalThis.window, clock = systemClock(), onStray } = options
    if (page === undefined)
      throw new TypeError('RedirectChannel: there is no window here; give one as `page`')
    if (returnTo !== undefined) checkReturnAddress(returnTo)
    this.#page = page
    this.#returnTo = returnTo
    this.#inbox = new ReplyInbox(page.localStorage, clock)
    this.#onStray = onStray
    page.addEventListener('hashchange', this.#listener)
    page.addEventListener('storage', this.#listener)
    this.#look()
  }

  /**
   * @throws UportError `CHANNEL_FAILED` where the browser's storage is full or forbidden: a reply would be lost
   */
  async open(
    request: { readonly id: string; readonly expiresAt: number },
    options: Options = {},
  ): Promise<ReplyAddress> {
    options.signal?.throwIfAborted()
    const returnTo = this.#returnTo ?? withoutReply(this.#page.location.href)
    const callback = appendToFragment(checkReturnAddress(returnTo), { id: request.id })
    try {
      this.#inbox.open(request.id, request.expiresAt)
    } catch (cause) {
      throw new UportError(
        'CHANNEL_FAILED',
        'The browser stores nothing for this page, so a redirect would lose the reply; use another way back.',
        { data: { channel: this.id }, cause },
      )
    }
    return { channel: this.id, callback, state: { id: request.id } }
  }

  async *receive(address: ReplyAddress, options: Options = {}): AsyncGenerator<ReplyBody> {
    const id = idOf(address)
    for (let next = 0; ; ) {
      options.signal?.throwIfAborted()
      if (id === undefined || !this.#inbox.isOpen(id)) throw closed(this.id)
      const reply = this.#inbox.read(id)[next]
      if (reply === undefined) await this.#changes.next(options.signal)
      else {
        next++
        yield reply
      }
    }
  }

  async close(address: ReplyAddress): Promise<void> {
    const id = idOf(address)
    if (id === undefined) return
    this.#inbox.close(id)
    this.#changes.notify()
  }

  /** Stops listening to the page. */
  [Symbol.dispose](): void {
    this.#page.removeEventListener('hashchange', this.#listener)
    this.#page.removeEventListener('storage', this.#listener)
  }

  /** Takes what came with the page's address, and wakes whoever waits: another tab may have taken something, too. */
  #look(): void {
    const reply = readFragmentReply(this.#page.location.href)
    if (reply !== undefined) this.#take(reply)
    this.#changes.notify()
  }

  #take({ id, body }: FragmentReply): void {
    const isOpen = this.#inbox.isOpen(id)
    if (isOpen ? !this.#keep(id, body) : !REQUEST_ID.test(id)) return
    const { location, history } = this.#page
    history.replaceState(history.state, '', withoutReply(location.href))
    if (!isOpen) this.#onStray?.()
  }

  /** Whether it is stored; if not it stays in the address, where a reload finds it again. */
  #keep(id: string, body: ReplyBody): boolean {
    try {
      this.#inbox.put(id, body)
      return true
    } catch {
      return false
    }
  }
}

function idOf({ state }: ReplyAddress): string | undefined {
  const id = state['id']
  return typeof id === 'string' ? id : undefined
}

function checkReturnAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return text
  throw new TypeError('RedirectChannel: returnTo must be an http(s) URL')
}

function closed(channel: string): UportError<'CHANNEL_CLOSED'> {
  return new UportError('CHANNEL_CLOSED', 'No reply can come here any more; make a new request.', {
    data: { channel },
  })
}
