import { encodeUtf8, type TopicStore } from '@uport-kit/core'
import { type CallObserver, observedMethods } from '@uport-kit/server-operations'
import type { RelayMetrics } from './relay-metrics.ts'

export interface TopicStoreObserver extends CallObserver {
  readonly metrics: RelayMetrics
}

/** What a topic is for, by the letter that its name begins with. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['t:', 'topic'],
  ['r:', 'reference'],
  ['l:', 'legacy'],
  ['m:', 'mailbox'],
])

/** A store whose calls are counted, timed and traced, without the names and bodies that they are about. */
export function observedTopicStore(store: TopicStore, observer: TopicStoreObserver): TopicStore {
  const { metrics } = observer
  const observed = observedMethods(store, ['open', 'append', 'read', 'remove', 'trim', 'sweep'], observer)
  return {
    ...observed,
    append: async (name, body, options) => {
      const result = await observed.append(name, body, options)
      const kind = KINDS.get(name.slice(0, 2)) ?? 'push state'
      metrics.record('messages', 1, { kind, outcome: result.outcome })
      if (result.outcome === 'stored') metrics.record('messageBytes', encodeUtf8(body).length, { kind })
      return result
    },
    close: () => store.close(),
  }
}
