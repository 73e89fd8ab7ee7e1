import { observedMethods } from '@uport-kit/server-operations'
import type { SponsorStore } from '../stores/sponsor-store.ts'
import type { SponsorObserver } from './observed-node.ts'

/** A store whose calls are counted, timed and traced, without the keys and values that they are about. */
export function observedSponsorStore(store: SponsorStore, observer: SponsorObserver): SponsorStore {
  return {
    ...observedMethods(store, ['get', 'write'], observer),
    entries: (prefix) => store.entries(prefix),
    close: () => store.close(),
  }
}
