import type { Options } from './options.ts'

export interface SafeRequest {
  readonly method?: 'GET' | 'POST' | undefined
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | Uint8Array | undefined
  /** Bytes of the answer's body, after decompression; more is `FETCH_TOO_LARGE`. */
  readonly maxBytes: number
  /** Milliseconds for the whole of it, where that is less than the implementation allows. */
  readonly timeoutMs?: number | undefined
  /** Redirects that are followed, where that is less than the implementation allows: one more is `FETCH_BLOCKED`. */
  readonly maxRedirects?: number | undefined
}

export interface SafeResponse {
  readonly status: number
  /** The address that answered, after redirects. */
  readonly url: URL
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Uint8Array
}

/**
 * The one way anything named by a stranger is fetched: https only, no private addresses, connected to the address
 * that was checked, redirects rechecked, sizes capped, a deadline on everything.
 */
export interface SafeFetch {
  /**
   * @throws UportError `FETCH_BLOCKED` (scheme, address or redirect not allowed), `FETCH_TOO_LARGE`,
   * `FETCH_TIMEOUT` (retryable), `FETCH_FAILED` (network; retryable). An HTTP error status is an answer, not an error.
   */
  fetch(url: URL, request: SafeRequest, options?: Options): Promise<SafeResponse>
}
