import { appendToFragment, type Options, type ReplyBody, type ReplySender, UportError } from '@uport-kit/core'

export interface RedirectReplySenderOptions {
  /** Opens an address on this device, as `location.assign` does or the system's opener. */
  readonly open: (url: string, options: Options) => void | Promise<void>
}

/** Longest address that is opened; what is longer some system cuts off without a word. */
const MAX_LENGTH = 131_072

/** Leads the person back to the page, with the reply in the address's fragment: no server sees it. */
export class RedirectReplySender implements ReplySender {
  readonly mode = 'redirect'
  readonly #open: RedirectReplySenderOptions['open']

  constructor(options: RedirectReplySenderOptions) {
    if (typeof options.open !== 'function') throw new TypeError('RedirectReplySender: give an opener')
    this.#open = options.open
  }

  /** @throws UportError `REPLY_NOT_DELIVERED`: retryable where the opener failed, not where the reply is too long */
  async send(target: URL, body: ReplyBody, options: Options = {}): Promise<void> {
    options.signal?.throwIfAborted()
    const fields = Object.entries(body).map(
      ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
    )
    const url = appendToFragment(target.href, Object.fromEntries(fields))
    const { host } = target
    if (url.length > MAX_LENGTH)
      throw new UportError(
        'REPLY_NOT_DELIVERED',
        `The reply is too long for a link to ${host}; share less.`,
        {
          data: { host },
        },
      )
    try {
      await this.#open(url, options)
    } catch (cause) {
      options.signal?.throwIfAborted()
      // The cause may quote the address, and the address is the reply.
      const reason = cause instanceof Error ? cause.name : 'unknown'
      throw new UportError(
        'REPLY_NOT_DELIVERED',
        `The page at ${host} could not be opened (${reason}); try again.`,
        {
          data: { host },
          retryable: true,
        },
      )
    }
  }
}
