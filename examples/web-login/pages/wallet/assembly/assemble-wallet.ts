import { PostReplySender, RelayRequestFetcher } from '@uport-kit/channel-relay'
import type { Intake } from '@uport-kit/core'
import { PushGrants } from '@uport-kit/transport-push'
import { RedirectReplySender } from '@uport-kit/transport-url'
import {
  type ConsentPrompt,
  createDisclosureScreen,
  defaultScreens,
  disclosureScreen,
  Wallet,
} from '@uport-kit/wallet'
import {
  createChainProbe,
  createTransactionFollower,
  ethereumScreens,
  openKeyPairAccounts,
} from '@uport-kit/wallet/ethereum'
import type { WalletParts } from './open-parts.ts'

export interface WalletHost {
  readonly prompt: ConsentPrompt
  readonly intakes: readonly Intake[]
  /** Leads the person to an address, such as back to the page that asked. */
  readonly open: (url: string) => void
}

export interface AssembledWallet {
  readonly wallet: Wallet
  /** Who may push messages to it. */
  readonly grants: PushGrants
}

/** The wallet, put together: the one place that says what it can do and whom it talks to. */
export function assembleWallet(parts: WalletParts, { prompt, intakes, open }: WalletHost): AssembledWallet {
  const { config, store, keys, boxKeys, resolver, safeFetch } = parts
  const grants = new PushGrants({
    url: config.pushUrl,
    store,
    identity: (did, options) => wallet.identities.open(did, options),
  })
  const pushScreen = createDisclosureScreen({ pushGrants: grants })
  const wallet: Wallet = new Wallet({
    prompt,
    store,
    keys,
    boxKeys,
    resolver,
    safeFetch,
    intakes,
    senders: [new PostReplySender({ safeFetch }), new RedirectReplySender({ open })],
    fetchers: [new RelayRequestFetcher({ safeFetch })],
    screens: [
      ...defaultScreens.map((screen) => (screen === disclosureScreen ? pushScreen : screen)),
      ...ethereumScreens,
    ],
    networks: [{ id: config.network.id, name: 'Local devnet', rpcUrl: config.network.rpcUrl }],
    accountKeys: keys,
    openAccount: openKeyPairAccounts({ keys, safeFetch }),
    probeChain: createChainProbe(safeFetch),
    followTransaction: createTransactionFollower({ safeFetch }),
  })
  return { wallet, grants }
}
