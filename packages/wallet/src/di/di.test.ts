import { memoryBoxKeys } from '@uport-kit/core'
import { add, assemble, coreModule, provide, TOKENS } from '@uport-kit/core/di'
import { describe, expect, it } from 'vitest'
import { createWorld } from '../../../core/test-support/exchange-world.ts'
import { codeOf } from '../../test-support/wallet-world.ts'
import { ScriptedPrompt } from '../testing/scripted-prompt.ts'
import { WALLET_TOKENS, walletModule } from './index.ts'

describe('walletModule', () => {
  it('binds a wallet from what is assembled', async () => {
    const world = await createWorld()
    const { did, keyId, keys } = world.user.identity
    await using app = assemble(
      coreModule({ identity: { did, keyId } }),
      walletModule({ limits: { pending: 1 } }),
      add(TOKENS.MethodResolver, world.resolver),
      provide(TOKENS.KeyStore, keys),
      provide(TOKENS.BoxKeys, memoryBoxKeys()),
      provide(TOKENS.Clock, world.clock),
      provide(WALLET_TOKENS.ConsentPrompt, new ScriptedPrompt('approve')),
    )
    const wallet = app.get(WALLET_TOKENS.Wallet)
    await wallet.identities.add({ did, keyId })
    expect(await wallet.identities.list()).toHaveLength(1)
    expect(app.get(WALLET_TOKENS.Wallet)).toBe(wallet)
  })

  it('cannot be assembled without a host', async () => {
    const { did, keyId, keys } = (await createWorld()).user.identity
    const modules = [
      coreModule({ identity: { did, keyId } }),
      walletModule(),
      provide(TOKENS.KeyStore, keys),
      provide(TOKENS.BoxKeys, memoryBoxKeys()),
    ]
    expect(await codeOf(Promise.resolve().then(() => assemble(...modules)))).toBe('ASSEMBLY_HOLE')
  })
})
