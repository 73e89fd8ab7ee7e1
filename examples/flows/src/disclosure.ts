import { answerDisclosure, type Disclosure, disclosure, signJwt } from '@uport-kit/core'
import type { Stage } from './stage.ts'

/** Who are you, and what will you tell? The flow of a login. */
export async function run({ app, issuer, person, says }: Stage): Promise<Disclosure> {
  // The person got this from the issuer earlier; see verified-claim.ts.
  const degree = await signJwt({ sub: person.did, claim: { degree: 'BSc' } }, issuer.identity)

  // The app asks, by a URI that it shows as a link or as a QR code.
  const exchange = await app.requester.start(disclosure, {
    claims: {
      user_info: { name: { essential: true, reason: 'to greet you' }, email: null },
      verifiable: { degree: { iss: [{ did: issuer.did }] } },
    },
  })

  // The wallet verifies who asks, shows what is asked for, and sends what the person chose to tell.
  const consent = await person.wallet(answerDisclosure).receive(exchange.request.uri())
  if (!consent.is(answerDisclosure)) throw new TypeError('The wallet has no screen for this.')
  says('wallet', `asked by ${consent.requester}, which calls itself ${consent.requesterProfile['name']}`)
  const { own, verifiable } = consent.request
  const asked = [...own.map(({ name }) => name), ...verifiable.map(({ type }) => type)]
  says('wallet', `wants ${asked.join(', ')}; Ada tells all but her email address`)
  await consent.approve({ claims: { name: 'Ada Lovelace' }, credentials: [degree] })

  // The app gets what was verified, apart from what somebody merely wrote.
  const who = await exchange.result
  says('app', `knows: ${who.did} answered this very request (bound: ${who.bound}, sealed: ${who.sealed})`)
  says('app', `was told: name ${who.own['name']}, email ${who.own['email'] ?? '(not told)'}`)
  for (const { issuer: by, claim } of who.verified) says('app', `proven: ${JSON.stringify(claim)}, by ${by}`)
  return who
}
