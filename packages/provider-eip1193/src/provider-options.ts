import type { AccountType, Requester, Routes } from '@uport-kit/core'
import type { RpcEndpoint, TransactionFlow } from '@uport-kit/core/ethereum'
import type { ParamOrder } from './params.ts'
import type { SessionStore } from './session.ts'

/** The methods that ask the person. */
export type AskingMethod =
  | 'eth_requestAccounts'
  | 'personal_sign'
  | 'eth_signTypedData_v4'
  | 'eth_sendTransaction'

/** What a provider is made of. */
export interface UportProviderOptions {
  /** Asks the person's wallet. It stays the caller's to close. */
  readonly requester: Pick<Requester, 'ask'>
  /** How the wallet is reached: a road or several; or which, by what is asked. */
  readonly via: Routes | ((method: AskingMethod) => Routes)
  /** Your own endpoint of each chain, by its id in hex (`0x1`). What dApps read, and what they are told of transactions, comes from there. */
  readonly networks: Readonly<Record<string, { readonly rpc: RpcEndpoint }>>
  /** The chain at first. May be left out where there is one alone. */
  readonly chainId?: bigint | undefined
  /** The account that is asked for. Default `general`: the identity's own on that chain. `keypair`: one for this app alone. */
  readonly accountType?: Exclude<AccountType, 'none' | 'devicekey'> | undefined
  /** Where a session outlives this object. Default: it does not. */
  readonly sessions?: SessionStore | undefined
  /** Default `tolerant`. */
  readonly paramOrder?: ParamOrder | undefined
  /** A reply channel's id; default: the first assembled one that the road can use. */
  readonly reply?: string | undefined
  /** Seconds a request lives; default: the requester's. */
  readonly lifetime?: number | undefined
  /** Default: `transaction({ networks })`. Give your own to set its poll interval or clock. */
  readonly transactions?: TransactionFlow | undefined
}
