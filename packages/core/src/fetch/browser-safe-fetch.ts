import { isUportError, UportError } from '../errors/uport-error.ts'
import type { Options } from '../ports/options.ts'
import type { SafeFetch, SafeRequest, SafeResponse } from '../ports/safe-fetch.ts'
import { readBounded } from './read-bounded.ts'

export interface BrowserSafeFetchOptions {
  /**
   * Origins that are yours, such as `http://localhost:8080`, compared exactly: for these alone `http`, any port and addresses
   * of this machine and its network are let through. Default none.
   */
  readonly allowOrigins?: readonly string[] | undefined
  /** Milliseconds for the whole of a fetch, to the last byte. Default 10 000. */
  readonly timeoutMs?: number | undefined
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch | undefined
}

interface Rules {
  readonly allowed: ReadonlySet<string>
  readonly timeoutMs: number
  readonly fetch: typeof globalThis.fetch
}

const MAX_TIMER_MS = 2 ** 31 - 1

/** Names that the network a browser is in gives a meaning, and no registry. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|home\.arpa|lan|intranet)$/

/**
 * A `SafeFetch` for web pages and their workers: https to public names on port 443 alone, neither cookies nor referrer, no redirect, no
 * cache, bodies capped while they are read, one deadline for everything.
 *
 * A page cannot see which address a name leads to. Numeric addresses and names of local networks are refused by how they look;
 * against a public name that leads into the person's network stand CORS and the browser. In Node.js, use `createSafeFetch` of
 * `@uport-kit/fetch-node`, which checks the address itself. What the server allows its readers (CORS) and the page's policy allows
 * the page (`connect-src`) limits this further: what they refuse is `FETCH_FAILED`.
 *
 * @throws TypeError on an origin or number that is none
 */
export function browserSafeFetch(options: BrowserSafeFetchOptions = {}): SafeFetch {
  const { allowOrigins = [], timeoutMs = 10_000 } = options
  const rules: Rules = {
    allowed: new Set(allowOrigins.map(checkedOrigin)),
    timeoutMs: checkedTimeout(timeoutMs),
    fetch: options.fetch ?? ((...call) => globalThis.fetch(...call)),
  }
  return Object.freeze({
    fetch: (url: URL, request: SafeRequest, { signal }: Options = {}) => run(url, request, signal, rules),
  })
}

async function run(
  url: URL,
  request: SafeRequest,
  signal: AbortSignal | undefined,
  rules: Rules,
): Promise<SafeResponse> {
  signal?.throwIfAborted()
  const init = checkedInit(request)
  const timeoutMs = Math.min(rules.timeoutMs, checkedTimeout(request.timeoutMs ?? rules.timeoutMs))
  assertAllowed(url, rules.allowed)
  const late = AbortSignal.timeout(timeoutMs)
  const ended = signal === undefined ? late : AbortSignal.any([signal, late])
  try {
    const response = await rules.fetch(url.href, { ...init, signal: ended })
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.headers.has('location'))) {
      throw blocked('redirect', url, 'The address redirects: use the final one')
    }
    return await readAnswer(url, response, request.maxBytes, ended)
  } catch (error) {
    signal?.throwIfAborted()
    if (late.aborted) throw timedOut(url, timeoutMs)
    throw isUportError(error) ? error : failed(url, error)
  }
}

function checkedInit({ method = 'GET', headers = {}, body, maxBytes }: SafeRequest): RequestInit {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 0) throw new TypeError('maxBytes must be a whole number')
  if (method === 'GET' && body !== undefined) throw new TypeError('A GET request has no body')
  for (const name of Object.keys(headers)) {
    if (name !== name.toLowerCase()) throw new TypeError(`Write the header name ${name} in lower case`)
  }
  return {
    method,
    headers: { ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : Uint8Array.from(body) }),
    redirect: 'manual',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    mode: 'cors',
  }
}

function assertAllowed(url: URL, allowed: ReadonlySet<string>): void {
  if (url.username !== '' || url.password !== '') {
    throw blocked('credentials', url, 'The address carries credentials: leave them out')
  }
  if (allowed.has(url.origin)) return
  if (url.protocol !== 'https:') {
    throw blocked('scheme', url, 'The address is not https: allow its exact origin if it is yours')
  }
  if (url.port !== '') {
    throw blocked('port', url, 'The address names an unusual port: allow its exact origin if it is yours')
  }
  if (isLocal(url.hostname)) {
    throw blocked('address', url, 'The address is no public name: allow its exact origin if it is yours')
  }
}

/** Numeric addresses in every spelling, which the URL parser has made one, and names without or with a local meaning. */
function isLocal(hostname: string): boolean {
  const name = hostname.replace(/\.$/, '')
  return name.startsWith('[') || /^[\d.]+$/.test(name) || !name.includes('.') || LOCAL_NAME.test(name)
}

async function readAnswer(
  url: URL,
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
): Promise<SafeResponse> {
  const body = await readBounded(response, maxBytes)
  if (body === undefined) throw tooLarge(url, maxBytes, response.status)
  signal.throwIfAborted()
  const headers = new Map(response.headers)
  return { status: response.status, url: new URL(url), headers, body }
}

function checkedTimeout(milliseconds: number): number {
  if (Number.isSafeInteger(milliseconds) && milliseconds >= 1 && milliseconds <= MAX_TIMER_MS)
    return milliseconds
  throw new TypeError(`timeoutMs must be a whole number from 1 to ${MAX_TIMER_MS}`)
}

function checkedOrigin(origin: string): string {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url?.origin === origin && /^https?:$/.test(url.protocol)) return origin
  throw new TypeError(
    `allowOrigins takes origins such as https://relay.example:8443, not ${JSON.stringify(origin)}`,
  )
}

function blocked(reason: string, url: URL, message: string): UportError<'FETCH_BLOCKED'> {
  return new UportError('FETCH_BLOCKED', message, { data: { reason, host: url.host } })
}

function tooLarge(url: URL, maxBytes: number, status: number): UportError<'FETCH_TOO_LARGE'> {
  const message = `The answer is larger than ${maxBytes} bytes: raise the limit or refuse it`
  return new UportError('FETCH_TOO_LARGE', message, { data: { maxBytes, host: url.host, status } })
}

function timedOut(url: URL, milliseconds: number): UportError<'FETCH_TIMEOUT'> {
  const message = `No complete answer within ${milliseconds} ms: try again, or check the address`
  return new UportError('FETCH_TIMEOUT', message, { data: { host: url.host, milliseconds }, retryable: true })
}

function failed(url: URL, cause: unknown): UportError<'FETCH_FAILED'> {
  const message = 'The address could not be fetched: try again, or check the network'
  return new UportError('FETCH_FAILED', message, { data: { host: url.host }, cause, retryable: true })
}
