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

/** Removes expired topics from time to time. A failure is logged, and tried again next time. */
export function startSweeper({ store, clock, seconds, log }: SweeperOptions): Sweeper {
  const stopping = new AbortController()
  let running: Promise<void> = Promise.resolve()
  let cancel = clock.after(seconds, begin)

  function begin(): void {
    running = sweep()
  }

  async function sweep(): Promise<void> {
    try {
      await store.sweep({ signal: stopping.signal })
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
