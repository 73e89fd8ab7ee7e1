import type { Clock } from '@uport-kit/core'

/** Waits; ends early, without an error, when the signal aborts. */
export function pause(clock: Clock, seconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(seconds, done)
    signal.addEventListener('abort', done)
  })
}
