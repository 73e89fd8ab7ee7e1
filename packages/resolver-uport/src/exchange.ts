import type { SafeFetch, SafeRequest, SafeResponse } from '@uport-kit/core'
import { readCapped } from './read-capped.ts'
import { withDeadline } from './with-deadline.ts'

export type Fetch = typeof globalThis.fetch

/** A request that is redirected nowhere, and has a deadline. */
export interface ExchangeRequest extends SafeRequest {
  readonly timeoutMs: number
}

/**
 * Sends a request to a configured service and reads the answer, within its bounds.
 *
 * Rejects with `FETCH_TOO_LARGE`, `FETCH_TIMEOUT` or a `DeadlineError`, the reason of the signal, or what the network has to say.
 */
export type Exchange = (
  url: URL,
  request: ExchangeRequest,
  signal: AbortSignal | undefined,
) => Promise<Pick<SafeResponse, 'status' | 'body'>>

/** @param fetch a `SafeFetch` keeps to the bounds by itself; the web's has them put around it */
export function exchangeOver(fetch: Fetch | SafeFetch = (...call) => globalThis.fetch(...call)): Exchange {
  if (typeof fetch === 'function') {
    return (url, { timeoutMs, maxBytes, ...init }, outer) =>
      withDeadline(timeoutMs, { signal: outer }, async (signal) => {
        const response = await fetch(url, {
          ...(init as RequestInit),
          signal,
          // The host named its services; one of them must not choose what else this machine contacts.
          redirect: 'error',
          credentials: 'omit',
          referrerPolicy: 'no-referrer',
        })
        const body = await readCapped(response, { maxBytes, host: url.host })
        return { status: response.status, body }
      })
  }
  return (url, request, signal) => fetch.fetch(url, { ...request, maxRedirects: 0 }, { signal })
}
