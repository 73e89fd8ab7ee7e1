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

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE' | undefined
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks the site's own server.
 *
 * @throws SiteError where it refuses; UportError `CHANNEL_FAILED` (retryable) where it cannot be reached or fails
 */
export async function call<Answer>(
  path: string,
  { method = 'GET', body, signal }: CallOptions = {},
): Promise<Answer> {
  const response = await send(path, { method, body, signal })
  const text = await response.text()
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as Answer
  if (response.status >= 500) throw unreachable(response.status)
  const { code, message } = parseProblem(text)
  throw new SiteError(response.status, code, message)
}

async function send(path: string, { method, body, signal }: CallOptions): Promise<Response> {
  try {
    return await fetch(path, {
      method: method ?? 'GET',
      signal: signal ?? null,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
  } catch (cause) {
    signal?.throwIfAborted()
    throw unreachable(undefined, cause)
  }
}

function unreachable(status: number | undefined, cause?: unknown): UportError<'CHANNEL_FAILED'> {
  return new UportError('CHANNEL_FAILED', 'The server does not answer; try again.', {
    data: { channel: 'site', ...(status === undefined ? {} : { status }) },
    retryable: true,
    cause,
  })
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
