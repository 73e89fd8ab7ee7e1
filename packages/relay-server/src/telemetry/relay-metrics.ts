import { type MetricDefinition, type Metrics, REQUEST_METRICS } from '@uport-kit/server-operations'

/** Everything that the relay counts. Labels are from short lists: never an id, an address or a text of somebody. */
export const RELAY_METRICS = {
  ...REQUEST_METRICS,
  streams: {
    name: 'uport.relay.streams',
    kind: 'gauge',
    unit: '{stream}',
    help: 'Streams of events that are open.',
    labels: [],
  },
  waiting: {
    name: 'uport.relay.waiting',
    kind: 'gauge',
    unit: '{reader}',
    help: 'Readers that wait, by long poll or stream; the limit is maxWaiters.',
    labels: [],
  },
  messages: {
    name: 'uport.relay.messages',
    kind: 'counter',
    unit: '{message}',
    help: 'Messages offered to the store, by what the topic is for and what became of them.',
    labels: ['kind', 'outcome'],
  },
  messageBytes: {
    name: 'uport.relay.message.size',
    kind: 'counter',
    unit: 'By',
    help: 'Bytes of the messages that were stored.',
    labels: ['kind'],
  },
  storeCalls: {
    name: 'uport.relay.store.duration',
    kind: 'histogram',
    unit: 's',
    help: 'Calls of the store.',
    labels: ['operation', 'outcome'],
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
  },
  failures: {
    name: 'uport.relay.failures',
    kind: 'counter',
    unit: '{failure}',
    help: 'Failures of the relay itself, by what it was doing; each has a line in the log.',
    labels: ['operation'],
  },
} as const satisfies Record<string, MetricDefinition>

export type RelayMetrics = Metrics<keyof typeof RELAY_METRICS>
