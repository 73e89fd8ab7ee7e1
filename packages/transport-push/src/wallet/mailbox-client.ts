import {
  abortable,
  type Clock,
  decodeUtf8,
  type Identity,
  type Options,
  readBounded,
  signJwt,
  UportError,
} from '@uport-kit/core'

export interface MailboxClientOptions {
  /** The push server, without a slash at its end. */
  readonly server: string
  /** Opens the identity that owns a mailbox. */
  readonly identity: (did: string, options?: Options) => Promise<Identity>
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  /** Seconds for an answer, beside what the server was asked to wait. */
  readonly timeout: number
}

export interface MailboxRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** After the server's address. */
  readonly path: string
  /** Who asks; absent where anybody may. */
  readonly did?: string | undefined
  readonly body?: object | undefined
  /** Seconds that the server may wait before it answers. */
  readonly wait?: number | undefined
  /** The media type to ask for. */
  readonly accept?: string | undefined
}

/** Seconds that a token lives: the longest that servers accept. */
const TOKEN_SECONDS = 300
/** Seconds after which a new one is made, so that none ends under way. */
const RENEW_SECONDS = 200
/** A full mailbox: 32 messages of 64 KiB. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024

/** Talks to the wallet's own push server. */
export class MailboxClient {
  readonly #options: MailboxClientOptions
  readonly #tokens = new Map<string, { readonly token: string; readonly renewAt: number }>()

  constructor(options: MailboxClientOptions) {
    this.#options = options
  }

  get server(): string {
    return this.#options.server
  }

  /** Seconds for an answer. */
  get timeout(): number {
    return this.#options.timeout
  }

  /**
   * @returns the text of a 2xx answer; undefined for 404
   * @throws UportError `PUSH_INBOX_FAILED`, the codes of the key store; the signal's reason
   */
  async ask(request: MailboxRequest, { signal }: Options = {}): Promise<string | undefined> {
    const { clock, timeout } = this.#options
    signal?.throwIfAborted()
    const late = new AbortController()
    const cancel = clock.after(timeout + (request.wait ?? 0), () => late.abort())
    const both = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal])
    try {
      return await abortable(this.#answer(request, both), both)
    } catch (cause) {
      signal?.throwIfAborted()
      throw cause instanceof UportError ? cause : this.#failed({ cause })
    } finally {
      cancel()
    }
  }

  /**
   * Sends a request and leaves its answer to the caller. A server that knows no such token is given a new one next time.
   *
   * @throws what `fetch` and the identity's key store reject with
   */
  async send(request: MailboxRequest, signal: AbortSignal): Promise<Response> {
    const { method, path, did, body, accept } = request
    const token = did === undefined ? undefined : await this.#token(did, signal)
    const response = await this.#options.fetch(`${this.server}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(accept !== undefined && { accept }),
      },
      // The token never follows a redirect.
      redirect: 'manual',
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (response.status === 401 && did !== undefined) this.#tokens.delete(did)
    return response
  }

  async #answer(request: MailboxRequest, signal: AbortSignal): Promise<string | undefined> {
    const response = await this.send(request, signal)
    const text = await readText(response)
    if (response.ok && text !== undefined) return text
    if (response.status === 404) return undefined
    throw this.#failed({ status: response.status })
  }

  async #token(did: string, signal: AbortSignal): Promise<string> {
    const now = this.#options.clock.now()
    const known = this.#tokens.get(did)
    if (known !== undefined && known.renewAt > now) return known.token
    const signer = await this.#options.identity(did, { signal })
    const claims = { type: 'user-auth', aud: this.server }
    const token = await signJwt(claims, signer, { now, expiresIn: TOKEN_SECONDS, signal })
    this.#tokens.set(did, { token, renewAt: now + RENEW_SECONDS })
    return token
  }

  #failed({
    status,
    cause,
  }: {
    readonly status?: number
    readonly cause?: unknown
  }): UportError<'PUSH_INBOX_FAILED'> {
    const { host } = new URL(this.server)
    const retryable = status === undefined || status === 401 || status === 429 || status >= 500
    const what = status === undefined ? 'does not answer' : `answers with status ${status}`
    const advice = retryable ? 'try again' : 'check its address and version'
    return new UportError('PUSH_INBOX_FAILED', `The push server ${host} ${what}; ${advice}.`, {
      data: { host, ...(status !== undefined && { status }) },
      retryable,
      cause,
    })
  }
}

/** The text of a body; undefined where it is too large or not UTF-8. */
async function readText(response: Response): Promise<string | undefined> {
  const bytes = await readBounded(response, MAX_ANSWER_BYTES)
  return bytes && decodeUtf8(bytes)
}
