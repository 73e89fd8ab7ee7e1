import type { Options } from '../ports/options.ts'
import type { ChainReader, ChainTransaction } from './chain-reader.ts'

/** What a contract account does by means of a transaction that somebody sent to another contract. */
export interface CarriedCall {
  /** The contract account: `0x` and 40 lower-case hex digits, as is `to`. */
  readonly from: string
  readonly to: string
  /** Wei. */
  readonly value: bigint
  /** `0x` hex in lower case. */
  readonly data: string
}

/**
 * Finds the call that a transaction carries for a contract account. Whoever gives one trusts it with this: what it names is
 * done exactly if the transaction succeeds.
 */
export interface CarriedCallReader {
  /** Resolves with undefined where the transaction is none of the kind. Rejects with `RPC_FAILED`. */
  read(
    transaction: ChainTransaction,
    network: bigint,
    chain: ChainReader,
    options?: Options,
  ): Promise<CarriedCall | undefined>
}
