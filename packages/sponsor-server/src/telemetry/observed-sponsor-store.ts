import { observeCall } from '@uport-kit/server-operations'
import type { SponsorStore } from '../stores/sponsor-store.ts'
import type { SponsorObserver } from './observed-node.ts'

/** A store whose calls are counted, timed and traced, without the keys and values that they are about. */
export function observedSponsorStore(store: SponsorStore, observer: SponsorObserver): SponsorStore {
  const { metrics } = observer
  const observed = <T>(operation: string, call: () => Promise<T>): Promise<T> =>
    observeCall(
      observer,
      `store ${operation}`,
      (seconds, failure) =>
        metrics.record('storeCalls', seconds, {
          operation,
          outcome: failure === undefined ? 'ok' : 'failed',
        }),
      call,
    )
  return {
    get: (key) => observed('get', () => store.get(key)),
    entries: (prefix) => store.entries(prefix),
    write: (changes) => observed('write', () => store.write(changes)),
    close: () => store.close(),
  }
}
