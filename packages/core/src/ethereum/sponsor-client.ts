import { UportError } from '../errors/uport-error.ts'
import { readBounded } from '../fetch/read-bounded.ts'
import { networkToHex } from '../identity/network-id.ts'
import { abortable } from '../jwt/abortable.ts'
import type { JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import { parseAddress } from './address.ts'
import { isRecord } from './json-rpc.ts'
import type { SignedMetaTransaction } from './meta-transaction.ts'
import type { MetaTransactionSender } from './meta-transaction-sender.ts'
import { serializeMetaTransaction } from './meta-transaction-wire.ts'

export interface SponsorClientOptions {
  /** The sponsor's `http(s):` address; the application chooses it, never a stranger. */
  readonly url: string
  /** The chain it pays on. */
  readonly chainId: bigint
  /** The fuel token of this device: given, or fetched anew for each request. It is sent to `url` alone. */
  readonly token: string | (() => string | Promise<string>)
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Milliseconds for an answer. Default 40 000: the sponsor may wait for a block, and asks its node meanwhile. */
  readonly timeoutMs?: number | undefined
}

export interface SponsorOptions extends Options {
  /** Seconds that the sponsor is to wait for a block before it answers. Default 0; it waits no longer than its own limit. */
  readonly wait?: number | undefined
}

/** What the sponsor sent. */
export interface Sponsored {
  readonly hash: string
  /** Known where the sponsor was asked to wait, and the transaction is in a block. */
  readonly succeeded?: boolean | undefined
}

/** An identity that the sponsor created, or is creating. Addresses in lower case. */
export interface SponsoredIdentity {
  /** The proxy; undefined until its transaction is in a block. */
  readonly identity: string | undefined
  readonly managerAddress: string
  readonly hash: string
}

const DEFAULT_TIMEOUT = 40_000
const MAX_BYTES = 65_536
const MAX_DETAIL = 300
const HASH = /^0x[0-9a-f]{64}$/
/** What a refusal is called; other text is not repeated. */
const REASON = /^[A-Z][A-Z0-9_]{1,63}$/

/**
 * The client of a sponsor: asks for ether, sends meta-transactions, has identities created. Every request carries the fuel
 * token in its `Authorization` header, goes to the one configured address and follows no redirect.
 *
 * Methods reject with `SPONSOR_REFUSED` (`reason` is the sponsor's code, `detail` its words) and `SPONSOR_UNAVAILABLE`.
 */
export class SponsorClient implements MetaTransactionSender {
  readonly #base: string
  readonly #host: string
  readonly #network: string
  readonly #options: SponsorClientOptions

  /** @throws TypeError where the address is no http(s) URL without credentials, query and fragment */
  constructor(options: SponsorClientOptions) {
    const url = URL.canParse(options.url) ? new URL(options.url) : undefined
    const isPlain = url?.search === '' && url.hash === '' && url.username === '' && url.password === ''
    if (!isPlain || !/^https?:$/.test(url.protocol)) {
      throw new TypeError('url must be an http(s) URL without credentials, query and fragment')
    }
    this.#base = url.href.replace(/\/+$/, '')
    this.#host = url.host
    this.#network = networkToHex(options.chainId)
    this.#options = options
    Object.freeze(this)
  }

  /**
   * Asks for the ether that a signed transaction of the device needs and its account lacks.
   *
   * @param tx the transaction, signed, as `0x` hex; send it yourself once the ether is there
   */
  async fund(tx: string, options: SponsorOptions = {}): Promise<Sponsored> {
    return this.#sponsored('/api/v1/fund/', { tx }, options)
  }

  async send(signed: SignedMetaTransaction, options: SponsorOptions = {}): Promise<Sponsored> {
    return this.#sponsored('/api/v2/relay/', { metaSignedTx: serializeMetaTransaction(signed) }, options)
  }

  /** Has a proxy created for a device key; once for each, so asking again tells what became of it. */
  async createIdentity(
    keys: { readonly deviceKey: string; readonly recoveryKey: string },
    options: SponsorOptions = {},
  ): Promise<SponsoredIdentity> {
    const body = {
      ...keys,
      managerType: 'MetaIdentityManager',
      blockchain: this.#network,
      ...waiting(options),
    }
    return this.#identity('/unnu/createIdentity', body, options)
  }

  /** What became of the identity of a device key. */
  async lookup(deviceKey: string, options: Options = {}): Promise<SponsoredIdentity> {
    return this.#identity('/unnu/lookup', { deviceKey }, options)
  }

  async #sponsored(path: string, body: JsonObject, options: SponsorOptions): Promise<Sponsored> {
    const asked = { ...body, blockchain: this.#network, ...waiting(options) }
    const { txHash, succeeded } = await this.#post(path, asked, options)
    if (typeof txHash !== 'string' || !HASH.test(txHash)) throw this.#nonsense()
    return Object.freeze({ hash: txHash, ...(typeof succeeded === 'boolean' ? { succeeded } : {}) })
  }

  async #identity(path: string, body: JsonObject, options: Options): Promise<SponsoredIdentity> {
    const { data } = await this.#post(path, body, options)
    const { identity, managerAddress, txHash } = isRecord(data) ? data : {}
    const manager = parseAddress(managerAddress)
    const proxy = identity === null || identity === undefined ? undefined : parseAddress(identity)
    const isBroken = proxy === undefined && identity !== null && identity !== undefined
    if (typeof txHash !== 'string' || !HASH.test(txHash) || manager === undefined || isBroken)
      throw this.#nonsense()
    return Object.freeze({ identity: proxy, managerAddress: manager, hash: txHash })
  }

  async #post(
    path: string,
    body: JsonObject,
    { signal }: Options,
  ): Promise<Readonly<Record<string, unknown>>> {
    const {
      fetch: post = (input, init) => fetch(input, init),
      timeoutMs = DEFAULT_TIMEOUT,
      token,
    } = this.#options
    signal?.throwIfAborted()
    const bearer = typeof token === 'string' ? token : await abortable(Promise.resolve(token()), signal)
    const deadline = AbortSignal.timeout(timeoutMs)
    const both = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
    let response: Response
    let bytes: Uint8Array | undefined
    try {
      const asked = post(this.#base + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
        body: JSON.stringify(body),
        signal: both,
        redirect: 'error',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
      })
      response = await abortable(asked, both)
      bytes = await abortable(readBounded(response, MAX_BYTES), both)
    } catch (cause) {
      signal?.throwIfAborted()
      throw this.#unavailable(deadline.aborted ? 'timeout' : 'network', true, cause)
    }
    if (bytes === undefined) throw this.#unavailable('network', true)
    const answer = parseAnswer(bytes)
    if (response.ok && answer !== undefined) return answer
    throw this.#refusal(response, answer)
  }

  #refusal(response: Response, answer: Readonly<Record<string, unknown>> | undefined): UportError {
    const { code, message } = answer ?? {}
    if (answer === undefined || typeof code !== 'string' || !REASON.test(code)) {
      const retryable = response.status >= 500 || response.status === 429
      return this.#unavailable(`status ${response.status}`, retryable)
    }
    const detail = typeof message === 'string' ? oneLine(message) : ''
    const data = { host: this.#host, status: response.status, reason: code, detail }
    const text = `The sponsor ${this.#host} refused (${code}): see the detail for what it lacks`
    return new UportError('SPONSOR_REFUSED', text, { data, retryable: response.headers.has('retry-after') })
  }

  #nonsense(): UportError {
    return this.#unavailable('not an answer to the question', false)
  }

  #unavailable(reason: string, retryable: boolean, cause?: unknown): UportError {
    const message = `The sponsor ${this.#host} did not answer as it should (${reason}): try again or use another`
    return new UportError('SPONSOR_UNAVAILABLE', message, {
      data: { host: this.#host, reason },
      retryable,
      cause,
    })
  }
}

function waiting({ wait }: SponsorOptions): JsonObject {
  if (wait === undefined) return {}
  if (!Number.isFinite(wait) || wait < 0) throw new TypeError('wait must be a number of seconds, 0 or more')
  return { wait }
}

function parseAnswer(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const answer: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isRecord(answer) ? answer : undefined
  } catch {
    return undefined
  }
}

/** The sponsor chooses the text: no line breaks, no control or direction marks. */
function oneLine(text: string): string {
  return text
    .slice(0, 4 * MAX_DETAIL)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .slice(0, MAX_DETAIL)
}
