import {
  answerTransaction,
  type ConfirmedTransaction,
  httpRpc,
  keyPairAccount,
  transaction,
} from '@uport-kit/core/ethereum'
import type { Stage } from './stage.ts'

/** Please send this transaction from your account. */
export async function run({ app, devnet, person, says }: Stage): Promise<ConfirmedTransaction> {
  const { chainId, networkId } = devnet
  const rpc = httpRpc(devnet.rpcUrl)

  // The app names its own endpoint of each chain: what a reply says is believed only when the chain says so there.
  const payment = transaction({ networks: { [networkId]: { rpc } }, pollSeconds: 0.1 })
  const exchange = await app.requester.start(payment, {
    to: app.address,
    value: 1_000_000_000n,
    network: chainId,
    from: person.did,
    label: 'Notes on the Analytical Engine',
  })

  // The wallet shows recipient and amount, and sends through the person's account. Once: an answer cannot be taken back.
  const consent = await person.wallet(answerTransaction).receive(exchange.request.uri())
  if (!consent.is(answerTransaction)) throw new TypeError('The wallet has no screen for this.')
  const { to, value, label } = consent.request
  says('wallet', `shall pay ${value} wei to ${to}, for what the app calls "${label}"`)
  const { keys, keyId } = person.identity
  await consent.approve({ account: await keyPairAccount({ keys, keyId, rpc, chainId }) })

  // The app gets a hash, looks it up, compares every field, and waits for a block if it likes.
  const submitted = await exchange.result
  says('app', `knows: ${submitted.from} sent ${submitted.value} wei with ${submitted.hash}`)
  const confirmed = await submitted.confirmed()
  says('app', `knows: in block ${confirmed.blockNumber}, for ${confirmed.gasUsed} gas`)
  return confirmed
}
