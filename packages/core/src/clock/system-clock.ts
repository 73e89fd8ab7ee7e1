import type { Clock } from '../ports/clock.ts'

/** The longest delay a timer takes (a signed 32-bit count of milliseconds); a longer one rings at once. */
const MAX_DELAY = 2 ** 31 - 1

/**
 * The clock of the machine. Alarms of any length are kept, by chaining timers; they run on monotonic time, so setting
 * the machine's clock moves `now()` and no alarm. A pending alarm keeps a Node process alive until it is cancelled.
 *
 * @throws TypeError from `after` when `seconds` is not a finite number
 */
export function systemClock(): Clock {
  return { now: () => Math.floor(Date.now() / 1000), after: setAlarm }
}

function setAlarm(seconds: number, ring: () => void): () => void {
  if (!Number.isFinite(seconds)) throw new TypeError('seconds must be a finite number')
  let remaining = Math.max(0, Math.ceil(seconds * 1000))
  let timer: ReturnType<typeof setTimeout>
  const next = () => {
    const delay = Math.min(remaining, MAX_DELAY)
    remaining -= delay
    timer = setTimeout(remaining > 0 ? next : ring, delay)
  }
  next()
  return () => clearTimeout(timer)
}
