import { registerConformance, walletStoreCases } from '@uport-kit/conformance'
import { describe, it } from 'vitest'
import { memoryWalletStore } from './memory-wallet-store.ts'

registerConformance({ describe, it }, 'memoryWalletStore', walletStoreCases, () => ({
  store: memoryWalletStore(),
}))
