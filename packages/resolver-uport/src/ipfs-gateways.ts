import {
  type ContentSource,
  digestFromCid,
  isUportError,
  type Options,
  type SafeFetch,
  SharedCalls,
  UportError,
} from '@uport-kit/core'
import { ContentCache } from './content-cache.ts'
import { type Exchange, exchangeOver, type Fetch } from './exchange.ts'
import { Gate } from './gate.ts'
import { parseServiceUrl, type ServiceUrl } from './service-url.ts'
import { cidOfBytes } from './unixfs/cid-of-bytes.ts'

export interface IpfsGatewaysOptions {
  /** Base URLs such as `https://gateway.example` or `https://gateway.example/ipfs/`, asked in this order. */
  readonly gateways: readonly string[]
  /** Default: the platform's. */
  readonly fetch?: Fetch | SafeFetch | undefined
  /** Milliseconds per gateway. Default 10 000. */
  readonly timeoutMs?: number | undefined
  /** Bytes of verified content that are kept. Default 4 MiB. */
  readonly cacheBytes?: number | undefined
}

/** Requests under way at a time. */
const MAX_REQUESTS = 32

/** How one gateway let us down. */
type Letdown = 'lied' | 'too-large' | 'not-found' | 'unreachable'

interface Failure {
  readonly letdown: Letdown
  readonly host: string
  readonly cause?: unknown
}

/**
 * Reads files over the HTTP gateways of IPFS and trusts none of them: whatever a gateway sends is hashed first, and handed
 * on only where the hash is the one asked for. The next gateway is asked where one fails, redirects, lacks the content or
 * lies.
 *
 * Verifies files added with the defaults of `ipfs add`; the same bytes under another layout have another CID.
 */
export class IpfsGateways implements ContentSource {
  readonly #gateways: readonly ServiceUrl[]
  readonly #exchange: Exchange
  readonly #timeoutMs: number
  readonly #cache: ContentCache
  readonly #calls = new SharedCalls<Uint8Array>()
  readonly #gate = new Gate(MAX_REQUESTS)

  /** @throws TypeError where there is no gateway, or one is no http(s) URL */
  constructor(options: IpfsGatewaysOptions) {
    if (options.gateways.length === 0) throw new TypeError('gateways: name at least one')
    this.#gateways = options.gateways.map(parseGateway)
    this.#exchange = exchangeOver(options.fetch)
    this.#timeoutMs = options.timeoutMs ?? 10_000
    this.#cache = new ContentCache(options.cacheBytes ?? 4_194_304)
  }

  async get(
    cid: string,
    { maxBytes }: { readonly maxBytes: number },
    options: Options = {},
  ): Promise<Uint8Array> {
    options.signal?.throwIfAborted()
    digestFromCid(cid)
    const bytes =
      this.#cache.get(cid) ??
      (await this.#calls.join(`${cid} ${maxBytes}`, options.signal, (signal) =>
        this.#fetchAny(cid, maxBytes, signal),
      ))
    if (bytes.length > maxBytes) throw tooLarge(cid, maxBytes)
    return bytes.slice()
  }

  async #fetchAny(cid: string, maxBytes: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const failures: Failure[] = []
    for (const gateway of this.#gateways) {
      const { host } = gateway
      try {
        const found = await this.#gate.run(signal, () => this.#fetchOne(gateway, cid, maxBytes, signal))
        if (typeof found !== 'string') {
          this.#cache.set(cid, found)
          return found
        }
        failures.push({ host, letdown: found })
      } catch (cause) {
        signal?.throwIfAborted()
        failures.push({ host, letdown: letdownBy(cause), cause })
      }
    }
    throw summary(cid, maxBytes, failures)
  }

  async #fetchOne(
    { url, headers }: ServiceUrl,
    cid: string,
    maxBytes: number,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array | Letdown> {
    const request = { headers, maxBytes, timeoutMs: this.#timeoutMs }
    const { status, body } = await this.#exchange(new URL(url.href + cid), request, signal)
    if (status >= 300) return letdownOf(status)
    return cidOfBytes(body) === cid ? body : 'lied'
  }
}

/** Gateways disagree about how to say that they lack something; busy and broken ones are told apart. */
function letdownOf(status: number): Letdown {
  if (status < 300) return 'too-large'
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? 'not-found' : 'unreachable'
}

function parseGateway(text: string): ServiceUrl {
  const service = parseServiceUrl('gateways', text)
  const url = new URL(service.url)
  const path = url.pathname.replace(/\/$/, '')
  url.pathname = path.endsWith('/ipfs') ? `${path}/` : `${path}/ipfs/`
  url.search = ''
  return { ...service, url }
}

function letdownBy(error: unknown): Letdown {
  return isUportError(error, 'FETCH_TOO_LARGE') ? letdownOf(error.data.status ?? 200) : 'unreachable'
}

/** A lie outweighs everything: somebody ought to look at it. */
function summary(cid: string, maxBytes: number, failures: readonly Failure[]): UportError {
  const sources = failures.length
  const cause = new AggregateError(
    failures.map((failure) => failure.cause),
    failures.map(({ host, letdown }) => `${host}: ${letdown}`).join(', '),
  )
  const has = (kind: Letdown): boolean => failures.some(({ letdown }) => letdown === kind)
  const retryable = has('unreachable')
  if (has('lied')) {
    const message =
      'Gateways sent other bytes than the content asked for: use gateways that you trust to serve'
    return new UportError('CONTENT_MISMATCH', message, { data: { cid, sources }, cause, retryable })
  }
  if (has('too-large')) return tooLarge(cid, maxBytes, cause)
  const message = 'No gateway has the content: publish it again, add a gateway or try again'
  return new UportError('CONTENT_NOT_FOUND', message, { data: { cid, sources }, cause, retryable })
}

function tooLarge(cid: string, maxBytes: number, cause?: unknown): UportError<'CONTENT_TOO_LARGE'> {
  const message = `The content is larger than ${maxBytes} bytes: raise the limit or refuse it`
  return new UportError('CONTENT_TOO_LARGE', message, { data: { cid, maxBytes }, cause })
}
