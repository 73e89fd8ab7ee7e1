import { foldDid, networkToHex } from '@uport-kit/core'
import { answerTransaction, type EthereumTransactionRequest } from '@uport-kit/core/ethereum'
import { displayText } from '../display-text.ts'
import { signerMismatch } from '../screens/assert-signer.ts'
import { defineFlowScreen, type FlowScreen, type ScreenContext } from '../screens/flow-screen.ts'
import type { AccountRecord } from '../state/accounts.ts'
import { accountUnavailable } from '../state/accounts.ts'
import { SendingAccount } from './sending-account.ts'

/** Shows a transaction that the person is asked to send, and sends it once. */
export const transactionScreen: FlowScreen = defineFlowScreen(answerTransaction, async (request, context) => {
  const { accounts, consent, identity, networks, transactions } = context
  const { kind: form, network, to, value, data, call, label } = request
  const chain = await networks.require(network, consent.requester, { signal: context.signal })
  const account = await sendingAccount(request, context)
  let sending: SendingAccount | undefined
  return {
    details: {
      kind: 'transaction',
      form,
      network: networkToHex(network),
      networkName: chain.name,
      account: account.address,
      to,
      value,
      data,
      call:
        call === undefined
          ? undefined
          : {
              signature: call.signature,
              arguments: call.arguments.map((one) => ({ type: one.type, value: displayText(one.value) })),
            },
      label: label === undefined ? undefined : displayText(label),
    },
    warnings: networks.isKnown(network) ? [] : ['private-chain'],
    bound: 'channel',
    meaningOf: (error) => sending?.meaningOf(error),
    async createAnswer(_, options) {
      const opened = await accounts.open(account, consent.requester, options)
      sending = new SendingAccount(opened, (hash, code) => {
        const { id: requestId, requester } = consent
        const sent = { hash, network: networkToHex(network), requestId, requester, identity: identity.did }
        return transactions.add({ ...sent, code })
      })
      return { answer: { account: sending }, names: ['transaction', form] }
    },
  }
})

/**
 * The named one where it is ours, else the requester's own on that chain, else one of the identity that answers, else the
 * first there.
 */
async function sendingAccount(
  { from, network }: EthereumTransactionRequest,
  { accounts, consent, identity, signal }: ScreenContext,
): Promise<AccountRecord> {
  const usable = await accounts.usableBy(consent.requester, { signal })
  const current = foldDid(identity.did)
  const rank = ({ requester, owner, mnid }: AccountRecord): number => {
    if (requester !== undefined) return 0
    // The account whose MNID is the identity's is the identity itself.
    if (current === `did:uport:${mnid}`) return 1
    return foldDid(owner) === current ? 2 : 3
  }
  const onChain = usable
    .filter((one) => BigInt(one.network) === network)
    .sort((one, other) => rank(one) - rank(other))
  const [first] = onChain
  if (from === undefined) {
    if (first === undefined) throw accountUnavailable('general', network)
    return first
  }
  const named = onChain.find(({ address }) => address === from)
  if (named !== undefined) return named
  throw signerMismatch('from', from, first?.address ?? 'none')
}
