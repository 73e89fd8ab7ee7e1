import {
  ChainReader,
  type EthereumRpc,
  httpRpc,
  nodeErrorOf,
  type RpcEndpoint,
} from '@uport-kit/core/ethereum'
import { inSpan, type Telemetry } from '@uport-kit/server-operations'
import type { SponsorMetrics } from './sponsor-metrics.ts'

export interface SponsorObserver {
  readonly tracer: Telemetry['tracer']
  readonly metrics: SponsorMetrics
  /** Milliseconds on a clock that is never set. */
  readonly now?: (() => number) | undefined
}

/** Asks a node; its calls are counted, timed and traced by the names of their methods. */
export function observedChain(endpoint: RpcEndpoint, observer: SponsorObserver): ChainReader {
  const { host } = new ChainReader(endpoint)
  const rpc = typeof endpoint === 'string' ? httpRpc(endpoint) : endpoint
  return new ChainReader(observedNode(rpc, observer), host)
}

function observedNode(rpc: EthereumRpc, observer: SponsorObserver): EthereumRpc {
  const { tracer, metrics, now = () => performance.now() } = observer
  return {
    request: (call, options) =>
      inSpan(tracer, `node ${call.method}`, {}, async () => {
        const start = now()
        let outcome = 'answered'
        try {
          return await rpc.request(call, options)
        } catch (cause) {
          outcome = isAnswer(cause) ? 'refused' : 'failed'
          throw cause
        } finally {
          metrics.record('nodeCalls', (now() - start) / 1000, { method: call.method, outcome })
        }
      }),
  }
}

/** What the node itself says carries a number (EIP-1193). */
function isAnswer(cause: unknown): boolean {
  return (
    nodeErrorOf(cause) !== undefined ||
    (cause instanceof Error && 'code' in cause && typeof cause.code === 'number')
  )
}
