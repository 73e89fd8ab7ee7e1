import {
  type Did,
  type DidDocument,
  type DidResolver,
  decodeUtf8,
  foldDid,
  parseDid,
  parseDidDocument,
  type ResolvedDid,
  type ResolveOptions,
  type SafeFetch,
  type SafeResponse,
  UportError,
} from '@uport-kit/core'
import { didHttpsUrl, didWebUrl } from './did-web-url.ts'
import type {} from './errors.ts'

export interface WebDidResolverOptions {
  /** How addresses that strangers name are fetched: public ones, over TLS, capped and with a deadline. */
  readonly safeFetch: SafeFetch
  /** Bytes of a document; more is `FETCH_TOO_LARGE`. Default 65 536. */
  readonly maxBytes?: number | undefined
}

/** Where the document of a method's id lies. */
const URLS: ReadonlyMap<string, (id: string) => URL | undefined> = new Map([
  ['web', didWebUrl],
  ['https', didHttpsUrl],
])

const ACCEPT = 'application/did+json, application/did+ld+json, application/json'

/**
 * Resolves did:web, and did:https as uPort first called it: the domain's TLS certificate vouches for the document. Every call
 * fetches; nothing is kept, and there is no history.
 */
export class WebDidResolver implements DidResolver {
  readonly methods: readonly string[] = Object.freeze([...URLS.keys()])
  readonly #safeFetch: SafeFetch
  readonly #maxBytes: number

  constructor(options: WebDidResolverOptions) {
    this.#safeFetch = options.safeFetch
    this.#maxBytes = options.maxBytes ?? 65_536
  }

  /**
   * @throws UportError `DID_INVALID`, `DID_METHOD_UNSUPPORTED`, `DID_VERSION_UNSUPPORTED`; `DID_NOT_FOUND`: the domain answers 404
   * or 410; `DID_RESOLUTION_FAILED`: it answers another error (retryable where that may pass); `DID_WEB_REDIRECTED`; `FETCH_BLOCKED`,
   * `FETCH_TOO_LARGE`, `FETCH_TIMEOUT` and `FETCH_FAILED` (both retryable); `DID_DOCUMENT_INVALID`, `DID_DOCUMENT_ID_MISMATCH`
   */
  async resolve(did: Did, options: ResolveOptions = {}): Promise<ResolvedDid> {
    options.signal?.throwIfAborted()
    const folded = foldDid(did)
    const url = urlOf(folded, this.methods)
    if (options.versionTime !== undefined) throw versionUnsupported(folded)
    const headers = { accept: ACCEPT, ...(options.fresh === true && { 'cache-control': 'no-cache' }) }
    const request = { method: 'GET', headers, maxBytes: this.#maxBytes } as const
    const response = await this.#safeFetch.fetch(url, request, { signal: options.signal })
    options.signal?.throwIfAborted()
    return Object.freeze({ did: folded, document: documentOf(response, url, folded) })
  }
}

function urlOf(did: Did, known: readonly string[]): URL {
  const { method, id } = parseDid(did)
  const toUrl = URLS.get(method)
  if (toUrl === undefined) {
    const message = 'This resolver knows did:web and did:https alone. Ask the one of the method.'
    throw new UportError('DID_METHOD_UNSUPPORTED', message, { data: { method, known } })
  }
  const url = toUrl(id)
  if (url !== undefined) return url
  throw new UportError('DID_INVALID', `This is not a did:${method}. Its id begins with a domain name.`)
}

function documentOf(response: SafeResponse, url: URL, did: Did): DidDocument {
  // An open redirect, or a former owner's, would let another domain speak for this one.
  if (response.url.origin !== url.origin) throw redirected(did, response.url)
  if (response.status < 200 || response.status > 299) throw statusError(response.status, did)
  return parseDidDocument(parseJson(response.body), did)
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(body) ?? '')
  } catch {
    const message = 'The domain serves no JSON in UTF-8 there. Its owner must publish a DID document.'
    throw new UportError('DID_DOCUMENT_INVALID', message, { data: { reason: 'not JSON' } })
  }
}

function statusError(status: number, did: Did): UportError {
  if (status === 404 || status === 410)
    return new UportError('DID_NOT_FOUND', 'The domain publishes no such DID.', { data: { did } })
  const retryable = status === 408 || status === 425 || status === 429 || status >= 500
  const advice = retryable ? 'Try again.' : 'Its owner must open it to everybody.'
  return new UportError('DID_RESOLUTION_FAILED', `The domain answers with status ${status}. ${advice}`, {
    data: { did },
    retryable,
  })
}

function redirected(did: Did, to: URL): UportError<'DID_WEB_REDIRECTED'> {
  const message = `The domain sends its readers to ${to.host}. Its owner must serve the document itself.`
  return new UportError('DID_WEB_REDIRECTED', message, { data: { did, to: to.host } })
}

function versionUnsupported(did: Did): UportError<'DID_VERSION_UNSUPPORTED'> {
  const { method } = parseDid(did)
  const message = `did:${method} keeps no history. Resolve without versionTime.`
  return new UportError('DID_VERSION_UNSUPPORTED', message, { data: { method } })
}
