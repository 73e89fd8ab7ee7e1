import {
  ChainReader,
  type EthereumRpc,
  httpRpc,
  nodeErrorOf,
  type RpcEndpoint,
} from '@uport-kit/core/ethereum'
import { type CallObserver, observeCall } from '@uport-kit/server-operations'
import type { SponsorMetrics } from './sponsor-metrics.ts'

export interface SponsorObserver extends CallObserver {
  readonly metrics: SponsorMetrics
}

/** Asks a node; its calls are counted, timed and traced by the names of their methods. */
export function observedChain(endpoint: RpcEndpoint, observer: SponsorObserver): ChainReader {
  const { host } = new ChainReader(endpoint)
  const rpc = typeof endpoint === 'string' ? httpRpc(endpoint) : endpoint
  return new ChainReader(observedNode(rpc, observer), host)
}

function observedNode(rpc: EthereumRpc, observer: SponsorObserver): EthereumRpc {
  return {
    request: (call, options) => {
      const { method } = call
      const ended = (seconds: number, failure?: { readonly cause: unknown }): void => {
        const outcome = failure === undefined ? 'answered' : isAnswer(failure.cause) ? 'refused' : 'failed'
        observer.metrics.record('nodeCalls', seconds, { method, outcome })
      }
      return observeCall(observer, `node ${method}`, ended, () => rpc.request(call, options))
    },
  }
}

/** What the node itself says carries a number (EIP-1193). */
function isAnswer(cause: unknown): boolean {
  return (
    nodeErrorOf(cause) !== undefined ||
    (cause instanceof Error && 'code' in cause && typeof cause.code === 'number')
  )
}
