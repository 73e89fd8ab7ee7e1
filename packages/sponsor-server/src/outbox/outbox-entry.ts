import type { Fees } from '@uport-kit/core/ethereum'

/** What a transaction of the sponsor is for. */
export type PaymentKind = 'fund' | 'meta' | 'identity'

/** Something the sponsor is to send, once. */
export interface Payment {
  /** Names what is paid for; there is one transaction for each. */
  readonly id: string
  readonly kind: PaymentKind
  /** The device address that it is for. */
  readonly sender: string
  readonly to: string
  /** `0x` hex. */
  readonly data: string
  /** Wei that is given away. */
  readonly value: bigint
  readonly gasLimit: bigint
  /** Of a meta-transaction: the sender's counter in the `TxRelay`. */
  readonly metaNonce?: bigint | undefined
}

/** One signed form of a transaction; the newest pays the most. */
export interface Attempt {
  readonly hash: string
  readonly raw: string
  readonly fees: Fees
}

/**
 * `pending`: may be included any time. `lost`: a transaction that is not the sponsor's own took its nonce, so that it never
 * will be.
 */
export type EntryState = 'pending' | 'succeeded' | 'reverted' | 'lost'

/** A transaction of the sponsor, as it is stored. */
export interface OutboxEntry extends Payment {
  readonly nonce: number
  readonly attempts: readonly Attempt[]
  /** The most that a replacement may pay, wei per gas. */
  readonly ceiling: bigint
  /** Wei in the budgets, and which ones. */
  readonly reserved: bigint
  readonly scopes: readonly string[]
  readonly state: EntryState
  /** Unix seconds. */
  readonly createdAt: number
  readonly sentAt: number
  readonly finishedAt?: number | undefined
  /** Of the attempt that was included; until then of the newest. */
  readonly hash: string
  /** Of `identity`, once it succeeded: the proxy. */
  readonly identity?: string | undefined
}

/** What one transaction costs per gas at most. */
export function priceOf(fees: Fees): bigint {
  return fees.type === 0 ? fees.gasPrice : fees.maxFeePerGas
}

const BIGINT = /^\d+n$/

/** JSON in which `12n` is a bigint. */
export function encodeEntry(entry: OutboxEntry): string {
  return JSON.stringify(entry, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
}

/** What `encodeEntry` wrote: the store is the sponsor's own. */
export function decodeEntry(text: string): OutboxEntry {
  const entry: OutboxEntry = JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' && BIGINT.test(value) ? BigInt(value.slice(0, -1)) : value,
  )
  return entry
}
