import { inSpan } from '@uport-kit/server-operations'
import type { SponsorStore } from '../stores/sponsor-store.ts'
import type { SponsorObserver } from './observed-node.ts'

/** A store whose calls are counted, timed and traced, without the keys and values that they are about. */
export function observedSponsorStore(store: SponsorStore, observer: SponsorObserver): SponsorStore {
  const { tracer, metrics, now = () => performance.now() } = observer
  const observed = <T>(operation: string, call: () => Promise<T>): Promise<T> =>
    inSpan(tracer, `store ${operation}`, {}, async () => {
      const start = now()
      let outcome = 'failed'
      try {
        const result = await call()
        outcome = 'ok'
        return result
      } finally {
        metrics.record('storeCalls', (now() - start) / 1000, { operation, outcome })
      }
    })
  return {
    get: (key) => observed('get', () => store.get(key)),
    entries: (prefix) => store.entries(prefix),
    write: (changes) => observed('write', () => store.write(changes)),
    close: () => store.close(),
  }
}
