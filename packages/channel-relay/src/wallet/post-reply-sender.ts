import {
  isUportError,
  type Options,
  type ReplyBody,
  type ReplySender,
  type SafeFetch,
  UportError,
} from '@uport-kit/core'
import { isPassing } from '../relay-http.ts'

export interface PostReplySenderOptions {
  readonly safeFetch: SafeFetch
}

/** Bytes of the answer that are read before they are thrown away. */
const MAX_ANSWER_BYTES = 65_536

/** Posts the wallet's reply as JSON to the callback of the request. One try: whoever calls decides on another. */
export class PostReplySender implements ReplySender {
  readonly mode = 'post'
  readonly #safeFetch: SafeFetch

  constructor(options: PostReplySenderOptions) {
    this.#safeFetch = options.safeFetch
  }

  /**
   * @throws UportError `REPLY_NOT_DELIVERED`: retryable where the callback was not reached or is overloaded, not where
   * it refuses (409: it has enough replies) or must not be contacted; the signal's reason
   */
  async send(target: URL, body: ReplyBody, options?: Options): Promise<void> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' }
    const request = {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      maxBytes: MAX_ANSWER_BYTES,
    } as const
    let status: number
    try {
      status = (await this.#safeFetch.fetch(target, request, options)).status
    } catch (cause) {
      options?.signal?.throwIfAborted()
      throw notDelivered(target, isUportError(cause) && cause.retryable, { cause })
    }
    if (status < 200 || status > 299) throw notDelivered(target, isPassing(status), { status })
  }
}

function notDelivered(
  target: URL,
  retryable: boolean,
  { status, cause }: { readonly status?: number; readonly cause?: unknown },
): UportError {
  const { host } = target
  const what = status === undefined ? 'could not be reached' : `refused the reply with status ${status}`
  const advice = retryable ? 'try again' : 'ask for a new request'
  return new UportError('REPLY_NOT_DELIVERED', `${host} ${what}; ${advice}.`, {
    data: { host, ...(status === undefined ? {} : { status }) },
    retryable,
    cause,
  })
}
