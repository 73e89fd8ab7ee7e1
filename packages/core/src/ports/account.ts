import type { Options } from './options.ts'

export interface TransactionRequest {
  /** Absent: the transaction creates a contract. */
  readonly to?: string | undefined
  /** `0x` hex. */
  readonly data?: string | undefined
  /** Wei. */
  readonly value?: bigint | undefined
}

/** An Ethereum account that an identity acts with: a key pair, a contract, or one whose gas a sponsor pays. */
export interface Account {
  readonly kind: string
  readonly chainId: bigint
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
  send(transaction: TransactionRequest, options?: Options): Promise<{ readonly hash: string }>
}
