import { abortable } from '../jwt/abortable.ts'
import type { Clock } from '../ports/clock.ts'
import type { Options } from '../ports/options.ts'

/** Seconds that something merely nice to know may delay a request's display. */
export const ENRICHMENT_DEADLINE = 5

/** The outcome of `work`, or `fallback` where it fails or the deadline comes first. Rejects only when the caller aborts. */
export async function withDeadline<T>(
  clock: Clock,
  seconds: number,
  { signal }: Options,
  fallback: T,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController()
  const cancel = clock.after(seconds, () => deadline.abort(new DOMException('too slow', 'TimeoutError')))
  const both = signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal])
  try {
    return await abortable(work(both), both)
  } catch {
    signal?.throwIfAborted()
    return fallback
  } finally {
    cancel()
  }
}
