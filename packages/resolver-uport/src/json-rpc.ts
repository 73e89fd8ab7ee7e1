import { isUportError, type Json, type Options, type SafeFetch, UportError } from '@uport-kit/core'
import type {} from './errors.ts'
import { type Exchange, exchangeOver, type Fetch } from './exchange.ts'
import { Gate } from './gate.ts'
import { nextTick } from './next-tick.ts'
import { PendingCall } from './pending-call.ts'
import { indexAnswers, parseJson, readAnswer } from './rpc-answer.ts'
import { parseServiceUrl, type ServiceUrl } from './service-url.ts'
import { DeadlineError } from './with-deadline.ts'

export interface JsonRpcOptions {
  /** Default: the platform's. */
  readonly fetch?: Fetch | SafeFetch | undefined
  /** Milliseconds per request. Default 10 000. */
  readonly timeoutMs?: number | undefined
  /** Bytes of an answer. Default 256 KiB: the code of the largest contract, in hex, and some. */
  readonly maxBytes?: number | undefined
}

/** Calls in one request. Endpoints allow 100 and more; one that allows less is asked one by one. */
const MAX_BATCH = 128
/** Requests under way at a time. */
const MAX_REQUESTS = 16

/**
 * One Ethereum JSON-RPC endpoint over HTTP POST (JSON-RPC 2.0). Calls made in one turn of the event loop travel as one
 * batch, equal ones among them as one call; each has its own answer, error and signal. An endpoint that takes no batches
 * is asked one by one.
 */
export class JsonRpcEndpoint {
  readonly #service: ServiceUrl
  readonly #exchange: Exchange
  readonly #timeoutMs: number
  readonly #maxBytes: number
  readonly #gate = new Gate(MAX_REQUESTS)
  readonly #unsent = new Map<string, PendingCall>()
  #takesBatches = true
  #lastId = 0

  /** @throws TypeError where the URL is none */
  constructor(url: string, options: JsonRpcOptions = {}) {
    this.#service = parseServiceUrl('rpcUrl', url)
    this.#exchange = exchangeOver(options.fetch)
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
  async call(method: string, params: readonly Json[], { signal }: Options = {}): Promise<unknown> {
    signal?.throwIfAborted()
    const key = JSON.stringify([method, params])
    // Only what is still unsent is shared: an answer is never older than its question.
    const call =
      this.#unsent.get(key) ?? new PendingCall({ jsonrpc: '2.0', id: ++this.#lastId, method, params })
    if (this.#unsent.size === 0) nextTick(() => this.#flush())
    this.#unsent.set(key, call)
    return call.join(signal)
  }

  #flush(): void {
    const calls = [...this.#unsent.values()].filter(({ deserted }) => !deserted)
    this.#unsent.clear()
    for (let start = 0; start < calls.length; start += MAX_BATCH) {
      void this.#send(calls.slice(start, start + MAX_BATCH))
    }
  }

  async #send(calls: readonly PendingCall[]): Promise<void> {
    if (calls.length > 1 && this.#takesBatches && (await this.#sendBatch(calls))) return
    await Promise.all(calls.filter(({ deserted }) => !deserted).map((call) => this.#sendOne(call)))
  }

  async #sendOne(call: PendingCall): Promise<void> {
    try {
      const { status, body } = await this.#post(call, [call])
      this.#settle(call, parseJson(body), status)
    } catch (error) {
      call.fail(error)
    }
  }

  /** @returns whether every call has its answer or error; where not, the endpoint takes no such batch */
  async #sendBatch(calls: readonly PendingCall[]): Promise<boolean> {
    try {
      const { status, body } = await this.#post(calls, calls)
      const answers = parseJson(body)
      const isBatch = Array.isArray(answers)
      if (!isBatch && !isBusy(status)) {
        this.#takesBatches = false
        return false
      }
      const byId = indexAnswers(isBatch ? answers : [])
      for (const call of calls) this.#settle(call, byId.get(call.request.id), status)
    } catch (error) {
      // Single answers have the whole room.
      if (isUportError(error) && isUportError(error.cause, 'FETCH_TOO_LARGE')) return false
      for (const call of calls) call.fail(error)
    }
    return true
  }

  #settle(call: PendingCall, said: unknown, status: number): void {
    const answer = readAnswer(said, call.request.id)
    // Some nodes send a proper answer under an error status; without one the status says more.
    if (answer === undefined) {
      const reason = status >= 300 ? `status ${status}` : 'not a JSON-RPC answer'
      call.fail(this.#failure(reason, { retryable: isBusy(status) }))
    } else if ('error' in answer) {
      call.fail(this.#failure(`error ${answer.error.code}`, { cause: answer.error }))
    } else call.settle(answer.result)
  }

  /** Given up when nobody waits for any of the calls. */
  async #post(request: object, calls: readonly PendingCall[]): ReturnType<Exchange> {
    const sent = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.#service.headers },
      body: JSON.stringify(request),
      maxBytes: this.#maxBytes,
      timeoutMs: this.#timeoutMs,
    } as const
    const left = new AbortController()
    for (const call of calls) {
      call.onDesertion = () => {
        if (calls.every(({ deserted }) => deserted)) left.abort()
      }
    }
    try {
      return await this.#gate.run(left.signal, () => this.#exchange(this.#service.url, sent, left.signal))
    } catch (error) {
      throw this.#failure(reasonOf(error), { retryable: true, cause: error })
    }
  }

  #failure(reason: string, init: { retryable?: boolean; cause?: unknown } = {}): UportError<'RPC_FAILED'> {
    const message = `The RPC endpoint ${this.host} failed (${reason}): try again or use another`
    return new UportError('RPC_FAILED', message, { data: { host: this.host, reason }, ...init })
  }
}

/** Asking again later may help. */
function isBusy(status: number): boolean {
  return status >= 500 || status === 429
}

function reasonOf(error: unknown): string {
  if (error instanceof DeadlineError || isUportError(error, 'FETCH_TIMEOUT')) return 'timeout'
  return isUportError(error, 'FETCH_TOO_LARGE') ? 'answer too large' : 'network'
}
