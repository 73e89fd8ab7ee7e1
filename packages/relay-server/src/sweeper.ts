import type { Clock, TopicStore } from '@uport-kit/core'
import { failureName, type RelayLog } from './relay-log.ts'

export interface SweeperOptions {
  readonly store: TopicStore
  readonly clock: Clock
  readonly seconds: number
  readonly log: RelayLog
}

export interface Sweeper {
  /** Resolves when no sweep runs any more. */
  stop(): Promise<void>
}

/** How much further than the time between two sweeps the clock may have gone. */
const JUMP_SECONDS = 60

/**
 * Removes expired topics from time to time. A failure is logged, and tried again next time. Where the clock has jumped ahead,
 * nothing is removed before the next time: it may be set right by then, and what was removed would be lost.
 */
export function startSweeper({ store, clock, seconds, log }: SweeperOptions): Sweeper {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  let last = clock.now()
  let cancel = clock.after(seconds, begin)

  function begin(): void {
    const now = clock.now()
    const hasJumped = now - last > seconds + JUMP_SECONDS
    last = now
    running = sweep(hasJumped)
  }

  async function sweep(hasJumped: boolean): Promise<void> {
    try {
      if (!hasJumped) await store.sweep({ signal: stopping.signal })
    } catch (cause) {
      if (!stopping.signal.aborted) log({ event: 'failed', operation: 'sweep', error: failureName(cause) })
    }
    if (!stopping.signal.aborted) cancel = clock.after(seconds, begin)
  }

  return {
    stop: async () => {
      cancel()
      stopping.abort()
      await running
    },
  }
}
