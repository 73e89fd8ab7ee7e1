export { createTestWallet, type TestWallet, type TestWalletOptions } from './create-test-wallet.ts'
export { type Script, ScriptedPrompt } from './scripted-prompt.ts'
export { createTestIdentity, resolverOf, type TestIdentity } from './test-identity.ts'
