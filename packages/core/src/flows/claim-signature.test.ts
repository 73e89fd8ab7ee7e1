import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import { ask, Outbox, token } from '../../test-support/replies.ts'
import { decodeJwt } from '../jwt/decode.ts'
import type { Json } from '../ports/index.ts'
import { answerClaimSignature } from './answer-claim-signature.ts'
import { claimSignature } from './claim-signature.ts'

const CLAIM = { member: { since: 2018, of: ['a', 'b'] } }

const paramsOf = (world: World) => ({
  sub: world.stranger.did,
  claim: CLAIM,
  signer: world.user.did,
  validFor: 1000,
})

const wallet = (world: World) => world.responder(world.user, { flows: [answerClaimSignature] })

describe('a claim to be signed', () => {
  it('comes back as a credential for everybody', async () => {
    const world = await createWorld()
    const params = { ...paramsOf(world), audience: world.user.did, vc: ['/ipfs/x'] }
    const answer = world.requester.request(claimSignature, params, { via: 'screen' })
    await world.screen.arrived
    const consent = await wallet(world).receive(world.screen.last.uri())
    if (!consent.is(answerClaimSignature)) throw new Error('another flow')
    expect(consent.request).toEqual({
      type: 'verReq',
      sub: world.stranger.did,
      claim: CLAIM,
      shownClaim: CLAIM,
      signer: world.user.did,
      lifetime: 1000,
    })
    await consent.approve({})
    const signed = await answer
    expect(decodeJwt(signed.jwt).payload).toEqual({
      iat: NOW,
      exp: NOW + 1000,
      sub: world.stranger.did,
      claim: CLAIM,
      iss: world.user.did,
    })
    expect(signed).toMatchObject({
      did: world.user.did,
      credential: { issuer: world.user.did, sub: world.stranger.did, claim: CLAIM },
      sealed: true,
      bound: 'channel',
    })
  })

  it('is signed for as long as the person says, or for ever', async () => {
    const world = await createWorld()
    const outbox = new Outbox()
    const expiries: (Json | undefined)[] = []
    for (const answer of [{ validFor: 5 }, {}]) {
      const jwt = await token(world.app.identity, {
        type: 'verReq',
        exp: NOW + 60,
        callback: 'https://app.example/cb',
        sub: world.stranger.did,
        unsignedClaim: { n: expiries.length },
      })
      const consent = await world
        .responder(world.user, { flows: [answerClaimSignature], senders: [outbox] })
        .receive(jwt)
      if (consent.is(answerClaimSignature)) await consent.approve(answer)
      expiries.push(decodeJwt(String(outbox.last['access_token'])).payload['exp'])
    }
    expect(expiries).toEqual([NOW + 5, undefined])
  })

  it('is not signed by another identity than the one named, nor shown to another than addressed', async () => {
    const world = await createWorld()
    const { uri } = await ask(world, claimSignature, { ...paramsOf(world), signer: world.issuer.did })
    const consent = await wallet(world).receive(uri)
    if (!consent.is(answerClaimSignature)) throw new Error('another flow')
    expect(await rejection(consent.approve({}))).toMatchObject({
      code: 'SIGNER_MISMATCH',
      data: { member: 'riss', expected: world.issuer.did, found: world.user.did },
    })
    await consent.approve({}, { as: world.issuer.identity })
    const other = await ask(world, claimSignature, { ...paramsOf(world), audience: world.issuer.did })
    expect(await rejection(wallet(world).receive(other.uri))).toMatchObject({ code: 'JWT_AUDIENCE_MISMATCH' })
  })

  it('shows the inner claim of old libraries, and signs the outer one', async () => {
    const world = await createWorld()
    const wrapped = { claim: { name: 'Ada' }, sub: world.stranger.did }
    const { uri } = await ask(world, claimSignature, { sub: world.stranger.did, claim: wrapped })
    const consent = await wallet(world).receive(uri)
    expect(consent.request).toMatchObject({ claim: wrapped, shownClaim: { name: 'Ada' } })
  })

  it('is taken from either parameter, in any order of members, and when it repeats the request', async () => {
    for (const name of ['access_token', 'verification']) {
      const world = await createWorld()
      const { jwt, verify } = await ask(world, claimSignature, paramsOf(world))
      const claim = { member: { of: ['a', 'b'], since: 2018 } }
      const reply = await token(world.user.identity, { sub: world.stranger.did, claim, req: jwt })
      expect((await verify({ [name]: reply })).bound).toBe('request')
    }
  })

  it.each<[string, (world: World) => { readonly [name: string]: Json | undefined }, string]>([
    ['another subject', (world) => ({ sub: world.user.did }), 'REPLY_CONTENT_MISMATCH'],
    [
      'another claim',
      () => ({ claim: { member: { since: 2019, of: ['a', 'b'] } } }),
      'REPLY_CONTENT_MISMATCH',
    ],
    ['more than the claim', () => ({ claim: { ...CLAIM, admin: true } }), 'REPLY_CONTENT_MISMATCH'],
    ['less than the claim', () => ({ claim: { member: { since: 2018 } } }), 'REPLY_CONTENT_MISMATCH'],
    [
      'a longer list',
      () => ({ claim: { member: { since: 2018, of: ['a', 'b', 'c'] } } }),
      'REPLY_CONTENT_MISMATCH',
    ],
    [
      'an object for a list',
      () => ({ claim: { member: { since: 2018, of: { 0: 'a', 1: 'b' } } } }),
      'REPLY_CONTENT_MISMATCH',
    ],
    ['no subject', () => ({ sub: undefined }), 'CREDENTIAL_INVALID'],
    ['no claim', () => ({ claim: undefined }), 'CREDENTIAL_INVALID'],
    ['a type', () => ({ type: 'shareResp' }), 'REPLY_TYPE_MISMATCH'],
    ['another request in it', () => ({ req: 'a.b.c' }), 'REPLY_NOT_BOUND'],
    ['somebody else’s address', (world) => ({ aud: world.issuer.did }), 'JWT_AUDIENCE_MISMATCH'],
    ['its end behind it', () => ({ exp: NOW - 61 }), 'JWT_EXPIRED'],
  ])('is refused with %s', async (_, changes, code) => {
    const world = await createWorld()
    const { verify } = await ask(world, claimSignature, paramsOf(world))
    const claims = { sub: world.stranger.did, claim: CLAIM, ...changes(world) }
    const error = await rejection(verify({ access_token: await token(world.user.identity, claims) }))
    expect(error).toMatchObject({ code })
  })

  it('is refused from another signer, and from another key', async () => {
    const world = await createWorld()
    const { verify } = await ask(world, claimSignature, paramsOf(world))
    const claims = { sub: world.stranger.did, claim: CLAIM }
    const self = await token(world.stranger.identity, claims)
    expect(await rejection(verify({ access_token: self }))).toMatchObject({ code: 'SIGNER_MISMATCH' })
    const forged = await token({ ...world.stranger.identity, did: world.user.did }, claims)
    expect(await rejection(verify({ access_token: forged }))).toMatchObject({ code: 'JWT_SIGNATURE_INVALID' })
    expect(await rejection(verify({ status: 'ok' }))).toMatchObject({ code: 'REPLY_MALFORMED' })
  })

  it('is checked where it is asked for', () => {
    const sub = 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'
    expect(() => claimSignature({ sub: '', claim: CLAIM })).toThrow(TypeError)
    expect(() => claimSignature({ sub, claim: CLAIM, validFor: 0 })).toThrow(TypeError)
    expect(() => claimSignature({ sub, claim: CLAIM, signer: 'bob' as never })).toThrow(TypeError)
  })
})
