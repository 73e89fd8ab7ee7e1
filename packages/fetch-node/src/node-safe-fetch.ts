import { lookup as lookupName } from 'node:dns/promises'
import {
  type Options,
  type SafeFetch,
  type SafeRequest,
  type SafeResponse,
  UportError,
} from '@uport-kit/core'
import { Agent, type Dispatcher, request as send } from 'undici'
import { createCheckedConnector, dialDirectly, type Lookup } from './checked-connector.ts'
import { readBody } from './read-body.ts'
import {
  checkHeaders,
  checkOptions,
  type SafeFetchOptions,
  type SafeFetchRules,
} from './safe-fetch-options.ts'
import { untilAborted } from './until-aborted.ts'

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** The caller's headers that may follow a redirect to another origin; the rest might be secrets of the first. */
const PORTABLE_HEADERS: ReadonlySet<string> = new Set(['accept', 'accept-language'])

const lookupSystem: Lookup = async (hostname) =>
  (await lookupName(hostname, { all: true, verbatim: true })).map(({ address }) => address)

/** To one origin; more requests wait for a connection, within their deadline. */
const MAX_CONNECTIONS = 64

interface Hop {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
}

/**
 * `SafeFetch` for Node.js. `https` on port 443 and public addresses only, unless the exact origin is allowed; the name
 * is looked up once and the socket goes to the addresses that were checked; redirects of GET are followed by hand and
 * checked like the first address; a POST is never redirected (its 3xx is the answer); one deadline spans name lookup,
 * connection, headers, redirects and body. Sends no cookies and no user agent.
 *
 * Connections are reused for a few seconds; `close` ends them.
 */
export class NodeSafeFetch implements SafeFetch, AsyncDisposable {
  readonly #rules: SafeFetchRules
  readonly #dispatcher: Dispatcher

  /** @throws TypeError on an origin, port or number that is none */
  constructor(options: SafeFetchOptions = {}) {
    this.#rules = checkOptions(options)
    const { allowOrigins, timeoutMs } = this.#rules
    const connect = createCheckedConnector({
      allowOrigins,
      timeoutMs,
      lookup: options.lookup ?? lookupSystem,
      dial: options.dial ?? dialDirectly,
      ca: options.ca ?? [],
    })
    this.#dispatcher = new Agent({
      connect,
      connections: MAX_CONNECTIONS,
      connectTimeout: timeoutMs,
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  async fetch(url: URL, request: SafeRequest, options: Options = {}): Promise<SafeResponse> {
    const { signal } = options
    signal?.throwIfAborted()
    const hop = firstHop(url, request)
    // One controller for both reasons: combining signals would cost more than the rest of a small fetch.
    const stop = new AbortController()
    let late = false
    const timer = setTimeout(() => {
      late = true
      stop.abort()
    }, this.#rules.timeoutMs)
    const relay = () => stop.abort(signal?.reason)
    signal?.addEventListener('abort', relay, { once: true })
    try {
      // The client hears the signal only once it is connected.
      return await untilAborted(this.#follow(hop, request.maxBytes, stop.signal), stop.signal)
    } catch (error) {
      signal?.throwIfAborted()
      if (late) throw timedOut(url, this.#rules.timeoutMs)
      throw error instanceof UportError ? error : failed(url, error)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', relay)
    }
  }

  /** Ends every connection at once; a request under way rejects. */
  async close(): Promise<void> {
    await this.#dispatcher.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #follow(first: Hop, maxBytes: number, signal: AbortSignal): Promise<SafeResponse> {
    let hop = first
    for (let redirects = 0; ; redirects++) {
      this.#checkUrl(hop.url)
      const answer = await this.#send(hop, signal)
      const next = nextUrl(hop, answer)
      if (next === undefined) return readAnswer(hop.url, answer, maxBytes)
      discard(answer)
      if (redirects === this.#rules.maxRedirects) {
        throw blocked('too-many-redirects', hop.url, 'The address redirects too often: use the final one')
      }
      hop = {
        ...hop,
        url: next,
        headers: next.origin === hop.url.origin ? hop.headers : portable(hop.headers),
      }
    }
  }

  async #send(hop: Hop, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return send(hop.url, {
      dispatcher: this.#dispatcher,
      method: hop.method,
      headers: { ...hop.headers, 'accept-encoding': 'identity' },
      body: hop.body ?? null,
      signal,
    })
  }

  #checkUrl(url: URL): void {
    if (url.username !== '' || url.password !== '') {
      throw blocked('credentials', url, 'The address carries credentials: leave them out')
    }
    if (this.#rules.allowOrigins.has(url.origin)) return
    if (url.protocol !== 'https:') {
      throw blocked('scheme', url, 'The address is not https: allow its exact origin if it is yours')
    }
    const port = url.port === '' ? 443 : Number(url.port)
    if (!this.#rules.ports.has(port)) {
      throw blocked('port', url, 'The address names an unusual port: allow its exact origin, or the port')
    }
  }
}

/** A `SafeFetch` for Node.js. @throws TypeError on an origin, port or number that is none */
export function createSafeFetch(options: SafeFetchOptions = {}): NodeSafeFetch {
  return new NodeSafeFetch(options)
}

function firstHop(url: URL, request: SafeRequest): Hop {
  const { method = 'GET', headers = {}, body, maxBytes } = request
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 0) throw new TypeError('maxBytes must be a whole number')
  if (method === 'GET' && body !== undefined) throw new TypeError('A GET request has no body')
  checkHeaders(headers)
  return { url: new URL(url), method, headers: { ...headers }, body }
}

function nextUrl(hop: Hop, answer: Dispatcher.ResponseData): URL | undefined {
  const { location } = answer.headers
  if (hop.method !== 'GET' || !REDIRECTS.has(answer.statusCode) || typeof location !== 'string')
    return undefined
  if (URL.canParse(location, hop.url)) return new URL(location, hop.url)
  discard(answer)
  throw blocked('redirect', hop.url, 'The address redirects to something that is no URL: use the final one')
}

async function readAnswer(
  url: URL,
  answer: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<SafeResponse> {
  const headers = new Map<string, string>()
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  const body = await readBody(answer.body, headers.get('content-encoding'), { maxBytes, host: url.host })
  // Both described the body as it travelled, not as it is handed on.
  if (headers.delete('content-encoding')) headers.delete('content-length')
  return { status: answer.statusCode, url, headers, body }
}

function discard(answer: Dispatcher.ResponseData): void {
  answer.body.on('error', () => undefined).destroy()
}

function portable(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => PORTABLE_HEADERS.has(name)))
}

function blocked(reason: string, url: URL, message: string): UportError<'FETCH_BLOCKED'> {
  return new UportError('FETCH_BLOCKED', message, { data: { reason, host: url.host } })
}

function timedOut(url: URL, milliseconds: number): UportError<'FETCH_TIMEOUT'> {
  const message = `No complete answer within ${milliseconds} ms: try again, or check the address`
  return new UportError('FETCH_TIMEOUT', message, { data: { host: url.host, milliseconds }, retryable: true })
}

function failed(url: URL, cause: unknown): UportError<'FETCH_FAILED'> {
  const message = 'The address could not be fetched: try again, or check the network'
  return new UportError('FETCH_FAILED', message, { data: { host: url.host }, cause, retryable: true })
}
