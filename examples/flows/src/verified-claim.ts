import { answerVerifiedClaim, type DeliveredClaim, parseRequestUri, verifiedClaim } from '@uport-kit/core'
import type { Stage } from './stage.ts'

/** Here is something that I attest about you: keep it, and show it to whom you like. */
export async function run({ issuer, person, says }: Stage): Promise<DeliveredClaim> {
  // The issuer signs the credential and offers it. The token that goes out is the credential itself.
  const exchange = await issuer.requester.start(verifiedClaim, {
    sub: person.did,
    claim: { degree: 'BSc' },
  })

  // The wallet verifies the signature and the subject, shows the claim, and keeps it before it says so.
  const scanned = exchange.request.uri()
  const consent = await person.wallet(answerVerifiedClaim).receive(scanned)
  if (!consent.is(answerVerifiedClaim)) throw new TypeError('The wallet has no screen for this.')
  says('wallet', `${consent.requester} attests ${JSON.stringify(consent.request.claim)}`)
  const offer = parseRequestUri(scanned)
  if (offer.kind !== 'inline') throw new TypeError('The link carries no single credential.')
  says('wallet', `keeps the token, ${offer.jwt.length} characters, to show it to others`)
  await consent.approve({})

  // Nobody signs an acceptance: it tells the issuer to stop offering, and is nothing to hang rights on.
  const delivered = await exchange.result
  says('issuer', `knows: ${delivered.status}; authenticated: ${delivered.authenticated}`)
  return delivered
}
