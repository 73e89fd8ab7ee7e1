import { registerConformance, requestStoreCases } from '@uport-kit/conformance'
import { describe, it } from 'vitest'
import { ManualClock } from '../clock/manual-clock.ts'
import { memoryRequestStore } from './memory-request-store.ts'

registerConformance({ describe, it }, 'memoryRequestStore', requestStoreCases, () => {
  const clock = new ManualClock(1_700_000_000)
  return {
    store: memoryRequestStore({ clock }),
    now: () => clock.now(),
    advance: (seconds: number) => clock.advance(seconds),
  }
})
