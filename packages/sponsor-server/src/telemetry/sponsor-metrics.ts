import { type MetricDefinition, type Metrics, REQUEST_METRICS } from '@uport-kit/server-operations'
import type { SponsorEvent, SponsorLog } from '../sponsor-log.ts'

/** Everything that the sponsor counts. Labels are from short lists: never a token, an address or a hash. */
export const SPONSOR_METRICS = {
  ...REQUEST_METRICS,
  transactions: {
    name: 'uport.sponsor.transactions',
    kind: 'counter',
    unit: '{transaction}',
    help: 'Steps of the sponsor’s transactions: sent, included, reverted, replaced, stuck, lost.',
    labels: ['step'],
  },
  spent: {
    name: 'uport.sponsor.spent',
    kind: 'counter',
    unit: 'ether',
    help: 'Ether that included transactions did cost, gas and value, by what for.',
    labels: ['kind'],
  },
  balance: {
    name: 'uport.sponsor.balance',
    kind: 'gauge',
    unit: 'ether',
    help: 'Ether on the account that pays.',
    labels: [],
  },
  budgetLeft: {
    name: 'uport.sponsor.budget.left',
    kind: 'gauge',
    unit: 'ether',
    help: 'What is left of the budget perDay; it is full again at midnight (UTC).',
    labels: [],
  },
  gasPrice: {
    name: 'uport.sponsor.gas.price',
    kind: 'gauge',
    unit: 'gwei',
    help: 'What the network asks for per gas; above the budget perGas nothing is sent.',
    labels: [],
  },
  pending: {
    name: 'uport.sponsor.pending',
    kind: 'gauge',
    unit: '{transaction}',
    help: 'Transactions that wait for a block; the limit is maxPending.',
    labels: [],
  },
  oldestPending: {
    name: 'uport.sponsor.pending.age',
    kind: 'gauge',
    unit: 's',
    help: 'Since the oldest transaction that waits was made.',
    labels: [],
  },
  nodeCalls: {
    name: 'uport.sponsor.node.duration',
    kind: 'histogram',
    unit: 's',
    help: 'Calls of the chain’s node: answered, refused by it, or failed.',
    labels: ['method', 'outcome'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
  storeCalls: {
    name: 'uport.sponsor.store.duration',
    kind: 'histogram',
    unit: 's',
    help: 'Calls of the store.',
    labels: ['operation', 'outcome'],
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
  },
  failures: {
    name: 'uport.sponsor.failures',
    kind: 'counter',
    unit: '{failure}',
    help: 'Failures of the sponsor itself, by what it was doing; each has a line in the log.',
    labels: ['operation'],
  },
} as const satisfies Record<string, MetricDefinition>

export type SponsorMetrics = Metrics<keyof typeof SPONSOR_METRICS>

const STEPS: ReadonlySet<string> = new Set(['sent', 'replaced', 'stuck', 'lost'])
const WEI_PER_ETHER = 1e18
const WEI_PER_GWEI = 1e9

/** For a gauge, which is read and not reckoned with. */
export const toEther = (wei: bigint): number => Number(wei) / WEI_PER_ETHER
export const toGwei = (wei: bigint): number => Number(wei) / WEI_PER_GWEI

/** A log whose events are counted on their way. */
export function countedLog(log: SponsorLog, metrics: SponsorMetrics): SponsorLog {
  return (event) => {
    countEvent(event, metrics)
    log(event)
  }
}

function countEvent(event: SponsorEvent, metrics: SponsorMetrics): void {
  if (event.event === 'failed') metrics.record('failures', 1, { operation: event.operation })
  if (event.event === 'included') metrics.record('spent', toEther(BigInt(event.cost)), { kind: event.kind })
  const step = stepOf(event)
  if (step !== undefined) metrics.record('transactions', 1, { step })
}

function stepOf(event: SponsorEvent): string | undefined {
  if (event.event === 'included') return event.succeeded ? 'included' : 'reverted'
  return STEPS.has(event.event) ? event.event : undefined
}
