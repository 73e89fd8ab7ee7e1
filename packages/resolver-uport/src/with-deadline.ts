import { abortable, type Options } from '@uport-kit/core'

/** The deadline of `withDeadline` passed. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

/**
 * Runs `work` until it settles, the caller aborts or the time is up. `work` gets a signal to stop by; should it not
 * listen, its outcome is dropped.
 *
 * @throws DeadlineError when the time is up; the caller's reason when it aborts; else what `work` throws
 */
export async function withDeadline<T>(
  milliseconds: number,
  { signal }: Options,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const relay = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', relay, { once: true })
  const timer = setTimeout(
    () => controller.abort(new DeadlineError(`Not done in ${milliseconds} ms`)),
    milliseconds,
  )
  try {
    return await abortable(work(controller.signal), controller.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', relay)
  }
}
