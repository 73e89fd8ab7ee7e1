import { UportError } from '../errors/uport-error.ts'
import { defineReplyFlow, type ReplyFlow } from '../flows/flow.ts'
import { networkToHex } from '../identity/network-id.ts'
import type { Account } from '../ports/account.ts'
import { type EthereumTransactionRequest, parseTransactionRequest } from './transaction-request.ts'

export interface TransactionAnswer {
  /** The account that sends. Default: the one the responder answers with. */
  readonly account?: Account | undefined
}

/**
 * The wallet's half of the transaction flow: sends through an account, and answers with the hash.
 *
 * `createReply` throws `ACCOUNT_MISMATCH` where the account is of another chain or not the one that the request names, and
 * what `Account.send` rejects with; a TypeError where there is no account.
 */
export const answerTransaction: ReplyFlow<EthereumTransactionRequest, TransactionAnswer> = defineReplyFlow({
  requestTypes: ['ethtx'],
  irreversible: true,
  parseRequest: parseTransactionRequest,
  async createReply(request: EthereumTransactionRequest, answer: TransactionAnswer, context) {
    const account = answer.account ?? context.account
    if (account === undefined) throw new TypeError('answerTransaction: give the account that sends')
    const { network, to, from, value, data } = request
    if (account.chainId !== network) {
      throw accountMismatch('net', networkToHex(network), networkToHex(account.chainId))
    }
    if (from !== undefined && account.address !== from) throw accountMismatch('from', from, account.address)
    const { hash } = await account.send({ to, value, data }, { signal: context.signal })
    return { tx: hash }
  },
})

function accountMismatch(
  member: 'from' | 'net',
  expected: string,
  found: string,
): UportError<'ACCOUNT_MISMATCH'> {
  const message = 'The account is not the one that the request names: choose that one, or decline.'
  return new UportError('ACCOUNT_MISMATCH', message, { data: { member, expected, found } })
}
