import type { Memory } from './relay-process.ts'

interface Sample extends Memory {
  readonly minutes: number
}

/** In megabytes a minute. What a relay may seem to grow by while it does not: the noise of ten minutes. */
export const MAX_SLOPES = { used: 0.5, native: 2 } as const

/** Younger samples are of a process that is still warming up. */
const WARM_UP_MINUTES = 2

/** A run this short tells nothing of growth. */
const MIN_MINUTES = 5

/** The memory of one process over time. */
export class MemorySeries {
  readonly samples: Sample[] = []

  add(minutes: number, memory: Memory): void {
    this.samples.push({ minutes, ...memory })
  }

  /** Megabytes a minute by least squares; undefined where the run was too short to tell. */
  slope(member: keyof Memory): number | undefined {
    const last = this.samples.at(-1)
    if (last === undefined || last.minutes < MIN_MINUTES) return undefined
    const points = this.samples.filter(({ minutes }) => minutes >= WARM_UP_MINUTES)
    const x = mean(points.map(({ minutes }) => minutes))
    const y = mean(points.map((point) => point[member]))
    const over = points.reduce((sum, point) => sum + (point.minutes - x) * (point[member] - y), 0)
    const under = points.reduce((sum, { minutes }) => sum + (minutes - x) ** 2, 0)
    return over / under / 1e6
  }

  /** Whether neither what is used grows, nor what is outside of the heap. */
  get isFlat(): boolean {
    return (['used', 'native'] as const).every((member) => (this.slope(member) ?? 0) <= MAX_SLOPES[member])
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
