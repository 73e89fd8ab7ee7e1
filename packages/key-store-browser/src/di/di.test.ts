import { assemble, TOKENS } from '@uport-kit/core/di'
import { expect, test } from 'vitest'
import { failureOf } from '../../../../test/support/failure-of.ts'
import { createOrigin } from '../../test-support/tabs.ts'
import { BROWSER_KEY_STORE, browserKeysModule } from './index.ts'

test('an assembly signs with one store, opens boxes beside it, and lets go of both', async () => {
  const { indexedDB } = createOrigin()
  const app = assemble(browserKeysModule({ indexedDB }))
  const store = app.get(BROWSER_KEY_STORE)
  const boxKeys = app.get(TOKENS.BoxKeys)
  await store.create({ keyId: 'login' })
  await boxKeys.publicKey('inbox')
  expect(app.get(TOKENS.KeyStore)).toBe(store)
  expect((await app.get(TOKENS.KeyStore).get('login'))?.keyId).toBe('login')
  await app.close()
  expect(await failureOf(store.get('login'))).toBe('KEY_STORE_FAILED closed')
  expect(await failureOf(boxKeys.publicKey('inbox'))).toBe('KEY_STORE_FAILED closed')
})
