import type { Options } from '../ports/options.ts'
import type { SignedMetaTransaction } from './meta-transaction.ts'

/** Takes signed meta-transactions to their `TxRelay` and pays for them. `SponsorClient` is one. */
export interface MetaTransactionSender {
  /**
   * Resolves with the hash of the transaction that carries it once the chain's node is to have it; it may still fail
   * there, or be replaced by one that pays more for gas. Sending the same one again gives the same transaction.
   *
   * @throws UportError `SPONSOR_REFUSED`, `SPONSOR_UNAVAILABLE`, or another sender's own codes
   */
  send(signed: SignedMetaTransaction, options?: Options): Promise<{ readonly hash: string }>
}
