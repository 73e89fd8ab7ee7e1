import { ManualClock } from '@uport-kit/core'
import type { HttpDouble } from './http-double.ts'

/** No other alarm of the stores under test is that long. */
export const ATTEMPT_TIMEOUT = 17

/** A clock that knows how many attempts are under way: each has an alarm of `ATTEMPT_TIMEOUT`. */
export class QuietClock extends ManualClock {
  attempts = 0

  override after(seconds: number, ring: () => void): () => void {
    if (seconds !== ATTEMPT_TIMEOUT) return super.after(seconds, ring)
    let open = true
    const end = () => {
      if (open) this.attempts--
      open = false
    }
    this.attempts++
    const cancel = super.after(seconds, () => {
      end()
      ring()
    })
    return () => {
      end()
      cancel()
    }
  }

  /**
   * The outcome of work, with time moved on whenever nothing but time can move it: every attempt under way hangs at the
   * double. Nothing sleeps, and no attempt is given up that would have been answered.
   */
  async drive<T>(work: Promise<T>, double: HttpDouble, step = 0.05): Promise<T> {
    let over = false
    const end = () => {
      over = true
    }
    work.then(end, end)
    while (!over) {
      await new Promise((resolve) => setImmediate(resolve))
      if (this.pending > 0 && this.attempts === double.hanging) this.advance(step)
    }
    return work
  }
}
