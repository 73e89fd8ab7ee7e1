import type { Dispatcher } from 'undici'
import { type BodyLimit, decoderOf, tooLarge } from './decode-body.ts'

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** One request to one address. */
export interface Hop {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
}

/** What came back: an answer with its body, decoded, or where a GET is sent instead. */
export interface Answer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Map<string, string>
  readonly body: Uint8Array
  readonly location: string | undefined
}

const NOTHING = new Uint8Array(0)

/**
 * One request on the wire and its answer, capped while it arrives and decoded at its end.
 *
 * It hears the dispatcher itself: for a small answer, a stream and a signal would take longer than all the rest.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<Answer>
  readonly #method: string
  readonly #limit: BodyLimit
  #resolve: (answer: Answer) => void = () => undefined
  #reject: (error: unknown) => void = () => undefined
  #controller: Dispatcher.DispatchController | undefined
  #over = false
  #status = 0
  #headers = new Map<string, string>()
  #decode: ((packed: Uint8Array) => Promise<Uint8Array>) | undefined
  #room: number
  #chunks: Uint8Array[] = []

  constructor(dispatcher: Dispatcher, hop: Hop, limit: BodyLimit) {
    const { url, method, headers, body } = hop
    this.#method = method
    this.#limit = limit
    this.#room = limit.maxBytes
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    const request = {
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers,
      body: body ?? null,
    }
    dispatcher.dispatch(request, this)
  }

  /** Ends it: the answer rejects at once, and nothing more is sent or read. */
  abort(): void {
    this.#fail(new Error('The request was stopped'))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // Given up before there was a connection to send it on.
    if (this.#over) controller.abort(new Error('The request was stopped'))
  }

  onResponseStart(_: unknown, status: number, headers: Readonly<Record<string, string | string[]>>): void {
    if (status < 200) return
    this.#status = status
    for (const name of Object.keys(headers)) {
      const value = headers[name]!
      this.#headers.set(name, typeof value === 'string' ? value : value.join(', '))
    }
    const location = headers['location']
    if (this.#method === 'GET' && REDIRECTS.has(status) && typeof location === 'string') {
      this.#end(NOTHING, location)
      this.#controller?.abort(new Error('What a redirect carries is not read'))
      return
    }
    this.#expectBody()
  }

  onResponseData(_: unknown, chunk: Uint8Array): void {
    this.#room -= chunk.length
    if (this.#room < 0) this.#fail(tooLarge(this.#limit, this.#status))
    // A copy: what arrived around a chunk, and that may be much, would stay as long as the chunk.
    else this.#chunks.push(new Uint8Array(chunk))
  }

  onResponseEnd(): void {
    const body = joined(this.#chunks)
    this.#chunks = []
    // An answer without a body may name the coding that one would have had.
    if (this.#decode === undefined || body.length === 0) this.#end(body)
    else {
      this.#decode(body).then(
        (decoded) => this.#end(decoded),
        (error: unknown) => this.#fail(error),
      )
    }
  }

  onResponseError(_: unknown, error: Error): void {
    this.#fail(error)
  }

  #expectBody(): void {
    const encoding = this.#headers.get('content-encoding')
    if (encoding === undefined) return
    const decoder = decoderOf(encoding, this.#limit, this.#status)
    if (decoder === undefined) {
      this.#fail(new Error('The content encoding of the answer is not one that is read here'))
      return
    }
    this.#decode = decoder.decode
    this.#room = decoder.maxPacked
    // Both describe the body as it travels, not as it is handed on.
    this.#headers.delete('content-encoding')
    this.#headers.delete('content-length')
  }

  #end(body: Uint8Array, location?: string): void {
    this.#over = true
    this.#resolve({ status: this.#status, headers: this.#headers, body, location })
  }

  #fail(error: unknown): void {
    if (this.#over) return
    this.#over = true
    this.#chunks = []
    this.#reject(error)
    this.#controller?.abort(new Error('The request was given up'))
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [first = NOTHING] = chunks
  if (chunks.length < 2) return first
  const whole = new Uint8Array(chunks.reduce((total, { length }) => total + length, 0))
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}
