import { type ContentPublisher, decodeUtf8, type Options, UportError } from '@uport-kit/core'
import type {} from './errors.ts'
import type { Fetch } from './exchange.ts'
import { readCapped } from './read-capped.ts'
import { parseServiceUrl, type ServiceUrl } from './service-url.ts'
import { cidOfBytes } from './unixfs/cid-of-bytes.ts'
import { withDeadline } from './with-deadline.ts'

export interface KuboPublisherOptions {
  /** Base URL of the RPC API, such as `http://127.0.0.1:5001`. User name and password in it are sent as a header. */
  readonly url: string
  /** Sent with every request, for instance `authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Default: the platform's. */
  readonly fetch?: Fetch | undefined
  /** Milliseconds for one upload. Default 30 000. */
  readonly timeoutMs?: number | undefined
}

/** What `ipfs add` does without options, said outright: a node's configuration may have other defaults. */
const ADD_PARAMETERS = {
  'cid-version': '0',
  'raw-leaves': 'false',
  chunker: 'size-262144',
  hash: 'sha2-256',
  pin: 'true',
  progress: 'false',
  'wrap-with-directory': 'false',
} as const

const MAX_ANSWER_BYTES = 65_536

/**
 * Adds and pins content through the HTTP RPC API of an IPFS node (Kubo, and what speaks like it).
 *
 * @see https://docs.ipfs.tech/reference/kubo/rpc/#api-v0-add
 */
export class KuboPublisher implements ContentPublisher {
  readonly #service: ServiceUrl
  readonly #headers: Readonly<Record<string, string>>
  readonly #fetch: Fetch
  readonly #timeoutMs: number

  /** @throws TypeError where the URL is none */
  constructor(options: KuboPublisherOptions) {
    this.#service = parseServiceUrl('url', options.url)
    this.#headers = { ...this.#service.headers, ...options.headers }
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init))
    this.#timeoutMs = options.timeoutMs ?? 30_000
  }

  /**
   * @returns the CIDv0, computed here and confirmed by the node
   * @throws UportError `CONTENT_PUBLISH_FAILED` (retryable unless the node refused), `CONTENT_MISMATCH`: the node stored
   * something else
   */
  async add(bytes: Uint8Array, options: Options = {}): Promise<string> {
    const cid = cidOfBytes(bytes)
    const { status, answer } = await this.#send(bytes, options)
    if (status !== 200) throw this.#failure({ status, retryable: status >= 500 || status === 429 })
    const stored = parseHash(answer)
    if (stored === undefined) throw this.#failure({ status })
    if (stored === cid) return cid
    const message = 'The IPFS node stored the content under another address: check how it adds files'
    throw new UportError('CONTENT_MISMATCH', message, { data: { cid, sources: 1 } })
  }

  async #send(bytes: Uint8Array, options: Options): Promise<{ status: number; answer: Uint8Array }> {
    const url = new URL(this.#service.url)
    url.pathname = `${url.pathname.replace(/\/$/, '')}/api/v0/add`
    url.search = new URLSearchParams(ADD_PARAMETERS).toString()
    const body = new FormData()
    body.append('file', new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }), 'file')
    try {
      const { host } = this.#service
      return await withDeadline(this.#timeoutMs, options, async (signal) => {
        const response = await this.#fetch(url, {
          method: 'POST',
          headers: this.#headers,
          body,
          signal,
          redirect: 'error',
          credentials: 'omit',
          referrerPolicy: 'no-referrer',
        })
        return {
          status: response.status,
          answer: await readCapped(response, { maxBytes: MAX_ANSWER_BYTES, host }),
        }
      })
    } catch (cause) {
      options.signal?.throwIfAborted()
      throw this.#failure({ retryable: true, cause })
    }
  }

  #failure(init: {
    status?: number
    retryable?: boolean
    cause?: unknown
  }): UportError<'CONTENT_PUBLISH_FAILED'> {
    const { status, ...rest } = init
    const { host } = this.#service
    const data = { host, ...(status === undefined ? {} : { status }) }
    const message = `The IPFS node ${host} did not take the content: check that its RPC API is reachable`
    return new UportError('CONTENT_PUBLISH_FAILED', message, { data, ...rest })
  }
}

/** The node writes one JSON object a line; the last one is about the file. */
function parseHash(answer: Uint8Array): string | undefined {
  const last = (decodeUtf8(answer) ?? '').trimEnd().split('\n').at(-1) ?? ''
  try {
    const entry: unknown = JSON.parse(last)
    if (typeof entry !== 'object' || entry === null || !('Hash' in entry)) return undefined
    return typeof entry.Hash === 'string' ? entry.Hash : undefined
  } catch {
    return undefined
  }
}
