import { answerTypedData, type SignedTypedData, typedData } from '@uport-kit/core/ethereum'
import type { Stage } from './stage.ts'

/** Please sign this structure with your account (EIP-712), so that a contract can check it field by field. */
export async function run({ app, devnet, person, says }: Stage): Promise<SignedTypedData> {
  // The domain binds the signature to one contract or application on one chain.
  const exchange = await app.requester.start(typedData, {
    typedData: {
      types: {
        Order: [
          { name: 'item', type: 'string' },
          { name: 'amount', type: 'uint256' },
        ],
      },
      primaryType: 'Order',
      domain: { name: 'Example shop', version: '1', chainId: Number(devnet.chainId) },
      message: { item: 'Notes on the Analytical Engine', amount: 1 },
    },
    from: person.did,
  })

  // The wallet hashes the structure itself, and shows it field by field.
  const consent = await person.wallet(answerTypedData).receive(exchange.request.uri())
  if (!consent.is(answerTypedData)) throw new TypeError('The wallet has no screen for this.')
  const { primaryType, message } = consent.request.typedData
  says('wallet', `shall sign ${primaryType} ${JSON.stringify(message)} as ${consent.request.from}`)
  await consent.approve({})

  // The app compares the hash of what was signed with what it asked for, and recovers the account.
  const signed = await exchange.result
  says('app', `knows: account ${signed.signer} signed exactly this`)
  says('app', `signature: r ${signed.signature.r}, s ${signed.signature.s}, v ${signed.signature.v}`)
  return signed
}
