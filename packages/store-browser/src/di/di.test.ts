import { ManualClock } from '@uport-kit/core'
import { assemble, provide, TOKENS } from '@uport-kit/core/di'
import { expect, test } from 'vitest'
import { failureOf } from '../../../../test/support/failure-of.ts'
import { createOrigin, NOW, pending } from '../../test-support/tabs.ts'
import { browserStoresModule } from './index.ts'

test('an assembly keeps all three in one database, by its own clock, and lets go of them', async () => {
  const { indexedDB, databaseName } = createOrigin()
  const clock = new ManualClock(NOW)
  const app = assemble(browserStoresModule({ indexedDB, databaseName }), provide(TOKENS.Clock, clock))
  const requests = app.get(TOKENS.RequestStore)
  const wallet = app.get(TOKENS.WalletStore)
  await requests.put(pending('r'))
  await wallet.put('c', 'k', 1)
  expect(await app.get(TOKENS.AnsweredRequests).claim('h', NOW + 1)).toBe(true)
  expect(await indexedDB.databases()).toHaveLength(1)
  clock.advance(421)
  expect(await requests.get('r')).toBeUndefined()
  await app.close()
  expect(await failureOf(requests.get('r'))).toBe('BROWSER_STORE_FAILED closed')
  expect(await failureOf(wallet.get('c', 'k'))).toBe('BROWSER_STORE_FAILED closed')
})
