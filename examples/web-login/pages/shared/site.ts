import { isUportError, UportError } from '@uport-kit/core'
import type { WorldConfig } from '../../src/shared/world-config.ts'

/** The site's server has something against what was asked of it. */
export class SiteError extends Error {
  readonly status: number
  /** Such as `SESSION_EXPIRED`. */
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** Milliseconds for a whole answer: longer than anybody looks at a button that does nothing. */
const ANSWER_MS = 20_000

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE' | undefined
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
  /** Milliseconds until an answer must be there. Default 20 000. */
  readonly timeoutMs?: number | undefined
}

/**
 * Asks the site's own server.
 *
 * @throws SiteError where it refuses; UportError `CHANNEL_FAILED` (retryable) where it cannot be reached, fails, or is not done in time
 */
export async function call<Answer>(path: string, options: CallOptions = {}): Promise<Answer> {
  const { status, text } = await send(path, options)
  if (status >= 200 && status < 300) return (text === '' ? undefined : JSON.parse(text)) as Answer
  if (status >= 500) throw unreachable(status)
  const { code, message } = parseProblem(text)
  throw new SiteError(status, code, message)
}

async function send(
  path: string,
  { method = 'GET', body, signal, timeoutMs = ANSWER_MS }: CallOptions,
): Promise<{ readonly status: number; readonly text: string }> {
  const deadline = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(path, {
      method,
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    return { status: response.status, text: await response.text() }
  } catch (cause) {
    signal?.throwIfAborted()
    throw unreachable(undefined, cause)
  }
}

function unreachable(status: number | undefined, cause?: unknown): UportError<'CHANNEL_FAILED'> {
  return new UportError(
    'CHANNEL_FAILED',
    'The server does not answer; check the connection, and try again.',
    {
      data: { channel: 'site', ...(status === undefined ? {} : { status }) },
      retryable: true,
      cause,
    },
  )
}

function parseProblem(text: string): { readonly code: string; readonly message: string } {
  try {
    const { code, message } = JSON.parse(text)
    return { code: String(code), message: String(message ?? '') }
  } catch {
    return { code: 'UNKNOWN', message: '' }
  }
}

export function readConfig(): Promise<WorldConfig> {
  return call<WorldConfig>('/config.json')
}

/** Whether the server could not be reached. */
export function isAway(error: unknown): boolean {
  return isUportError(error, 'CHANNEL_FAILED') && error.retryable
}
