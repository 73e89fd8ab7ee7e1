import { registerConformance, requestStoreCases, walletStoreCases } from '@uport-kit/conformance'
import { ManualClock } from '@uport-kit/core'
import { afterAll, describe, it } from 'vitest'
import { createOrigin, NOW } from '../test-support/tabs.ts'

const open: { close(): void }[] = []
const closedLater = <Store extends { close(): void }>(store: Store): Store => {
  open.push(store)
  return store
}
afterAll(() => {
  for (const store of open) store.close()
})

registerConformance({ describe, it }, 'BrowserRequestStore', requestStoreCases, () => {
  const clock = new ManualClock(NOW)
  return {
    store: closedLater(createOrigin().requests({ clock })),
    now: () => clock.now(),
    advance: (seconds: number) => clock.advance(seconds),
  }
})

registerConformance({ describe, it }, 'BrowserWalletStore', walletStoreCases, () => {
  const origin = createOrigin()
  return { store: closedLater(origin.wallet()), reopen: () => closedLater(origin.wallet()) }
})
