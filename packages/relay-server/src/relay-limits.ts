import { replaceLimits } from '@uport-kit/server-operations'
import { configInvalid } from './config-invalid.ts'

/** Every bound of the relay. Times in seconds, sizes in bytes. */
export interface RelayLimits {
  /** Of one posted message or stored request. */
  readonly maxBodyBytes: number
  /** Distinct messages that one topic takes. */
  readonly topicCapacity: number
  /** How long a topic or a stored request may live; a later end is moved to this. */
  readonly maxTopicSeconds: number
  /** How long a topic of the old message server lives; its clients cannot delete it. */
  readonly legacyTopicSeconds: number
  /** Topics and stored requests that live at one time and were opened from one address. */
  readonly maxTopicsPerAddress: number
  /** Topics and stored requests that live at one time and were opened since the start. */
  readonly maxTopics: number
  /** Of stored messages that live at one time and came from one address. */
  readonly maxBytesPerAddress: number
  /** Of all stored messages together. A store of your own has its own bound. */
  readonly maxStoreBytes: number
  /** Of the data directory's disk that messages leave free: with less the store is full. */
  readonly minFreeBytes: number
  /** Readers that wait, by long poll or stream. */
  readonly maxWaiters: number
  readonly maxWaitersPerAddress: number
  readonly maxWaitersPerTopic: number
  /** The longest long poll. */
  readonly maxWaitSeconds: number
  /** Between two signs of life on a stream. */
  readonly heartbeatSeconds: number
  /** After which a stream ends, for its reader to come back: one that has vanished keeps its place no longer. */
  readonly maxStreamSeconds: number
  /** Requests from one address: so many at once, then so many a second. */
  readonly addressBurst: number
  readonly addressPerSecond: number
  /** Posts to one topic, and apart from them reads of it. */
  readonly topicBurst: number
  readonly topicPerSecond: number
  /** How long a push mailbox may live; a later end is moved to this. */
  readonly maxMailboxSeconds: number
  /** Of `maxTopics`: where more topics live no mailbox is opened, so that there is room for pushes and logins. */
  readonly mailboxShare: number
  /** Of `maxTopics`: where more topics live no push is taken, so that there is room for logins. */
  readonly pushShare: number
  /** Messages that wait in one push mailbox. */
  readonly mailboxCapacity: number
  /** How long a pushed message waits to be fetched; a later end is moved to this. */
  readonly maxPushSeconds: number
  /** Messages pushed to one mailbox. */
  readonly pushBurst: number
  readonly pushPerSecond: number
  /** Addresses, and topics, whose rate is remembered. */
  readonly maxRates: number
  /** Between two removals of what has expired. */
  readonly sweepSeconds: number
  /** For a request's header lines. */
  readonly maxHeaderBytes: number
  readonly headersSeconds: number
  /** For a whole request to arrive. */
  readonly requestSeconds: number
  /** Without a byte in either direction. Longer than a heartbeat and than a long poll. */
  readonly idleSeconds: number
  readonly maxConnections: number
  /** For open requests to end when the server stops. */
  readonly stopSeconds: number
}

/** The limits unless others are given. */
export const DEFAULT_RELAY_LIMITS: RelayLimits = Object.freeze({
  maxBodyBytes: 65_536,
  topicCapacity: 8,
  maxTopicSeconds: 86_400,
  legacyTopicSeconds: 3_600,
  maxTopicsPerAddress: 1_000,
  maxTopics: 100_000,
  maxBytesPerAddress: 16_777_216,
  maxStoreBytes: 268_435_456,
  minFreeBytes: 33_554_432,
  maxWaiters: 10_000,
  maxWaitersPerAddress: 200,
  maxWaitersPerTopic: 8,
  maxWaitSeconds: 25,
  heartbeatSeconds: 15,
  maxStreamSeconds: 300,
  addressBurst: 200,
  addressPerSecond: 50,
  topicBurst: 60,
  topicPerSecond: 10,
  maxMailboxSeconds: 31_968_000,
  mailboxShare: 0.5,
  pushShare: 0.75,
  mailboxCapacity: 32,
  maxPushSeconds: 86_400,
  pushBurst: 20,
  pushPerSecond: 1,
  maxRates: 50_000,
  sweepSeconds: 60,
  maxHeaderBytes: 16_384,
  headersSeconds: 10,
  requestSeconds: 30,
  idleSeconds: 90,
  maxConnections: 20_000,
  stopSeconds: 5,
})

/** Limits that need not be whole, and may be less than one. */
const FRACTIONS: ReadonlySet<keyof RelayLimits> = new Set([
  'maxWaitSeconds',
  'heartbeatSeconds',
  'maxStreamSeconds',
  'addressPerSecond',
  'topicPerSecond',
  'mailboxShare',
  'pushShare',
  'pushPerSecond',
  'sweepSeconds',
  'headersSeconds',
  'requestSeconds',
  'idleSeconds',
  'stopSeconds',
])

/**
 * The default limits with some replaced.
 *
 * @throws UportError `RELAY_CONFIG_INVALID` for an unknown name or a value that is no positive number
 */
export function createRelayLimits(changes: Partial<Readonly<Record<string, unknown>>> = {}): RelayLimits {
  return replaceLimits(changes, {
    defaults: DEFAULT_RELAY_LIMITS,
    fractions: FRACTIONS,
    invalid: configInvalid,
  })
}
