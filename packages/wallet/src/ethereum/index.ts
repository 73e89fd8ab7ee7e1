import type { FlowScreen } from '../screens/flow-screen.ts'
import { transactionScreen } from './transaction-screen.ts'
import { typedDataScreen } from './typed-data-screen.ts'

export { type KeyPairAccountsOptions, openKeyPairAccounts } from './key-pair-accounts.ts'
export { createChainProbe } from './private-chains.ts'
export { createTransactionFollower, type TransactionFollowerOptions } from './transaction-follower.ts'
export { transactionScreen, typedDataScreen }

/** The flows that need ethers: give them beside `defaultScreens`. */
export const ethereumScreens: readonly FlowScreen[] = Object.freeze([typedDataScreen, transactionScreen])
