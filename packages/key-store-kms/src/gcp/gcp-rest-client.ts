import { decodeUtf8, type JsonObject, type Options, readBounded } from '@uport-kit/core'
import { KmsFailure } from '../kms-failure.ts'
import { fetchFailure, gcpFailure } from './gcp-failure.ts'

/** An answer takes 1 kB. */
const MAX_BYTES = 2 ** 16
const TOKEN = /^[\x21-\x7e]{1,16384}$/
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Gives an OAuth 2.0 access token for the scope `https://www.googleapis.com/auth/cloudkms`. Asked before each attempt. */
export type AccessTokenSource = (options: Options) => Promise<string>

export interface GcpRestClientOptions {
  readonly accessToken: AccessTokenSource
  readonly endpoint: string
  readonly fetch: typeof fetch
}

/** Cloud KMS's REST interface, version 1: one request a call, nothing repeated. */
export class GcpRestClient {
  readonly #options: GcpRestClientOptions
  readonly #base: URL

  /** @throws TypeError where the endpoint is not https, on another machine than this one */
  constructor(options: GcpRestClientOptions) {
    if (typeof options.accessToken !== 'function') throw new TypeError('accessToken must be a function')
    this.#options = options
    this.#base = new URL(options.endpoint)
    const { protocol, hostname } = this.#base
    if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.has(hostname))) {
      throw new TypeError('endpoint must be an https URL')
    }
  }

  /**
   * @param path below `/v1/`, without anything that would need escaping
   * @param body sent as JSON by POST; without one it is a GET
   * @throws KmsFailure
   */
  async request(path: string, body: JsonObject | undefined, signal: AbortSignal): Promise<JsonObject> {
    const token = await this.#token(signal)
    const headers = { accept: 'application/json', authorization: `Bearer ${token}` }
    const response = await this.#fetch(new URL(`/v1/${path}`, this.#base), {
      method: body === undefined ? 'GET' : 'POST',
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      // The token is for Google alone: nobody sends it elsewhere.
      redirect: 'manual',
      signal,
    })
    const answer = parseObject(await readText(response))
    if (response.ok && answer !== undefined) return answer
    if (response.ok || response.status < 400) throw new KmsFailure('malformed-answer')
    const error = answer?.['error']
    throw gcpFailure(response.status, isObject(error) ? error['status'] : undefined)
  }

  async #token(signal: AbortSignal): Promise<string> {
    let token: unknown
    try {
      token = await this.#options.accessToken({ signal })
    } catch {
      throw new KmsFailure('credentials', true)
    }
    if (typeof token === 'string' && TOKEN.test(token)) return token
    throw new KmsFailure('credentials')
  }

  async #fetch(url: URL, init: RequestInit): Promise<Response> {
    try {
      return await this.#options.fetch(url, init)
    } catch (error) {
      throw fetchFailure(error)
    }
  }
}

/** The text of a body; undefined where it is too large or not UTF-8. */
async function readText(response: Response): Promise<string | undefined> {
  try {
    const bytes = await readBounded(response, MAX_BYTES)
    return bytes && decodeUtf8(bytes)
  } catch (error) {
    throw fetchFailure(error)
  }
}

function parseObject(text: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
