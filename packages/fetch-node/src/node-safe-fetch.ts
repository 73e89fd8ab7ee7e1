import { lookup as lookupName } from 'node:dns/promises'
import {
  type Options,
  type SafeFetch,
  type SafeRequest,
  type SafeResponse,
  UportError,
} from '@uport-kit/core'
import { Agent, type Dispatcher } from 'undici'
import { createCheckedConnector, dialDirectly, type Lookup } from './checked-connector.ts'
import { Exchange, type Hop } from './exchange.ts'
import { FetchEnd } from './fetch-end.ts'
import {
  checkHeaders,
  checkOptions,
  limitsOf,
  type RequestLimits,
  type SafeFetchOptions,
  type SafeFetchRules,
} from './safe-fetch-options.ts'

/** The headers that may follow a redirect to another origin; the rest might be secrets of the first. */
const PORTABLE_HEADERS: ReadonlySet<string> = new Set(['accept', 'accept-encoding', 'accept-language'])

const lookupSystem: Lookup = async (hostname) =>
  (await lookupName(hostname, { all: true, verbatim: true })).map(({ address }) => address)

/** To one origin; more requests wait for a connection, within their deadline. */
const MAX_CONNECTIONS = 64

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
    const limits = limitsOf(request, this.#rules)
    const end = new FetchEnd(limits.timeoutMs, signal)
    try {
      return await this.#follow(hop, limits, end)
    } catch (error) {
      signal?.throwIfAborted()
      if (end.late) throw timedOut(url, limits.timeoutMs)
      throw error instanceof UportError ? error : failed(url, error)
    } finally {
      end.clear()
    }
  }

  /** Ends every connection at once; a request under way rejects. */
  async close(): Promise<void> {
    await this.#dispatcher.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #follow(first: Hop, limits: RequestLimits, end: FetchEnd): Promise<SafeResponse> {
    const { maxBytes, maxRedirects } = limits
    let hop = first
    for (let redirects = 0; ; redirects++) {
      const { url } = hop
      this.#checkUrl(url)
      const exchange = new Exchange(this.#dispatcher, hop, { maxBytes, host: url.host })
      end.watch(exchange)
      const { status, headers, body, location } = await exchange.answer
      if (location === undefined) return { status, url, headers, body }
      const next = nextUrl(url, location)
      if (redirects === maxRedirects) {
        throw blocked('too-many-redirects', url, 'The address redirects too often: use the final one')
      }
      hop = { ...hop, url: next, headers: next.origin === url.origin ? hop.headers : portable(hop.headers) }
    }
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
  const { method = 'GET', headers = {}, body } = request
  if (method === 'GET' && body !== undefined) throw new TypeError('A GET request has no body')
  checkHeaders(headers)
  return { url: new URL(url), method, headers: { ...headers, 'accept-encoding': 'identity' }, body }
}

function nextUrl(url: URL, location: string): URL {
  if (URL.canParse(location, url)) return new URL(location, url)
  throw blocked('redirect', url, 'The address redirects to something that is no URL: use the final one')
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
