import type {
  BoxKeys,
  Intake,
  KeyStore,
  Options,
  ParsedRequestUri,
  ResponderParts,
  WalletStore,
} from '@uport-kit/core'
import type { ConsentPrompt } from './consent-prompt.ts'
import type { FlowScreen } from './screens/flow-screen.ts'
import type { AccountParts } from './state/accounts.ts'
import type { IdentityRecord } from './state/identities.ts'
import type { ChainProbe, WalletNetwork } from './state/networks.ts'
import type { TransactionFollower } from './state/sent-transactions.ts'

/** A request that nobody signed. */
export type UnsignedRequest = Extract<ParsedRequestUri, { readonly unsigned: true }>

/** What an application does with unsigned requests that a person approved. Who asked is unknown, whatever the link says. */
export type UnsignedHandler = (
  request: UnsignedRequest,
  context: Options & { readonly identity: IdentityRecord },
) => Promise<void>

/** What a wallet is made of. */
export interface WalletParts
  extends Omit<ResponderParts, 'identity' | 'flows' | 'answered'>,
    Pick<AccountParts, 'accountKeys' | 'deployAccount' | 'openAccount'> {
  /** The host: without one there is nobody to ask, and so no wallet. */
  readonly prompt: ConsentPrompt
  readonly store: WalletStore
  /** Holds the keys of the identities. */
  readonly keys: KeyStore
  readonly boxKeys: BoxKeys
  /** Default: those of `defaultScreens`. */
  readonly screens?: readonly FlowScreen[] | undefined
  /** Ways in, read by `run`. */
  readonly intakes?: readonly Intake[] | undefined
  /** Chains the wallet knows; no request changes or adds to them. */
  readonly networks?: readonly WalletNetwork[] | undefined
  /** Checks the endpoint of a chain that a requester brings. Without it, none is taken. */
  readonly probeChain?: ChainProbe | undefined
  /** Finds out what becomes of the transactions that the wallet sent. Without it, they are not followed. */
  readonly followTransaction?: TransactionFollower | undefined
  /** Default: unsigned requests are refused with `REQUEST_UNSIGNED`. */
  readonly unsignedRequests?: UnsignedHandler | undefined
  readonly limits?: WalletLimits | undefined
}

/** Bounds of what a wallet keeps. */
export interface WalletLimits {
  /** Requests that wait. Default 64. */
  readonly pending?: number | undefined
  /** Default 1000. */
  readonly credentials?: number | undefined
  /** Lines of history. Default 1000. */
  readonly activity?: number | undefined
}
