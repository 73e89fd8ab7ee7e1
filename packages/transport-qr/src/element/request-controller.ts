import {
  abortable,
  type Clock,
  type Exchange,
  isUportError,
  type Options,
  type Outcome,
  type OutgoingRequest,
  systemClock,
  UportError,
} from '@uport-kit/core'
import { encodeQr, type QrImage, wholeNumber } from '../encode-qr.ts'
import type { QrRenderer, QrView, RenderOptions } from '../qr-renderer.ts'
import { QrTransport, type QrTransportOptions } from '../qr-transport.ts'
import { CLOSED, type RequestPhase, type RequestView } from './request-view.ts'

export interface RequestControllerOptions extends Omit<QrTransportOptions, 'render'> {
  /** Default: the machine's. */
  readonly clock?: Clock | undefined
  /**
   * Of a moving code, 1 to 20. Default 5: a camera has to catch each frame whole, and a weak phone looks 4 to 6 times a second
   * (bench/SCAN.md, "Frames a second").
   */
  readonly framesPerSecond?: number | undefined
}

/** Makes a new request: `(options) => requester.start(disclosure, params, options)`. */
export type BeginRequest<Result extends Outcome> = (options: Options) => Promise<Exchange<Result>>

/** A request that is run to its end, whatever number of codes it takes. */
interface Run {
  readonly abort: AbortController
  renew?: (() => void) | undefined
  lastError?: unknown
}

/** A code on the screen. */
interface Showing {
  readonly dismiss: () => void
  readonly view: Omit<RequestView, 'phase' | 'secondsLeft'>
  stop: () => void
}

/**
 * A request as a person meets it, without anything that draws it: the code, the time that is left, what came of it, and
 * a fresh code where they want one. `UportRequestElement` shows it; so can anything that subscribes.
 */
export class RequestController {
  /** For a `QrTransport` of one's own: shows its codes, without renewal. A new code takes the place of the last one. */
  readonly render: QrRenderer
  readonly #options: RequestControllerOptions
  readonly #clock: Clock
  readonly #frameSeconds: number
  readonly #listeners = new Set<(view: RequestView) => void>()
  #view = CLOSED
  #run: Run | undefined
  #showing: Showing | undefined

  constructor(options: RequestControllerOptions = {}) {
    this.#options = { ...options }
    this.#clock = options.clock ?? systemClock()
    this.#frameSeconds = 1 / wholeNumber('framesPerSecond', options.framesPerSecond ?? 5, 1, 20)
    this.render = Object.assign(
      (qr: QrImage, { request }: RenderOptions): QrView => this.#show({ qr, link: linkOf(request) }, request),
      { animate: (text: string, shown: RenderOptions) => this.#animate(text, shown) },
    )
  }

  get view(): RequestView {
    return this.#view
  }

  /** Calls the listener for each change, until the returned function is called. */
  subscribe(listener: (view: RequestView) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /**
   * Begins a request and shows it, again and again as the person asks for a fresh code, until one is answered.
   *
   * @returns the verified answer
   * @throws UportError `REQUEST_DISMISSED` where the person closed it; `REQUEST_REFUSED`, `REQUEST_EXPIRED` or what failed
   * where they closed it upon that; at once what a fresh code would not mend; the signal's reason
   */
  async run<Result extends Outcome>(begin: BeginRequest<Result>, { signal }: Options = {}): Promise<Result> {
    signal?.throwIfAborted()
    if (this.#view.phase !== 'closed' && this.#view.phase !== 'done')
      throw new TypeError('RequestController: it shows a request already')
    const run: Run = { abort: new AbortController() }
    const abort = (): void => run.abort.abort(signal?.reason)
    signal?.addEventListener('abort', abort)
    this.#run = run
    try {
      const result = await this.#untilAnswered(begin, run)
      this.#end('done')
      return result
    } catch (error) {
      this.#end('closed')
      throw error
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  /** Shows a fresh code, where the last one was refused, expired or failed. */
  renew(): void {
    this.#run?.renew?.()
  }

  /** The person turns it away: what waits for an answer is settled. */
  dismiss(): void {
    const { phase } = this.#view
    if (phase === 'closed' || phase === 'done') return
    if (this.#run !== undefined) this.#run.abort.abort(this.#run.lastError ?? dismissed())
    else {
      this.#showing?.dismiss()
      this.#end('closed')
    }
  }

  async #untilAnswered<Result extends Outcome>(begin: BeginRequest<Result>, run: Run): Promise<Result> {
    const { signal } = run.abort
    for (;;) {
      run.lastError = undefined
      this.#set({ phase: 'preparing' })
      try {
        return await this.#attempt(begin, signal)
      } catch (error) {
        signal.throwIfAborted()
        const phase = phaseOf(error)
        if (phase === undefined) throw error
        run.lastError = error
        this.#stop()
        const renewed = new Promise<void>((resolve) => {
          run.renew = resolve
        })
        this.#set({ phase })
        await abortable(renewed, signal)
        run.renew = undefined
      }
    }
  }

  async #attempt<Result extends Outcome>(begin: BeginRequest<Result>, signal: AbortSignal): Promise<Result> {
    const beginning = begin({ signal })
    let exchange: Exchange<Result>
    try {
      exchange = await abortable(beginning, signal)
    } catch (error) {
      void beginning.then(
        (late) => late.close(),
        () => undefined,
      )
      throw error
    }
    try {
      void this.#follow(exchange, signal)
      const { clock: _clock, framesPerSecond: _frames, ...transport } = this.#options
      const delivering = exchange.deliver(new QrTransport({ ...transport, render: this.render }), { signal })
      return await abortable(
        delivering.then(() => exchange.result),
        signal,
      )
    } finally {
      exchange.result.catch(() => undefined)
      void exchange.close()
    }
  }

  /** Tells the person that an answer has come and is being checked. */
  async #follow(exchange: Exchange<Outcome>, signal: AbortSignal): Promise<void> {
    for await (const state of exchange.states()) {
      const { phase } = this.#view
      if (signal.aborted || (phase !== 'waiting' && phase !== 'verifying')) continue
      if (state === 'verifying') this.#set({ ...this.#view, phase: 'verifying' })
      if (state === 'delivered') this.#set({ ...this.#view, phase: 'waiting' })
    }
  }

  #show(view: Showing['view'], request: OutgoingRequest | undefined): QrView {
    this.#stop()
    let dismiss = (): void => undefined
    const dismissal = new Promise<void>((resolve) => {
      dismiss = resolve
    })
    const showing: Showing = { dismiss, view, stop: () => undefined }
    this.#showing = showing
    this.#set({ phase: 'waiting', ...view })
    if (request !== undefined) {
      this.#countDown(request.expiresAt)
      this.#every(showing, 1, () => this.#countDown(request.expiresAt))
    }
    const close = (): void => {
      if (this.#showing !== showing) return
      if (this.#run === undefined) this.#end('closed')
      else this.#stop()
    }
    return { close, dismissed: dismissal }
  }

  async #animate(text: string, { request, signal }: RenderOptions): Promise<QrView> {
    const { createAnimatedParts } = await import('../animated/animated-parts.ts')
    signal?.throwIfAborted()
    const parts = createAnimatedParts(text)
    let sequence = 0
    const frame = (): QrImage => encodeQr(parts.part(++sequence), { ecc: this.#options.ecc })
    const view = this.#show({ qr: frame(), moving: true, link: linkOf(request) }, request)
    const showing = this.#showing
    if (showing !== undefined)
      this.#every(showing, this.#frameSeconds, () => this.#set({ ...this.#view, qr: frame() }))
    return view
  }

  #countDown(expiresAt: number): void {
    this.#set({ ...this.#view, secondsLeft: Math.max(0, expiresAt - this.#clock.now()) })
  }

  /** Does it after each interval while the code is shown. */
  #every(showing: Showing, seconds: number, work: () => void): void {
    const tick = (): void => {
      work()
      cancel = this.#clock.after(seconds, tick)
    }
    let cancel = this.#clock.after(seconds, tick)
    const { stop } = showing
    showing.stop = () => {
      stop()
      cancel()
    }
  }

  #stop(): void {
    this.#showing?.stop()
    this.#showing = undefined
  }

  #end(phase: 'closed' | 'done'): void {
    this.#stop()
    this.#run = undefined
    this.#set({ phase })
  }

  #set(view: RequestView): void {
    this.#view = Object.freeze(view)
    for (const listener of [...this.#listeners]) listener(this.#view)
  }
}

/** What a fresh code may mend; undefined where it would fail again. */
function phaseOf(error: unknown): RequestPhase | undefined {
  if (isUportError(error, 'REQUEST_REFUSED')) return 'refused'
  if (isUportError(error, 'REQUEST_EXPIRED')) return 'expired'
  return isUportError(error) && error.retryable ? 'failed' : undefined
}

function dismissed(): UportError<'REQUEST_DISMISSED'> {
  return new UportError('REQUEST_DISMISSED', 'The person closed the request; offer it again when they ask.', {
    data: { transport: 'qr' },
  })
}

/** A prefix may be configured wrongly, and a link that runs a script is the worst of configurations. */
function linkOf(request: OutgoingRequest | undefined): string | undefined {
  const uri = request?.uri()
  return uri !== undefined && /^(?:https?:\/\/|me\.uport:)/i.test(uri) ? uri : undefined
}
