import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import type { Party } from '../../test-support/parties.ts'
import { decodeBase64 } from '../bytes/base64.ts'
import { sealBox } from '../encryption/box.ts'
import { isUportError } from '../errors/uport-error.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { signJwt } from '../jwt/encode.ts'
import type { JsonObject } from '../ports/index.ts'
import { type DisclosureParams, disclosure } from './disclosure.ts'

const credential = (issuer: Party, sub: string, claim: JsonObject, more: JsonObject = {}): Promise<string> =>
  signJwt({ sub, claim, ...more }, issuer.identity, { now: NOW })

/** A reply with these credentials, as a wallet that checks nothing would send it. */
async function answer(world: World, params: DisclosureParams, credentials: readonly string[]) {
  const { id, jwt } = await world.requester.create(disclosure, params, { reply: 'local' })
  const claims = { exp: NOW + 600, type: 'shareResp', aud: world.app.did, req: jwt, verified: credentials }
  const token = await signJwt(claims, world.user.identity, { now: NOW })
  const boxPub = decodeBase64(String(decodeJwt(jwt).payload['boxPub'])) ?? new Uint8Array()
  const body = { encrypted: { ...sealBox(JSON.stringify({ access_token: token }), boxPub) } }
  return { verify: () => world.requester.verify(disclosure, id, body) }
}

describe('credentials in a disclosure', () => {
  it('end as verified, invalid or undetermined, one by one', async () => {
    const world = await createWorld()
    const { user, stranger, issuer } = world
    const cards = {
      good: await credential(issuer, user.did, { email: 'ada@example.org' }),
      bareSubject: await credential(issuer, user.did.slice(10), { age: 36 }),
      early: await signJwt({ sub: user.did, claims: { city: 'London' } }, issuer.identity, { now: NOW }),
      others: await credential(issuer, stranger.did, { email: 'x@example.org' }),
      expired: await credential(issuer, user.did, { email: 'y@example.org' }, { exp: NOW - 61 }),
      forged: await credential({ ...issuer, identity: { ...stranger.identity, did: issuer.did } }, user.did, {
        a: 1,
      }),
      claimless: await signJwt({ sub: user.did }, issuer.identity, { now: NOW }),
      subjectless: await signJwt({ claim: { a: 1 } }, issuer.identity, { now: NOW }),
      garbage: 'not.a.jwt',
      unreachable: await credential(stranger, user.did, { phone: '1' }),
    }
    world.resolver.failing.add(stranger.did)
    const who = await (await answer(world, {}, Object.values(cards))).verify()
    expect(who.verified.map(({ jwt, issuer: by, sub, claim }) => [jwt, by, sub, claim])).toEqual([
      [cards.good, issuer.did, user.did, { email: 'ada@example.org' }],
      [cards.bareSubject, issuer.did, user.did, { age: 36 }],
      [cards.early, issuer.did, user.did, { city: 'London' }],
    ])
    expect(who.invalid).toEqual([
      { jwt: cards.others, code: 'CREDENTIAL_OTHER_SUBJECT' },
      { jwt: cards.expired, code: 'JWT_EXPIRED' },
      { jwt: cards.forged, code: 'JWT_SIGNATURE_INVALID' },
      { jwt: cards.claimless, code: 'CREDENTIAL_INVALID' },
      { jwt: cards.subjectless, code: 'CREDENTIAL_INVALID' },
      { jwt: cards.garbage, code: 'JWT_MALFORMED' },
    ])
    expect(who.undetermined).toEqual([{ jwt: cards.unreachable, code: 'DID_RESOLUTION_FAILED' }])
  })

  it('count only by the issuers that were asked for', async () => {
    const world = await createWorld()
    const params: DisclosureParams = {
      claims: { verifiable: { email: { essential: true, iss: [{ did: world.issuer.did }] } } },
    }
    const self = await credential(world.user, world.user.did, { email: 'ada@example.org' })
    const error = await rejection((await answer(world, params, [self])).verify())
    expect(isUportError(error, 'ESSENTIAL_CLAIMS_MISSING') && error.data).toEqual({
      own: [],
      verifiable: ['email'],
    })
    const attested = await credential(world.issuer, world.user.did, { email: 'ada@example.org' })
    const who = await (await answer(world, params, [self, attested])).verify()
    expect(who.verified.map(({ jwt }) => jwt)).toEqual([attested])
    expect(who.invalid).toEqual([{ jwt: self, code: 'CREDENTIAL_ISSUER_NOT_ACCEPTED' }])
  })

  it('that are essential and cannot be judged now consume nothing: the same reply succeeds later', async () => {
    const world = await createWorld()
    const params: DisclosureParams = { claims: { verifiable: { email: { essential: true } } } }
    const email = await credential(world.issuer, world.user.did, { email: 'ada@example.org' })
    const { verify } = await answer(world, params, [email])
    world.resolver.failing.add(world.issuer.did)
    const error = await rejection(verify())
    expect(isUportError(error, 'CREDENTIAL_UNDETERMINED') && [error.retryable, error.data.codes]).toEqual([
      true,
      ['DID_RESOLUTION_FAILED'],
    ])
    world.resolver.failing.clear()
    expect((await verify()).verified).toHaveLength(1)
  })

  it('an unjudged credential of another kind is no excuse for a missing one', async () => {
    const world = await createWorld()
    const params: DisclosureParams = { claims: { verifiable: { email: { essential: true } } } }
    const phone = await credential(world.issuer, world.user.did, { phone: '1' })
    world.resolver.failing.add(world.issuer.did)
    const error = await rejection((await answer(world, params, [phone])).verify())
    expect(isUportError(error, 'ESSENTIAL_CLAIMS_MISSING')).toBe(true)
  })

  it('a resolver that throws something strange decides nothing against a credential', async () => {
    const world = await createWorld()
    const email = await credential(world.issuer, world.user.did, { email: 'x' })
    const genuine = world.resolver.resolve.bind(world.resolver)
    const { verify } = await answer(world, {}, [email])
    world.resolver.resolve = async (did, options) => {
      if (did === world.issuer.did) throw 'a string'
      return genuine(did, options)
    }
    expect((await verify()).undetermined).toEqual([{ jwt: email, code: 'DID_RESOLUTION_FAILED' }])
  })
})

describe('the request', () => {
  it('carries what was asked, and reads the deprecated lists', async () => {
    const world = await createWorld()
    const params: DisclosureParams = {
      requested: ['name'],
      verified: ['email'],
      accountType: 'keypair',
      network: '0x04',
      permissions: ['notifications'],
      vc: ['/ipfs/QmSCnmXC91Arz2gj934Ce4DeR7d9fULWRepjzGMX6SSazB'],
    }
    const { uri } = await world.requester.create(disclosure, params, { reply: 'local' })
    const consent = await world.responder(world.user).receive(uri)
    expect(consent.request).toEqual({
      type: 'shareReq',
      own: [{ name: 'name', essential: false }],
      verifiable: [{ type: 'email', essential: false, issuers: [] }],
      permissions: ['notifications'],
      accountType: 'keypair',
      network: '0x4',
    })
  })
})
