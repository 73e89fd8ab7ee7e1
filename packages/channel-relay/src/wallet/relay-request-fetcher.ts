import {
  decodeUtf8,
  type FetchedRequest,
  type Options,
  type RequestFetcher,
  type SafeFetch,
  type SafeResponse,
  sha256Base64url,
  UportError,
} from '@uport-kit/core'
import { isPassing } from '../relay-http.ts'
import { parseLegacyRequest } from './legacy-request.ts'

export interface RelayRequestFetcherOptions {
  readonly safeFetch: SafeFetch
  /**
   * Also fetches references without a hash, as old apps made them. Whoever runs the server of such a reference, or stands
   * on the way, chooses what is fetched. Default false.
   */
  readonly legacyReferences?: boolean | undefined
  /** Of the fetched request. Default 65 536. */
  readonly maxBytes?: number | undefined
}

/** base64url of the 32 bytes of a SHA-256. */
const HASH = /^#[\w-]{43}$/

/** Fetches requests by reference: a web address whose fragment is the hash of the exact bytes behind it. */
export class RelayRequestFetcher implements RequestFetcher {
  readonly #safeFetch: SafeFetch
  readonly #legacy: boolean
  readonly #maxBytes: number

  constructor(options: RelayRequestFetcherOptions) {
    this.#safeFetch = options.safeFetch
    this.#legacy = options.legacyReferences ?? false
    this.#maxBytes = options.maxBytes ?? 65_536
  }

  accepts(uri: URL): boolean {
    const isWeb = uri.protocol === 'https:' || uri.protocol === 'http:'
    return isWeb && (HASH.test(uri.hash) || (this.#legacy && uri.hash === ''))
  }

  /**
   * @throws UportError `REFERENCE_MISMATCH`, `REFERENCE_NOT_FOUND`, or SafeFetch's codes; TypeError for a URI that is not
   * accepted
   */
  async fetch(uri: URL, options?: Options): Promise<FetchedRequest> {
    if (!this.accepts(uri)) throw new TypeError('uri: not a reference that this fetcher accepts')
    const url = new URL(uri)
    url.hash = ''
    const accept = uri.hash === '' ? 'application/jwt, application/json' : 'application/jwt'
    const request = { method: 'GET', headers: { accept }, maxBytes: this.#maxBytes } as const
    const response = await this.#safeFetch.fetch(url, request, options)
    if (response.status < 200 || response.status > 299) throw statusError(response)
    if (uri.hash === '') return { jwt: legacyJwt(response), pinned: false }
    return { jwt: pinnedJwt(response, uri.hash.slice(1)), pinned: true }
  }
}

function pinnedJwt(response: SafeResponse, hash: string): string {
  const jwt = sha256Base64url(response.body) === hash ? decodeUtf8(response.body) : undefined
  if (jwt !== undefined) return jwt
  throw new UportError(
    'REFERENCE_MISMATCH',
    'The fetched request is not the one that its code names; scan it again.',
  )
}

function legacyJwt(response: SafeResponse): string {
  const jwt = parseLegacyRequest(decodeUtf8(response.body) ?? '')
  if (jwt === undefined) throw notFound(response)
  return jwt
}

function statusError(response: SafeResponse): UportError {
  if (!isPassing(response.status)) return notFound(response)
  const { host } = response.url
  return new UportError('FETCH_FAILED', `${host} answers with status ${response.status}; try again.`, {
    data: { host },
    retryable: true,
  })
}

function notFound(response: SafeResponse): UportError {
  const { host } = response.url
  return new UportError(
    'REFERENCE_NOT_FOUND',
    `Nothing is stored at ${host} any longer; ask for a new code.`,
    {
      data: { host },
    },
  )
}
