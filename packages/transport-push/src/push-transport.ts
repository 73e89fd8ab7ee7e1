import {
  type Clock,
  concatBytes,
  createDelivery,
  type Delivery,
  decodeBase64,
  decodeUtf8,
  encodeBase64url,
  encodeUtf8,
  type JwtSigner,
  type Options,
  type OutgoingRequest,
  type PushGrant,
  type SafeFetch,
  type SafeResponse,
  sha256Base64url,
  signJwt,
  systemClock,
  type Transport,
  UportError,
} from '@uport-kit/core'
import { type MailboxAddress, parseMailboxAddress } from './mailbox-address.ts'
import { pause } from './pause.ts'
import { sealPush } from './push-message.ts'

export interface PushTransportOptions {
  /** The application: whom grants are made out to. Signs each push. */
  readonly identity: JwtSigner
  /** The wallet chooses where it is pushed to, so nothing else fetches. */
  readonly safeFetch: SafeFetch
  /** Seconds within which a wallet must fetch a push; then the next road is taken. Default 20. */
  readonly deadline?: number | undefined
  /**
   * Told, with the request's id, when a wallet has fetched and stored a push: the moment to say "Look at your phone". What it
   * throws ends the road as unreachable.
   */
  readonly onFetched?: ((requestId: string) => void) | undefined
  readonly clock?: Clock | undefined
  /** Must be cryptographically secure. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: ((length: number) => Uint8Array) | undefined
}

/** Makes roads to people who allowed to be pushed to. */
export interface PushTransport {
  /** The road to whoever gave this grant: `via: [push.to(grant), 'qr']`. */
  to(grant: PushGrant): Transport
}

/** Seconds that a push token lives. */
const TOKEN_SECONDS = 60
const MAX_ANSWER_BYTES = 4096
/** Seconds for which the server is asked to hold its answer; below the usual deadline of a SafeFetch. */
const POLL_SECONDS = 5
const SECRET_BYTES = 32

/**
 * Sends requests as sealed push messages. A push is proven by the grant and by a token that the application signs for this one
 * message and server; the push server learns who pushes to which inbox, and not what.
 *
 * @throws TypeError where the deadline is no positive number
 */
export function pushTransport(options: PushTransportOptions): PushTransport {
  const { deadline = 20, clock = systemClock() } = options
  if (!(deadline > 0 && Number.isFinite(deadline)))
    throw new TypeError('deadline must be a positive number of seconds')
  const randomBytes = options.randomBytes ?? ((length) => crypto.getRandomValues(new Uint8Array(length)))
  const parts = { ...options, deadline, clock, randomBytes }
  return Object.freeze({ to: (grant: PushGrant) => new GrantTransport(parts, grant) })
}

interface Parts extends PushTransportOptions {
  readonly deadline: number
  readonly clock: Clock
  readonly randomBytes: (length: number) => Uint8Array
}

/** What a push needs of a grant. */
interface Target extends MailboxAddress {
  readonly boxKey: Uint8Array
}

class GrantTransport implements Transport {
  readonly id = 'push'
  readonly replyModes = ['post'] as const
  readonly #parts: Parts
  readonly #grant: PushGrant

  constructor(parts: Parts, grant: PushGrant) {
    this.#parts = parts
    this.#grant = grant
  }

  /**
   * Pushes. The delivery ends as unreachable, with `PUSH_NOT_FETCHED`, when no wallet fetched the push in time.
   *
   * @throws UportError `PUSH_GRANT_UNUSABLE`, `PUSH_REFUSED`, the codes of SafeFetch, of `signJwt` and of the key store
   */
  async deliver(request: OutgoingRequest, options: Options = {}): Promise<Delivery> {
    options.signal?.throwIfAborted()
    const { randomBytes } = this.#parts
    const target = this.#target()
    const secret = randomBytes(SECRET_BYTES)
    const receipt = sha256Base64url(concatBytes(encodeUtf8('uport-kit/receipt/1'), secret))
    const box = sealPush({ jwt: request.jwt, uri: request.uri() }, target.boxKey, randomBytes)
    const { expiresAt } = request
    const body = JSON.stringify({ grant: this.#grant.jwt, box, receipt, expiresAt })
    await this.#post(target, body, options)
    const watch = new AbortController()
    return createDelivery({
      close: () => watch.abort(),
      dismissed: this.#watch(
        target,
        { id: request.id, receipt, secret: encodeBase64url(secret) },
        watch.signal,
      ),
    })
  }

  /** @throws UportError `PUSH_GRANT_UNUSABLE` */
  #target(): Target {
    const { endpoint, expiresAt, boxPub } = this.#grant
    if (!(expiresAt > this.#parts.clock.now())) throw unusable('expired')
    const address = parseMailboxAddress(endpoint)
    if (address === undefined) throw unusable('endpoint')
    const boxKey = boxPub === undefined ? undefined : decodeBase64(boxPub)
    if (boxKey?.length !== 32) throw unusable('no-box-key')
    return { ...address, boxKey }
  }

  async #post({ url, server }: Target, body: string, options: Options): Promise<void> {
    const { identity, clock, safeFetch, randomBytes } = this.#parts
    const claims = {
      type: 'push',
      aud: server,
      hash: sha256Base64url(body),
      jti: encodeBase64url(randomBytes(16)),
    }
    const signing = { now: clock.now(), expiresIn: TOKEN_SECONDS, signal: options.signal }
    const token = await signJwt(claims, identity, signing)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const request = { method: 'POST', headers, body, maxBytes: MAX_ANSWER_BYTES } as const
    const { status } = await safeFetch.fetch(new URL(url), request, options)
    if (status !== 200 && status !== 201) throw refused(url, status)
  }

  /** Pends once the push was fetched, or is watched no more; rejects when the deadline comes first. */
  async #watch(
    { url }: Target,
    { id, receipt, secret }: { readonly id: string; readonly receipt: string; readonly secret: string },
    closed: AbortSignal,
  ): Promise<never> {
    const { clock, deadline, safeFetch, onFetched } = this.#parts
    const late = new AbortController()
    const cancel = clock.after(deadline, () => late.abort())
    const signal = AbortSignal.any([closed, late.signal])
    const address = new URL(`${url}/receipts/${receipt}?wait=${POLL_SECONDS}`)
    const request = { headers: { authorization: `Bearer ${secret}` }, maxBytes: MAX_ANSWER_BYTES }
    let isFetched = false
    while (!isFetched && !signal.aborted) {
      const answer = await safeFetch.fetch(address, request, { signal }).catch(() => undefined)
      isFetched = answer !== undefined && saysFetched(answer)
      if (!isFetched) await pause(clock, 1, signal)
    }
    cancel()
    if (!isFetched && late.signal.aborted && !closed.aborted) {
      throw new UportError(
        'PUSH_NOT_FETCHED',
        `No wallet fetched the push within ${deadline} s; use another road.`,
        {
          data: { host: address.host, seconds: deadline },
        },
      )
    }
    if (isFetched) onFetched?.(id)
    return new Promise<never>(() => undefined)
  }
}

function saysFetched({ status, body }: SafeResponse): boolean {
  if (status !== 200) return false
  try {
    const answer: unknown = JSON.parse(decodeUtf8(body) ?? '')
    return typeof answer === 'object' && answer !== null && 'fetched' in answer && answer.fetched === true
  } catch {
    return false
  }
}

function unusable(reason: 'expired' | 'no-box-key' | 'endpoint'): UportError<'PUSH_GRANT_UNUSABLE'> {
  const message = `The grant allows no push (${reason}); use another road, and ask for a new grant.`
  return new UportError('PUSH_GRANT_UNUSABLE', message, { data: { reason } })
}

function refused(url: string, status: number): UportError<'PUSH_REFUSED'> {
  const { host } = new URL(url)
  const retryable = status === 408 || status === 425 || status === 429 || status >= 500
  const advice = retryable ? 'try again' : 'use another road'
  return new UportError('PUSH_REFUSED', `${host} refused the push with status ${status}; ${advice}.`, {
    data: { host, status },
    retryable,
  })
}
