import { type Clock, type Options, UportError } from '@uport-kit/core'
import type { ConsentDecision, ConsentPrompt } from './consent-prompt.ts'
import type { ConsentScreen } from './consent-screen.ts'

/**
 * Asks the host. The screen is called off when the wallet stops, and when the request ends: an answer would be refused.
 *
 * @throws UportError `REQUEST_EXPIRED`; the signal's reason; what the host rejects with
 */
export async function askPerson(
  prompt: ConsentPrompt,
  screen: ConsentScreen,
  clock: Clock,
  { signal }: Options,
): Promise<ConsentDecision> {
  const over = new AbortController()
  const left = screen.expiresAt - clock.now()
  const cancelAlarm = clock.after(left, () => over.abort(expired(screen.expiresAt, clock.now())))
  const calledOff = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal])
  try {
    const asked = prompt.ask(screen, { signal: calledOff })
    return await Promise.race([asked, rejectOnAbort(calledOff)])
  } finally {
    cancelAlarm()
    // Whatever still shows the screen hears that it is over.
    over.abort()
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function expired(expiresAt: number, now: number): UportError<'REQUEST_EXPIRED'> {
  return new UportError('REQUEST_EXPIRED', 'The request ended while it was shown; ask for a new one.', {
    data: { expiresAt, now, rejected: 0 },
  })
}
