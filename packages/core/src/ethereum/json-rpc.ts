import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import { readBounded } from '../fetch/read-bounded.ts'
import { abortable } from '../jwt/abortable.ts'
import type { Json } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import type { SafeFetch } from '../ports/safe-fetch.ts'

/** One Ethereum node, as a port. A provider of EIP-1193 fits. */
export interface EthereumRpc {
  /** Rejects with whatever it likes; an answer of the node that is an error carries a numeric `code` (EIP-1193). */
  request(
    call: { readonly method: string; readonly params?: readonly Json[] | undefined },
    options?: Options,
  ): Promise<unknown>
}

/** An endpoint: its `http(s):` address, or something that talks to one. */
export type RpcEndpoint = string | EthereumRpc

/** What the node itself says is wrong (JSON-RPC 2.0, section 5.1): the form in which EIP-1193 providers reject. */
export class RpcAnswerError extends Error {
  override readonly name = 'RpcAnswerError'
  readonly code: number
  /** As sent, for instance what a contract reverted with. */
  readonly data: unknown

  constructor(code: number, message: string, data: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

export interface HttpRpcOptions {
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Milliseconds per request. Default 10 000. */
  readonly timeoutMs?: number | undefined
  /** Bytes of an answer. Default 1 MiB. */
  readonly maxBytes?: number | undefined
}

const DEFAULT_TIMEOUT = 10_000
const DEFAULT_MAX_BYTES = 1_048_576
const MAX_MESSAGE = 300

/**
 * An endpoint that the application chose, over HTTP POST (JSON-RPC 2.0, no batches). Credentials in the address are sent
 * as basic authentication. For one that a stranger named, use `safeRpc`.
 *
 * @throws TypeError where the address is none; `request` rejects with `RPC_FAILED` or `RpcAnswerError`
 */
export function httpRpc(url: string, options: HttpRpcOptions = {}): EthereumRpc {
  const { href, host, headers } = parseEndpoint(url)
  const { timeoutMs = DEFAULT_TIMEOUT, maxBytes = DEFAULT_MAX_BYTES } = options
  const post = options.fetch ?? ((input, init) => fetch(input, init))
  return createRpc(host, async (body, { signal }) => {
    const deadline = AbortSignal.timeout(timeoutMs)
    const response = await post(href, {
      method: 'POST',
      headers,
      body,
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      redirect: 'error',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    })
    const read = await readBounded(response, maxBytes)
    if (read === undefined) throw new TooLarge()
    return { status: response.status, body: read }
  })
}

/** An endpoint that a stranger named: every request goes through `SafeFetch`. Rejects with its codes too. */
export function safeRpc(url: URL, safeFetch: SafeFetch, maxBytes = DEFAULT_MAX_BYTES): EthereumRpc {
  return createRpc(url.host, async (body, options) => {
    const headers = { 'content-type': 'application/json' }
    return safeFetch.fetch(url, { method: 'POST', headers, body, maxBytes }, options)
  })
}

/** A port where an address was given. */
export function toRpc(endpoint: RpcEndpoint): EthereumRpc {
  return typeof endpoint === 'string' ? httpRpc(endpoint) : endpoint
}

/** What an error may tell of an endpoint: its host; `provider` where it is no address. */
export function hostOf(endpoint: RpcEndpoint): string {
  return typeof endpoint === 'string' ? parseEndpoint(endpoint).host : 'provider'
}

type Post = (
  body: string,
  options: Options,
) => Promise<{ readonly status: number; readonly body: Uint8Array }>

function createRpc(host: string, post: Post): EthereumRpc {
  let lastId = 0
  return Object.freeze<EthereumRpc>({
    async request({ method, params = [] }, options = {}) {
      const { signal } = options
      const id = ++lastId
      signal?.throwIfAborted()
      let status: number
      let body: Uint8Array
      try {
        const asked = post(JSON.stringify({ jsonrpc: '2.0', id, method, params }), options)
        ;({ status, body } = await abortable(asked, signal))
      } catch (error) {
        signal?.throwIfAborted()
        throw rpcFailed(host, reasonOf(error), { retryable: true, cause: error })
      }
      const answer = parseAnswer(body, id)
      // Some nodes send a proper answer under an error status; without one the status says more.
      if (answer === undefined && status >= 400) {
        throw rpcFailed(host, `status ${status}`, { retryable: status >= 500 || status === 429 })
      }
      if (answer === undefined) throw rpcFailed(host, 'not a JSON-RPC answer')
      if ('error' in answer) throw answer.error
      return answer.result
    },
  })
}

export function rpcFailed(
  host: string,
  reason: string,
  init: { readonly retryable?: boolean; readonly cause?: unknown } = {},
): UportError<'RPC_FAILED'> {
  const message = `The RPC endpoint ${host} failed (${reason}): try again or use another`
  return new UportError('RPC_FAILED', message, { data: { host, reason }, ...init })
}

function parseEndpoint(url: string): {
  readonly href: string
  readonly host: string
  readonly headers: Record<string, string>
} {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) {
    throw new TypeError('the address of an RPC endpoint must be an http(s) URL')
  }
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (parsed.username !== '' || parsed.password !== '') {
    const pair = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`
    headers['authorization'] = `Basic ${btoa(String.fromCharCode(...encodeUtf8(pair)))}`
    parsed.username = ''
    parsed.password = ''
  }
  return { href: parsed.href, host: parsed.host, headers }
}

/** The answer is larger than may be. */
class TooLarge extends Error {}

function reasonOf(error: unknown): string {
  if (error instanceof TooLarge) return 'answer too large'
  return error instanceof DOMException && error.name === 'TimeoutError' ? 'timeout' : 'network'
}

type Answer = { readonly result: unknown } | { readonly error: RpcAnswerError }

function parseAnswer(bytes: Uint8Array, id: number): Answer | undefined {
  const answer = parseJson(bytes)
  if (!isRecord(answer) || answer['jsonrpc'] !== '2.0' || answer['id'] !== id) return undefined
  const { result, error } = answer
  if (error === undefined || error === null) return 'result' in answer ? { result } : undefined
  if (!isRecord(error)) return undefined
  const { code, message, data } = error
  if (typeof code !== 'number' || typeof message !== 'string') return undefined
  return { error: new RpcAnswerError(code, message.slice(0, MAX_MESSAGE), data) }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes) ?? '')
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
