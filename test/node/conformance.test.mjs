import { describe, it } from 'node:test'
import {
  keyManagerCases,
  keyStoreCases,
  registerConformance,
  requestStoreCases,
  topicStoreCases,
} from '@uport-kit/conformance'
import { ManualClock, MemoryKeyStore, memoryRequestStore } from '@uport-kit/core'
import { memoryTopicStore } from '@uport-kit/relay-server'

const START = 1_700_000_000

/** A store that lives by a clock of its own, and the hand on that clock. */
function timed(makeStore) {
  const clock = new ManualClock(START)
  return { store: makeStore({ clock }), now: () => clock.now(), advance: (seconds) => clock.advance(seconds) }
}

// #region key-store
registerConformance({ describe, it }, 'MemoryKeyStore', [...keyStoreCases, ...keyManagerCases], async () => {
  const store = new MemoryKeyStore()
  await store.create({ keyId: 'key' })
  return { store, keyId: 'key', manager: store, importer: store }
})
// #endregion

registerConformance({ describe, it }, 'memoryRequestStore', requestStoreCases, () =>
  timed(memoryRequestStore),
)

registerConformance({ describe, it }, 'memoryTopicStore', topicStoreCases, () => timed(memoryTopicStore), {
  dispose: ({ store }) => store.close(),
})
