import { Attempt } from './attempt.ts'
import type { RelayHttp } from './relay-http.ts'

/** Waits so many seconds, or rejects with the reason of the signal or of the client's end. */
export async function pause(
  { clock, closing }: Pick<RelayHttp, 'clock' | 'closing'>,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const attempt = new Attempt(clock, signal, closing)
  let cancel = (): void => {}
  try {
    await attempt.race(
      new Promise<void>((resolve) => {
        cancel = clock.after(seconds, resolve)
      }),
    )
  } finally {
    cancel()
    attempt.end()
  }
}
