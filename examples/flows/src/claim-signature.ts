import { answerClaimSignature, claimSignature, type SignedClaim } from '@uport-kit/core'
import type { Stage } from './stage.ts'

/** Please attest this, about me or about somebody else. */
export async function run({ app, issuer, person, says }: Stage): Promise<SignedClaim> {
  // The app writes the claim; who shall sign it, and for how long it is good, is part of the request.
  const exchange = await app.requester.start(claimSignature, {
    sub: issuer.did,
    claim: { taughtMe: 'analysis' },
    signer: person.did,
    validFor: 365 * 86_400,
  })

  // The wallet shows whom it is about and what it says, and signs it as it stands.
  const consent = await person.wallet(answerClaimSignature).receive(exchange.request.uri())
  if (!consent.is(answerClaimSignature)) throw new TypeError('The wallet has no screen for this.')
  says('wallet', `shall sign ${JSON.stringify(consent.request.claim)} about ${consent.request.sub}`)
  await consent.approve({})

  // The app gets a credential that anybody can verify. It holds no trace of the request, so it can be shown to others.
  const signed = await exchange.result
  says('app', `knows: ${signed.did} attests ${JSON.stringify(signed.credential.claim)}`)
  says('app', `about ${signed.credential.sub} (bound: ${signed.bound}, sealed: ${signed.sealed})`)
  return signed
}
