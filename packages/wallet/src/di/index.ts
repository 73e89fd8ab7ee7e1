import { memoryWalletStore } from '@uport-kit/core'
import {
  defineModule,
  type KitModule,
  manyToken,
  optional,
  TOKENS,
  type Token,
  token,
} from '@uport-kit/core/di'
import type { ConsentPrompt } from '../consent-prompt.ts'
import { defaultScreens } from '../screens/default-screens.ts'
import type { FlowScreen } from '../screens/flow-screen.ts'
import { Wallet } from '../wallet.ts'
import type { WalletParts } from '../wallet-parts.ts'

/** The parts that a wallet's assembly binds beside those of the framework. */
export const WALLET_TOKENS = Object.freeze({
  Wallet: token<Wallet>('wallet/Wallet'),
  ConsentPrompt: token<ConsentPrompt>('wallet/ConsentPrompt') satisfies Token<ConsentPrompt>,
  /** Screens of flows beside those of the package. */
  FlowScreen: manyToken<FlowScreen>('wallet/FlowScreen'),
})

export type WalletModuleOptions = Pick<
  WalletParts,
  | 'accountKeys'
  | 'deployAccount'
  | 'engine'
  | 'followTransaction'
  | 'legacyTimes'
  | 'limits'
  | 'networks'
  | 'openAccount'
  | 'probeChain'
  | 'replyLifetime'
  | 'requestsWithoutExp'
  | 'skew'
  | 'subjects'
  | 'unsignedRequests'
>

/**
 * Binds Wallet, beside `coreModule` (for the resolver). Without a WalletStore, everything is kept in this process's memory
 * and ends with it.
 */
export function walletModule(options: WalletModuleOptions = {}): KitModule {
  return defineModule('wallet', (m) =>
    m.bind(
      WALLET_TOKENS.Wallet,
      {
        prompt: WALLET_TOKENS.ConsentPrompt,
        store: optional(TOKENS.WalletStore),
        screens: WALLET_TOKENS.FlowScreen,
        keys: TOKENS.KeyStore,
        boxKeys: TOKENS.BoxKeys,
        resolver: TOKENS.DidResolver,
        senders: TOKENS.ReplySender,
        fetchers: TOKENS.RequestFetcher,
        intakes: TOKENS.Intake,
        middleware: TOKENS.Middleware,
        safeFetch: optional(TOKENS.SafeFetch),
        content: optional(TOKENS.ContentSource),
        clock: optional(TOKENS.Clock),
      },
      ({ store, screens, ...parts }) =>
        new Wallet({
          ...options,
          ...parts,
          store: store ?? memoryWalletStore(),
          screens: [...defaultScreens, ...screens],
        }),
    ),
  )
}
