import { answerPersonalSign, personalSign, type SignedMessage } from '@uport-kit/core'
import type { Stage } from './stage.ts'

/** Please sign this message with your account (EIP-191), so that a contract or anybody else can check it. */
export async function run({ app, person, says }: Stage): Promise<SignedMessage> {
  // A DID may say which account must sign: for did:uport it is the one that registered it.
  const exchange = await app.requester.start(personalSign, {
    data: 'I agree to the terms of service, version 3.',
    from: person.did,
  })

  // The wallet shows the message. By default the key of the identity signs; `signer` in the answer names another.
  const consent = await person.wallet(answerPersonalSign).receive(exchange.request.uri())
  if (!consent.is(answerPersonalSign)) throw new TypeError('The wallet has no screen for this.')
  says('wallet', `shall sign "${consent.request.text}" as ${consent.request.from}`)
  await consent.approve({})

  // The app gets the signature, and the account that was recovered from it.
  const signed = await exchange.result
  says('app', `knows: account ${signed.signer} signed it`)
  says('app', `signature: r ${signed.signature.r}, s ${signed.signature.s}, v ${signed.signature.v}`)
  return signed
}
