import type { SafeFetch } from '@uport-kit/core'
import { probePrivateChain } from '@uport-kit/core/ethereum'
import type { ChainProbe } from '../state/networks.ts'

/**
 * Checks the endpoint of a chain that a requester brings: asked over SafeFetch, `net_version` and `eth_chainId` must both
 * name the network. Public chains are refused, also those that the wallet does not use.
 */
export function createChainProbe(safeFetch: SafeFetch): ChainProbe {
  return async ({ network, rpcUrl, requester }, options) => {
    const rpc = new URL(rpcUrl)
    await probePrivateChain(requester, { network, rpc, host: rpc.host }, { safeFetch }, options)
  }
}
