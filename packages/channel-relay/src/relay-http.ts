import { type Clock, decodeUtf8, readBounded, UportError } from '@uport-kit/core'
import { Attempt } from './attempt.ts'
import type { Closing } from './closing.ts'

/** What a conversation with the relay needs. */
export interface RelayHttp {
  /** The id of the channel, for errors. */
  readonly channel: string
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  /** Seconds for an answer to begin, and for a short one to end. */
  readonly timeout: number
  /** Aborts with the client. */
  readonly closing: Closing
}

export interface RelayRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  readonly url: string
  /** Absent where the relay knows no secrets. */
  readonly secret?: string | undefined
  readonly body?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Bytes of the answer that are read. Default 4096. */
  readonly maxBytes?: number | undefined
}

/** Bytes of an answer to a request that has a short one. */
const MAX_ANSWER_BYTES = 4096

/** Sends a request of an attempt. The secret never follows a redirect. */
export function sendRelayRequest(
  http: RelayHttp,
  attempt: Attempt,
  request: RelayRequest,
): Promise<Response> {
  return attempt.race(
    http.fetch(request.url, {
      method: request.method,
      headers: {
        ...request.headers,
        ...(request.secret === undefined ? {} : { authorization: `Bearer ${request.secret}` }),
      },
      redirect: 'manual',
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      signal: attempt.signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    }),
  )
}

/**
 * Sends a request and reads its short answer.
 *
 * @returns the text of a 2xx answer; empty where it is larger than may be
 * @throws UportError `CHANNEL_FAILED` where the relay refuses, `RELAY_UNREACHABLE` (retryable) where it cannot be asked;
 * the signal's reason
 */
export async function askRelay(
  http: RelayHttp,
  request: RelayRequest,
  signal: AbortSignal | undefined,
): Promise<string> {
  const attempt = new Attempt(http.clock, signal, http.closing)
  attempt.limit(http.timeout)
  try {
    const response = await sendRelayRequest(http, attempt, request)
    const text = await readText(response, attempt, request.maxBytes ?? MAX_ANSWER_BYTES)
    if (response.ok) return text ?? ''
    throw answerError(http.channel, request.url, response.status)
  } catch (cause) {
    signal?.throwIfAborted()
    http.closing.throwIfClosed()
    throw cause instanceof UportError ? cause : unreachable(request.url, { cause })
  } finally {
    attempt.end()
  }
}

/** Whether another try may help: the relay is overloaded, failing or was not reached. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500
}

/** The error that an answer's status stands for. */
export function answerError(channel: string, url: string, status: number): UportError {
  if (isPassing(status)) return unreachable(url, { status })
  return new UportError(
    'CHANNEL_FAILED',
    `The relay refused with status ${status}; check its address and version.`,
    {
      data: { channel, status },
    },
  )
}

function unreachable(
  url: string,
  { status, cause }: { readonly status?: number; readonly cause?: unknown },
): UportError {
  const { host } = new URL(url)
  const what = status === undefined ? 'does not answer' : `answers with status ${status}`
  return new UportError(
    'RELAY_UNREACHABLE',
    `The relay at ${host} ${what}; check that it runs and try again.`,
    {
      data: { host, ...(status === undefined ? {} : { status }) },
      retryable: true,
      cause,
    },
  )
}

/** The text of a body; undefined where it is larger than `maxBytes` or not UTF-8. */
export async function readText(
  response: Response,
  attempt: Attempt,
  maxBytes: number,
): Promise<string | undefined> {
  const bytes = await attempt.race(readBounded(response, maxBytes))
  return bytes && decodeUtf8(bytes)
}
