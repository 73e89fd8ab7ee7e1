import { type KeyStore, parseNetworkId, type SafeFetch } from '@uport-kit/core'
import { keyPairAccount } from '@uport-kit/core/ethereum'
import type { AccountParts } from '../state/accounts.ts'
import { networkRpc } from './network-rpc.ts'

export interface KeyPairAccountsOptions {
  readonly keys: KeyStore
  /** For chains that requesters brought. Without it, their accounts send nothing. */
  readonly safeFetch?: SafeFetch | undefined
  /** Wei per gas; where a chain asks for more, nothing is sent. */
  readonly maxFeePerGas?: bigint | undefined
}

/**
 * Makes key pair accounts usable: the wallet's `openAccount`. A chain of the wallet's own is reached at the address it was
 * configured with, one that a requester brought through SafeFetch alone. Opened accounts are kept, so that each numbers its
 * own transactions.
 */
export function openKeyPairAccounts(
  options: KeyPairAccountsOptions,
): NonNullable<AccountParts['openAccount']> {
  const { keys, safeFetch, maxFeePerGas } = options
  const opened = new Map<string, ReturnType<typeof keyPairAccount>>()
  return (record, network, call) => {
    if (record.kind === 'segregated')
      throw new TypeError('openKeyPairAccounts: a contract needs its own account')
    const name = JSON.stringify([record.keyId, network.id, network.rpcUrl])
    const known = opened.get(name)
    if (known !== undefined) return known
    const rpc = networkRpc(network, safeFetch)
    const chainId = parseNetworkId(network.id)
    const account = keyPairAccount({ keys, keyId: record.keyId, rpc, chainId, maxFeePerGas }, call)
    opened.set(name, account)
    account.catch(() => opened.delete(name))
    return account
  }
}
