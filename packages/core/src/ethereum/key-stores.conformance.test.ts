import { keyStoreCases, registerConformance } from '@uport-kit/conformance'
import { Wallet } from 'ethers'
import { describe, it } from 'vitest'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import { KeyStoreSigner } from './key-store-signer.ts'
import { MnemonicKeyStore, UPORT_PATH } from './mnemonic-key-store.ts'
import { signerKeyStore } from './signer-key-store.ts'

const WORDS = 'test test test test test test test test test test test junk'

registerConformance({ describe, it }, 'MnemonicKeyStore', keyStoreCases, async () => ({
  store: await MnemonicKeyStore.fromWords(WORDS),
  keyId: UPORT_PATH,
}))

registerConformance({ describe, it }, 'signerKeyStore of a wallet', keyStoreCases, async () => ({
  store: await signerKeyStore(new Wallet(`0x${'5'.repeat(64)}`), { keyId: 'wallet' }),
  keyId: 'wallet',
}))

/** A signer over a key store as a key store again: it can show, so no case that signs a token fits. */
const shown = keyStoreCases.filter(({ id }) =>
  ['KS-01', 'KS-02', 'KS-06', 'KS-10', 'KS-11', 'KS-15'].includes(id),
)

registerConformance({ describe, it }, 'signerKeyStore of a signer that shows', shown, async () => {
  const keys = new MemoryKeyStore()
  const { keyId } = await keys.create()
  return { store: await signerKeyStore(new KeyStoreSigner(keys, keyId), { keyId: 'shown' }), keyId: 'shown' }
})
