import { replaceLimits } from '@uport-kit/server-operations'
import { configInvalid } from './config-invalid.ts'

/** Every bound of the sponsor but those in wei. Times in seconds, sizes in bytes. */
export interface SponsorLimits {
  /** Of one request. */
  readonly maxBodyBytes: number
  /** Of one transaction that is sent or paid for. */
  readonly maxGas: number
  /** A gas price that many times that of the network is not paid for. */
  readonly maxPriceFactor: number
  /** Transactions that wait for a block, of all senders together. */
  readonly maxPending: number
  /** Meta-transactions of one account that wait for a block. */
  readonly maxPendingPerAccount: number
  /** Blocks that must hold a transaction before its cost is final: the one it is in counts as the first. */
  readonly confirmations: number
  /** Between two looks at the chain while transactions wait. */
  readonly pollSeconds: number
  /** Until the transaction that all others wait for is replaced by one that pays more. */
  readonly stuckSeconds: number
  /** Between two offers of what waits, in case a node forgot it. */
  readonly resendSeconds: number
  /** Replacements of one transaction; each pays a quarter more, and all are in the reserve from the start. */
  readonly maxReplacements: number
  /** How long a finished transaction is remembered, so that asking again gives the same answer. */
  readonly keepSeconds: number
  /** The longest wait for a block that a request may ask for. */
  readonly maxWaitSeconds: number
  /** Requests that wait for a block. */
  readonly maxWaiters: number
  /** Requests from one network address: so many at once, then so many a second. */
  readonly addressBurst: number
  readonly addressPerSecond: number
  /** Requests of one token's subject. */
  readonly subjectBurst: number
  readonly subjectPerSecond: number
  /** Addresses, and subjects, whose rate is remembered. */
  readonly maxRates: number
  /** Between two removals of what has ended. */
  readonly sweepSeconds: number
  readonly maxHeaderBytes: number
  readonly headersSeconds: number
  /** For a whole request to arrive. */
  readonly requestSeconds: number
  /** Without a byte in either direction. Longer than the longest wait. */
  readonly idleSeconds: number
  readonly maxConnections: number
  /** For open requests to end when the server stops. */
  readonly stopSeconds: number
}

/** The limits unless others are given. */
export const DEFAULT_SPONSOR_LIMITS: SponsorLimits = Object.freeze({
  maxBodyBytes: 32_768,
  maxGas: 3_000_000,
  maxPriceFactor: 50,
  maxPending: 256,
  maxPendingPerAccount: 16,
  confirmations: 1,
  pollSeconds: 2,
  stuckSeconds: 60,
  resendSeconds: 30,
  maxReplacements: 3,
  keepSeconds: 2_592_000,
  maxWaitSeconds: 25,
  maxWaiters: 1_000,
  addressBurst: 60,
  addressPerSecond: 10,
  subjectBurst: 20,
  subjectPerSecond: 1,
  maxRates: 50_000,
  sweepSeconds: 3_600,
  maxHeaderBytes: 16_384,
  headersSeconds: 10,
  requestSeconds: 20,
  idleSeconds: 60,
  maxConnections: 5_000,
  stopSeconds: 5,
})

/** Limits that need not be whole, and may be less than one. */
const FRACTIONS: ReadonlySet<keyof SponsorLimits> = new Set([
  'maxPriceFactor',
  'pollSeconds',
  'stuckSeconds',
  'resendSeconds',
  'maxWaitSeconds',
  'addressPerSecond',
  'subjectPerSecond',
  'sweepSeconds',
  'headersSeconds',
  'requestSeconds',
  'idleSeconds',
  'stopSeconds',
])

/**
 * The default limits with some replaced.
 *
 * @throws UportError `SPONSOR_CONFIG_INVALID` for an unknown name or a value that is no positive number
 */
export function createSponsorLimits(changes: Partial<Readonly<Record<string, unknown>>> = {}): SponsorLimits {
  return replaceLimits(changes, {
    defaults: DEFAULT_SPONSOR_LIMITS,
    fractions: FRACTIONS,
    invalid: configInvalid,
  })
}
