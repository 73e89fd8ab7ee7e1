import {
  createDelivery,
  type Delivery,
  isUportError,
  type Options,
  type OutgoingRequest,
  type PublishedRequest,
  type RequestPublisher,
  type Transport,
  UportError,
  type UriForm,
} from '@uport-kit/core'
import { type EncodeOptions, encodeQr, type QrImage, utf8Length, wholeNumber } from './encode-qr.ts'
import type { QrRenderer, QrView, RenderOptions } from './qr-renderer.ts'

export interface QrTransportOptions extends EncodeOptions {
  /** Shows the code. */
  readonly render: QrRenderer
  /** Shortens what does not fit: the code then holds a reference with the hash of the request. */
  readonly publisher?: RequestPublisher | undefined
  /**
   * Bytes of a URI that goes into the code itself, 1 to 2953. Default 1000: the most that is read where the code fills half of a
   * camera's frame, held in a hand (bench/SCAN.md, "One code").
   */
  readonly inlineLimit?: number | undefined
  /** Default: the request's own choice. */
  readonly uriForm?: UriForm | undefined
}

/**
 * Shows requests as QR codes. The URI says `callback_type=post`: the wallet is on another device, so no redirect can
 * bring the reply back.
 */
export class QrTransport implements Transport {
  readonly id = 'qr'
  readonly replyModes = ['post'] as const
  readonly #options: QrTransportOptions
  readonly #inlineLimit: number

  constructor(options: QrTransportOptions) {
    if (typeof options.render !== 'function') throw new TypeError('QrTransport: give a renderer')
    this.#inlineLimit = wholeNumber('inlineLimit', options.inlineLimit ?? 1000, 1, 2953)
    this.#options = { ...options }
  }

  /**
   * Shows the request itself while its URI fits, else a reference to it, or a moving code where nothing publishes, or the
   * publisher is away, and the renderer can animate.
   *
   * @throws UportError `QR_TOO_LARGE`, and what the publisher and the renderer reject with
   */
  async deliver(request: OutgoingRequest, options: Options = {}): Promise<Delivery> {
    options.signal?.throwIfAborted()
    const inline = this.#inline(request)
    const { publisher, render } = this.#options
    const shown: RenderOptions = { ...options, request }
    if (inline !== undefined && (publisher === undefined || this.#fits(inline)))
      return this.#show(inline, undefined, shown)
    if (publisher === undefined) {
      if (render.animate === undefined) throw this.#tooLarge(request)
      return toDelivery(await render.animate(this.#uriOf(request), shown), undefined)
    }
    const published = await this.#publish(publisher, request, options)
    if (published === undefined)
      return toDelivery(await render.animate?.(this.#uriOf(request), shown), undefined)
    try {
      options.signal?.throwIfAborted()
      return await this.#show(this.#encode(withCallbackType(published.uri)), published, shown)
    } catch (error) {
      await published.close()
      throw error
    }
  }

  /** Undefined where the publisher is away and a moving code can do without it. */
  async #publish(
    publisher: RequestPublisher,
    request: OutgoingRequest,
    options: Options,
  ): Promise<PublishedRequest | undefined> {
    try {
      return await publisher.publish(request, options)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (this.#options.render.animate === undefined || !isUportError(error) || !error.retryable) throw error
      return undefined
    }
  }

  #inline(request: OutgoingRequest): QrImage | undefined {
    const uri = this.#uriOf(request)
    return utf8Length(uri) <= this.#inlineLimit ? this.#encode(uri) : undefined
  }

  async #show(
    qr: QrImage,
    published: PublishedRequest | undefined,
    options: RenderOptions,
  ): Promise<Delivery> {
    return toDelivery((await this.#options.render(qr, options)) ?? undefined, published)
  }

  #fits(qr: QrImage): boolean {
    return this.#options.render.fits?.(qr) ?? true
  }

  #encode(uri: string): QrImage {
    return encodeQr(uri, { ecc: this.#options.ecc })
  }

  #uriOf(request: OutgoingRequest): string {
    return withCallbackType(request.uri(this.#options.uriForm))
  }

  #tooLarge(request: OutgoingRequest): UportError<'QR_TOO_LARGE'> {
    const bytes = utf8Length(this.#uriOf(request))
    const maxBytes = this.#inlineLimit
    return new UportError(
      'QR_TOO_LARGE',
      `the request takes ${bytes} bytes and a QR code here ${maxBytes}; add a request publisher, or ask for less`,
      { data: { bytes, maxBytes } },
    )
  }
}

function toDelivery(view: QrView | undefined, published: PublishedRequest | undefined): Delivery {
  const close = async (): Promise<void> => {
    try {
      await view?.close?.()
    } finally {
      await published?.close()
    }
  }
  return createDelivery({ close, dismissed: view?.dismissed })
}

/** Adds the parameter before the fragment, unless the URI says already how to reply. */
function withCallbackType(uri: string): string {
  const hash = uri.indexOf('#')
  const [head, fragment] = hash < 0 ? [uri, ''] : [uri.slice(0, hash), uri.slice(hash)]
  const query = head.indexOf('?')
  const parameters = query < 0 ? [] : head.slice(query + 1).split('&')
  if (parameters.some((parameter) => parameter.startsWith('callback_type='))) return uri
  return `${head}${query < 0 ? '?' : '&'}callback_type=post${fragment}`
}
