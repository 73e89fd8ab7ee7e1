import type { SafeFetch } from '@uport-kit/core'
import { ChainReader, type FollowOptions, followTransaction } from '@uport-kit/core/ethereum'
import type { TransactionFollower } from '../state/sent-transactions.ts'
import { networkRpc } from './network-rpc.ts'

export interface TransactionFollowerOptions extends Omit<FollowOptions, 'signal'> {
  /** For chains that requesters brought. Without it, what is sent there is not followed. */
  readonly safeFetch?: SafeFetch | undefined
}

/** Follows the wallet's transactions on the chains they were sent to: its `followTransaction`. */
export function createTransactionFollower({
  safeFetch,
  ...follow
}: TransactionFollowerOptions = {}): TransactionFollower {
  return async (hash, network, { signal } = {}) => {
    await followTransaction(new ChainReader(networkRpc(network, safeFetch)), hash, { ...follow, signal })
  }
}
