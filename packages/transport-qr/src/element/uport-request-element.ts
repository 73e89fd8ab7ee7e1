import type { Options, Outcome } from '@uport-kit/core'
import type { QrRenderer } from '../qr-renderer.ts'
import { ENGLISH, type RequestMessages } from './messages.ts'
import { type BeginRequest, RequestController } from './request-controller.ts'
import { RequestDialog } from './request-dialog.ts'
import { CLOSED } from './request-view.ts'

/** Where there is no DOM the module loads nevertheless: a server may render the page around the element. */
const Base: typeof HTMLElement = globalThis.HTMLElement ?? (class {} as typeof HTMLElement)

/**
 * `<uport-request>`: a modal dialog that shows one request at a time, as a QR code and as a link for a wallet on the same
 * device. Nothing is visible until a request is made. Register it by `defineUportRequest`.
 */
export class UportRequestElement extends Base {
  #controller = new RequestController()
  #messages = ENGLISH
  #dialog: RequestDialog | undefined
  #unsubscribe: (() => void) | undefined

  /** What it shows. Replace it to give options: a publisher, a clock. The one before is dismissed. */
  get controller(): RequestController {
    return this.#controller
  }

  set controller(controller: RequestController) {
    this.#controller.dismiss()
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.#controller = controller
    if (this.isConnected) this.#watch()
  }

  /** The words, English by default; set those that differ. */
  get messages(): RequestMessages {
    return this.#messages
  }

  set messages(messages: Partial<RequestMessages>) {
    this.#messages = Object.freeze({ ...ENGLISH, ...messages })
    this.#dialog?.update(this.#controller.view, this.#messages)
  }

  /**
   * Makes a request and shows it until it is answered or the person closes the dialog. See `RequestController.run`.
   *
   * @example
   * const answer = await element.request((options) => requester.start(disclosure, { requested: ['name'] }, options))
   */
  async request<Result extends Outcome>(begin: BeginRequest<Result>, options: Options = {}): Promise<Result> {
    this.#assertConnected()
    return this.#controller.run(begin, options)
  }

  /** For a `QrTransport`: shows its codes here, with link and time left, and without renewal. */
  get render(): QrRenderer {
    const { render } = this.#controller
    const checked: QrRenderer = (qr, options) => {
      this.#assertConnected()
      return render(qr, options)
    }
    return Object.assign(checked, { animate: render.animate })
  }

  connectedCallback(): void {
    this.#watch()
  }

  disconnectedCallback(): void {
    // An element that is moved is taken out and put in again.
    queueMicrotask(() => {
      if (this.isConnected) return
      this.#controller.dismiss()
      this.#unsubscribe?.()
      this.#unsubscribe = undefined
      this.#dialog?.update(CLOSED, this.#messages)
    })
  }

  #watch(): void {
    if (this.#unsubscribe !== undefined) return
    this.#dialog ??= new RequestDialog(this.shadowRoot ?? this.attachShadow({ mode: 'open' }), {
      renew: () => this.#controller.renew(),
      dismiss: () => this.#controller.dismiss(),
    })
    const dialog = this.#dialog
    this.#unsubscribe = this.#controller.subscribe((view) => dialog.update(view, this.#messages))
    dialog.update(this.#controller.view, this.#messages)
  }

  #assertConnected(): void {
    if (!this.isConnected) throw new TypeError('<uport-request>: put it into the page first')
  }
}

/** Registers the element. Importing the module does not. Harmless when it is done already. */
export function defineUportRequest(name = 'uport-request', registry = globalThis.customElements): void {
  if (registry.get(name) === undefined) registry.define(name, UportRequestElement)
}
