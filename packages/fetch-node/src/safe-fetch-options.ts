import type { SafeRequest } from '@uport-kit/core'
import type { Dial, Lookup } from './checked-connector.ts'

export interface SafeFetchOptions {
  /**
   * Origins such as `https://relay.internal:8443` that are yours: scheme, host and port as the URL standard writes an
   * origin, compared exactly. For these alone `http`, any port and private addresses are let through. Default none.
   */
  readonly allowOrigins?: readonly string[] | undefined
  /** Ports that any public `https` address may name. Default 443 alone. */
  readonly ports?: readonly number[] | undefined
  /** Milliseconds for the whole of a fetch, name lookup to last byte. Default 10 000. */
  readonly timeoutMs?: number | undefined
  /** Redirects that a GET may follow. Default 3. */
  readonly maxRedirects?: number | undefined
  /** PEM certificates of private authorities, trusted beside Node's own roots. */
  readonly ca?: readonly string[] | undefined
  /** Replaces the system's name resolution; what it returns is checked all the same. */
  readonly lookup?: Lookup | undefined
  /** Replaces the plain TCP connection, for instance by one through an egress proxy. */
  readonly dial?: Dial | undefined
}

/** The options, checked and complete. */
export interface SafeFetchRules {
  readonly allowOrigins: ReadonlySet<string>
  readonly ports: ReadonlySet<number>
  readonly timeoutMs: number
  readonly maxRedirects: number
}

/** What one request is held to. */
export interface RequestLimits {
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly maxRedirects: number
}

const MAX_TIMER_MS = 2 ** 31 - 1

/** Headers that the connection itself must write. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** @throws TypeError that names the option which is wrong */
export function checkOptions(options: SafeFetchOptions): SafeFetchRules {
  const { allowOrigins = [], ports = [443], timeoutMs = 10_000, maxRedirects = 3 } = options
  for (const origin of allowOrigins) checkOrigin(origin)
  for (const port of ports) checkInteger('ports', port, 1, 65_535)
  checkInteger('timeoutMs', timeoutMs, 1, MAX_TIMER_MS)
  checkInteger('maxRedirects', maxRedirects, 0, 20)
  return { allowOrigins: new Set(allowOrigins), ports: new Set(ports), timeoutMs, maxRedirects }
}

/**
 * A request may be stricter than the rules, never laxer.
 *
 * @throws TypeError that names the member which is wrong
 */
export function limitsOf(request: SafeRequest, rules: SafeFetchRules): RequestLimits {
  const { maxBytes, timeoutMs = rules.timeoutMs, maxRedirects = rules.maxRedirects } = request
  checkInteger('maxBytes', maxBytes, 0, Number.MAX_SAFE_INTEGER)
  checkInteger('timeoutMs', timeoutMs, 1, MAX_TIMER_MS)
  checkInteger('maxRedirects', maxRedirects, 0, Number.MAX_SAFE_INTEGER)
  return {
    maxBytes,
    timeoutMs: Math.min(timeoutMs, rules.timeoutMs),
    maxRedirects: Math.min(maxRedirects, rules.maxRedirects),
  }
}

/** @throws TypeError where a name is not in lower case or is not the caller's to set */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(headers)) {
    if (name !== name.toLowerCase()) throw new TypeError(`Write the header name ${name} in lower case`)
    if (RESERVED_HEADERS.has(name)) throw new TypeError(`The header ${name} is not the caller's to set`)
  }
}

function checkOrigin(origin: string): void {
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url === undefined || url.origin !== origin || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(
      `allowOrigins takes origins such as https://relay.example:8443, not ${JSON.stringify(origin)}`,
    )
  }
}

function checkInteger(name: string, value: number, min: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new TypeError(`${name} must be a whole number from ${min} to ${max}`)
  }
}
