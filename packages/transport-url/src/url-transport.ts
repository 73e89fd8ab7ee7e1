import {
  createDelivery,
  type Delivery,
  type Options,
  type OutgoingRequest,
  type ShownRequest,
  type Transport,
  type UriForm,
} from '@uport-kit/core'

/** Shows a link, or opens it. */
export type LinkRenderer = (
  uri: string,
  options: Options,
) => ShownRequest | undefined | Promise<ShownRequest | undefined>

export interface UrlTransportOptions {
  readonly render: LinkRenderer
  /** Default: the request's own choice, which is a universal link where the app has a prefix for it. */
  readonly uriForm?: UriForm | undefined
}

/**
 * Sends requests as links on the device that shows the page. The reply comes back by redirect where a channel for that is
 * assembled, else by post.
 */
export class UrlTransport implements Transport {
  readonly id = 'url'
  readonly replyModes = ['redirect', 'post'] as const
  readonly #render: LinkRenderer
  readonly #uriForm: UriForm | undefined

  constructor(options: UrlTransportOptions) {
    if (typeof options.render !== 'function') throw new TypeError('UrlTransport: give a renderer')
    this.#render = options.render
    this.#uriForm = options.uriForm
  }

  /** Rejects with what the renderer rejects with. */
  async deliver(request: OutgoingRequest, options: Options = {}): Promise<Delivery> {
    options.signal?.throwIfAborted()
    return createDelivery((await this.#render(request.uri(this.#uriForm), options)) ?? undefined)
  }
}

/**
 * Opens the link at once. Browsers on phones let a page leave for an app only straight out of a click: where anything is
 * awaited in between, use `anchorRenderer` with a request that was started before.
 */
export function navigate(location: { assign(uri: string): void } = globalThis.location): LinkRenderer {
  return (uri) => {
    location.assign(uri)
    return undefined
  }
}

/** Puts the link into an anchor, so that the person's click opens the wallet; takes it out again at the end. */
export function anchorRenderer(
  anchor: Pick<HTMLAnchorElement, 'setAttribute' | 'removeAttribute'>,
): LinkRenderer {
  return (uri) => {
    anchor.setAttribute('href', uri)
    return { close: () => anchor.removeAttribute('href') }
  }
}
