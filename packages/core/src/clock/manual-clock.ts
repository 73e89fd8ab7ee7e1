import type { Clock } from '../ports/clock.ts'

interface Alarm {
  readonly due: number
  readonly ring: () => void
}

/**
 * A clock that stands still until it is moved, for tests and simulations.
 *
 * @example
 * const clock = new ManualClock(1_700_000_000)
 * clock.after(120, () => console.log('expired'))
 * clock.advance(120)
 */
export class ManualClock implements Clock {
  #now: number
  /** In the order in which they ring. */
  readonly #alarms: Alarm[] = []

  /** @param now Unix seconds; a fraction is kept, though `now()` gives whole seconds */
  constructor(now = 0) {
    this.#now = finite(now, 'now')
  }

  now(): number {
    return Math.floor(this.#now)
  }

  /** How many alarms have neither rung nor been cancelled: a test's proof that nothing was left behind. */
  get pending(): number {
    return this.#alarms.length
  }

  /** An alarm that is due at once rings in a microtask, or during `advance` if that comes first. */
  after(seconds: number, ring: () => void): () => void {
    const alarm = { due: this.#now + Math.max(0, finite(seconds, 'seconds')), ring }
    const later = this.#alarms.findIndex((other) => other.due > alarm.due)
    this.#alarms.splice(later < 0 ? this.#alarms.length : later, 0, alarm)
    if (alarm.due <= this.#now) queueMicrotask(() => this.#ringUntil(this.#now))
    return () => {
      const index = this.#alarms.indexOf(alarm)
      if (index >= 0) this.#alarms.splice(index, 1)
    }
  }

  /**
   * Moves time forward and rings, in order, every alarm that falls due on the way, those included that are set
   * meanwhile. During a ring `now()` is the time it was due at. What an alarm throws is thrown here, with the time
   * stopped at that alarm.
   */
  advance(seconds: number): void {
    if (finite(seconds, 'seconds') < 0) throw new TypeError('seconds must not be negative')
    const end = this.#now + seconds
    this.#ringUntil(end)
    this.#now = Math.max(this.#now, end)
  }

  #ringUntil(end: number): void {
    for (let next = this.#alarms[0]; next !== undefined && next.due <= end; next = this.#alarms[0]) {
      this.#alarms.shift()
      this.#now = Math.max(this.#now, next.due)
      next.ring()
    }
  }
}

function finite(value: number, name: string): number {
  if (!Number.isFinite(value)) throw new TypeError(`${name} must be a finite number`)
  return value
}
