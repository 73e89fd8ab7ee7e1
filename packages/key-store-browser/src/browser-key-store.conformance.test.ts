import { keyManagerCases, keyStoreCases, registerConformance } from '@uport-kit/conformance'
import { describe, it } from 'vitest'
import { createOrigin } from '../test-support/tabs.ts'

registerConformance({ describe, it }, 'BrowserKeyStore', [...keyStoreCases, ...keyManagerCases], async () => {
  const store = createOrigin().tab()
  await store.create({ keyId: 'key' })
  return { store, keyId: 'key', manager: store, importer: store }
})
