import { type Account, isUportError, type Options, type TransactionRequest } from '@uport-kit/core'
import type { FailureMeaning } from '../screens/flow-screen.ts'

/** Codes after which nothing went out, and that the person can mend while the request waits. */
const MENDABLE = /^(?:KEY_|ACCOUNT_FUNDS_INSUFFICIENT$|RPC_WRONG_CHAIN$)/

/** An account for one request: it tells what it sent, and knows what a failure means. */
export class SendingAccount implements Account {
  readonly kind: string
  readonly chainId: bigint
  readonly address: string
  readonly #account: Account
  readonly #onSent: (hash: string, code?: string) => Promise<void>
  #isStarted = false
  #failure: { readonly error: unknown } | undefined

  /** @param onSent hears the hash before anybody else does; `code` where no node confirmed that it arrived */
  constructor(account: Account, onSent: (hash: string, code?: string) => Promise<void>) {
    this.kind = account.kind
    this.chainId = account.chainId
    this.address = account.address
    this.#account = account
    this.#onSent = onSent
  }

  async send(transaction: TransactionRequest, options?: Options): Promise<{ readonly hash: string }> {
    this.#isStarted = true
    const { hash, code } = await this.#send(transaction, options)
    await this.#onSent(hash, code)
    return { hash }
  }

  /** What a failed approval means; undefined where the transaction went out, and its answer did not. */
  meaningOf(error: unknown): FailureMeaning | undefined {
    if (!this.#isStarted) return 'retry'
    if (this.#failure?.error !== error) return undefined
    return isUportError(error) && MENDABLE.test(error.code) ? 'retry' : 'fail'
  }

  async #send(
    transaction: TransactionRequest,
    options?: Options,
  ): Promise<{ readonly hash: string; readonly code?: string }> {
    try {
      return await this.#account.send(transaction, options)
    } catch (error) {
      // It may be on the chain: the requester, who is told the hash, looks there.
      if (isUportError(error, 'TRANSACTION_FAILED') && error.data.transactionHash !== undefined) {
        return { hash: error.data.transactionHash, code: error.code }
      }
      this.#failure = { error }
      throw error
    }
  }
}
