import type { SafeFetch } from '@uport-kit/core'
import { type EthereumRpc, httpRpc, safeRpc } from '@uport-kit/core/ethereum'
import type { WalletNetwork } from '../state/networks.ts'

/**
 * The node of a network: one of the wallet's own is reached at the address it was configured with, one that a requester
 * brought through SafeFetch alone.
 *
 * @throws TypeError where SafeFetch is needed and missing
 */
export function networkRpc(network: WalletNetwork, safeFetch: SafeFetch | undefined): EthereumRpc {
  if (!('requester' in network)) return httpRpc(network.rpcUrl)
  if (safeFetch !== undefined) return safeRpc(new URL(network.rpcUrl), safeFetch)
  throw new TypeError('networkRpc: give safeFetch to reach a chain that a requester brought')
}
