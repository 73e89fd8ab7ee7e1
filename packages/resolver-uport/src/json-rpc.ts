import { decodeUtf8, type Json, type Options, UportError } from '@uport-kit/core'
import type {} from './errors.ts'
import { readCapped, TooLargeError } from './read-capped.ts'
import { parseServiceUrl, type ServiceUrl } from './service-url.ts'
import { DeadlineError, withDeadline } from './with-deadline.ts'

export type Fetch = typeof globalThis.fetch

export interface JsonRpcOptions {
  /** Default: the platform's. */
  readonly fetch?: Fetch | undefined
  /** Milliseconds per request. Default 10 000. */
  readonly timeoutMs?: number | undefined
  /** Bytes of an answer. Default 256 KiB: the code of the largest contract, in hex, and some. */
  readonly maxBytes?: number | undefined
}

/** What the endpoint itself says is wrong; the cause of an `RPC_FAILED`. */
export class RpcAnswerError extends Error {
  override readonly name = 'RpcAnswerError'
  readonly code: number
  /** As sent, for instance the data of a revert. */
  readonly data: unknown

  constructor(code: number, message: string, data: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}

const MAX_MESSAGE = 300

/** One Ethereum JSON-RPC endpoint over HTTP POST (JSON-RPC 2.0, no batches). */
export class JsonRpcEndpoint {
  readonly #service: ServiceUrl
  readonly #fetch: Fetch
  readonly #timeoutMs: number
  readonly #maxBytes: number
  #lastId = 0

  /** @throws TypeError where the URL is none */
  constructor(url: string, options: JsonRpcOptions = {}) {
    this.#service = parseServiceUrl('rpcUrl', url)
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init))
    this.#timeoutMs = options.timeoutMs ?? 10_000
    this.#maxBytes = options.maxBytes ?? 262_144
  }

  get host(): string {
    return this.#service.host
  }

  /**
   * @returns the `result` member, hostile
   * @throws UportError `RPC_FAILED`; retryable unless the endpoint answered, with an error of its own or in the wrong form
   */
  async call(method: string, params: readonly Json[], options: Options = {}): Promise<unknown> {
    const id = ++this.#lastId
    const { status, bytes } = await this.#post(
      JSON.stringify({ jsonrpc: '2.0', id, method, params }),
      options,
    )
    const answer = parseAnswer(bytes, id)
    // Some nodes send a proper answer under an error status; without one the status says more.
    if (answer === undefined && status >= 400) {
      throw this.#failure(`status ${status}`, { retryable: status >= 500 || status === 429 })
    }
    if (answer === undefined) throw this.#failure('not a JSON-RPC answer')
    if ('error' in answer) throw this.#failure(`error ${answer.error.code}`, { cause: answer.error })
    return answer.result
  }

  async #post(body: string, options: Options): Promise<{ status: number; bytes: Uint8Array }> {
    try {
      return await withDeadline(this.#timeoutMs, options, async (signal) => {
        const response = await this.#fetch(this.#service.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...this.#service.headers },
          body,
          signal,
          redirect: 'error',
          credentials: 'omit',
          referrerPolicy: 'no-referrer',
        })
        return { status: response.status, bytes: await readCapped(response, this.#maxBytes) }
      })
    } catch (error) {
      options.signal?.throwIfAborted()
      throw this.#failure(reasonOf(error), { retryable: true, cause: error })
    }
  }

  #failure(reason: string, init: { retryable?: boolean; cause?: unknown } = {}): UportError<'RPC_FAILED'> {
    const message = `The RPC endpoint ${this.host} failed (${reason}): try again or use another`
    return new UportError('RPC_FAILED', message, { data: { host: this.host, reason }, ...init })
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DeadlineError) return 'timeout'
  return error instanceof TooLargeError ? 'answer too large' : 'network'
}

type Answer = { readonly result: unknown } | { readonly error: RpcAnswerError }

function parseAnswer(bytes: Uint8Array, id: number): Answer | undefined {
  const answer = parseJson(bytes)
  if (!isObject(answer) || answer['jsonrpc'] !== '2.0' || answer['id'] !== id) return undefined
  const { result, error } = answer
  if (error === undefined || error === null) return 'result' in answer ? { result } : undefined
  if (!isObject(error) || (result !== undefined && result !== null)) return undefined
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

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
