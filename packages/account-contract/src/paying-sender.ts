import type { Account } from '@uport-kit/core'
import { type MetaTransactionSender, relayCallData } from '@uport-kit/core/ethereum'

/**
 * Sends meta-transactions from an account of one's own, which pays for them. It pays for every one that it is given: for
 * strangers' requests, with budgets, there is `@uport-kit/sponsor-server`.
 */
export function payingSender(account: Account): MetaTransactionSender {
  return Object.freeze<MetaTransactionSender>({
    send: (signed, options) => account.send({ to: signed.relay, data: relayCallData(signed) }, options),
  })
}
