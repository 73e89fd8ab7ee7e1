import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import { ask, Outbox, token } from '../../test-support/replies.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { answerVerifiedClaim } from './answer-verified-claim.ts'
import { verifiedClaim } from './verified-claim.ts'

const CLAIM = { email: 'ada@example.org' }

const wallet = (world: World, changes: object = {}) =>
  world.responder(world.user, { flows: [answerVerifiedClaim], ...changes })

describe('a verified claim', () => {
  it('is a credential and nothing else; its acceptance comes back beside it', async () => {
    const world = await createWorld()
    const answer = world.requester.request(
      verifiedClaim,
      { sub: world.user.did, claim: CLAIM, expiresAt: NOW + 9000 },
      { via: 'screen' },
    )
    await world.screen.arrived
    const { jwt } = world.screen.last
    expect(decodeJwt(jwt).payload).toEqual({
      iat: NOW,
      exp: NOW + 9000,
      sub: world.user.did,
      claim: CLAIM,
      iss: world.app.did,
    })
    const uri = world.screen.last.uri()
    expect(new URL(uri).searchParams.get('callback_url')).toMatch(/^https:\/\/local\.example\/t\//)

    const consent = await wallet(world).receive(uri)
    expect(consent).toMatchObject({
      requester: world.app.did,
      requestType: 'credential',
      request: { sub: world.user.did, claim: CLAIM },
      recipient: { trust: 'unknown', origin: 'https://local.example' },
      sealed: false,
      expiryAssumed: true,
      expiresAt: NOW + 600,
    })
    if (!consent.is(answerVerifiedClaim)) throw new Error('another flow')
    await consent.approve({})
    expect(await answer).toEqual({
      did: undefined,
      requestId: world.screen.last.id,
      status: 'accepted',
      authenticated: false,
      jwt,
      sealed: false,
      bound: 'channel',
    })
  })

  it('is acknowledged after the person accepted, not when the wallet has seen it', async () => {
    const world = await createWorld()
    const outbox = new Outbox()
    const { uri } = await ask(world, verifiedClaim, { sub: world.user.did, claim: CLAIM })
    const consent = await wallet(world, { senders: [outbox] }).receive(uri)
    expect(outbox.sent).toEqual([])
    if (consent.is(answerVerifiedClaim)) await consent.approve({})
    // An unsigned address learns that somebody accepted, and no more.
    expect(outbox.last).toEqual({ status: 'accepted' })
  })

  it('goes back to an issuer that signed its address, as old wallets did it', async () => {
    const world = await createWorld()
    const outbox = new Outbox()
    for (const name of ['callbackUrl', 'callback']) {
      const claims = { sub: world.user.did, claim: { [name]: 1 }, [name]: 'https://issuer.example/cb' }
      const jwt = await token(world.app.identity, claims)
      const uri = `me.uport:req/${jwt}?callback_url=https%3A%2F%2Fevil.example`
      const consent = await wallet(world, { senders: [outbox] }).receive(uri)
      expect(consent.recipient).toEqual({ trust: 'claimed', origin: 'https://issuer.example' })
      if (consent.is(answerVerifiedClaim)) await consent.approve({})
      expect(outbox.sent.at(-1)).toEqual({
        target: 'https://issuer.example/cb',
        body: { status: 'accepted', jwt },
      })
    }
  })

  it('without any address is accepted in silence', async () => {
    const world = await createWorld()
    const jwt = await token(world.app.identity, { sub: world.user.did, claim: CLAIM })
    const consent = await wallet(world, { senders: [] }).receive(jwt)
    expect(consent.recipient).toEqual({ trust: 'unknown' })
    if (consent.is(answerVerifiedClaim)) await consent.approve({})
    expect(await rejection(consent.decline())).toMatchObject({ code: 'REQUEST_ALREADY_ANSWERED' })
  })

  it('about somebody else is not accepted, unless the wallet allows it', async () => {
    const world = await createWorld()
    const { uri } = await ask(world, verifiedClaim, { sub: world.stranger.did, claim: CLAIM })
    const outbox = new Outbox()
    const consent = await wallet(world, { senders: [outbox] }).receive(uri)
    if (!consent.is(answerVerifiedClaim)) throw new Error('another flow')
    expect(await rejection(consent.approve({}))).toMatchObject({ code: 'CREDENTIAL_OTHER_SUBJECT' })
    const lenient = await wallet(world, { senders: [outbox], subjects: 'any' }).receive(uri)
    if (lenient.is(answerVerifiedClaim)) await lenient.approve({})
    expect(outbox.sent).toHaveLength(1)
  })

  it('of an unknown type is no credential', async () => {
    const world = await createWorld()
    const jwt = await token(world.app.identity, { type: 'credential', sub: world.user.did, claim: CLAIM })
    expect(await rejection(wallet(world).receive(jwt))).toMatchObject({ code: 'REQUEST_TYPE_UNSUPPORTED' })
    const claimless = await token(world.app.identity, { sub: world.user.did })
    expect(await rejection(wallet(world).receive(claimless))).toMatchObject({ code: 'CREDENTIAL_INVALID' })
  })

  it('comes several at once by the deprecated link, each judged by itself', async () => {
    const world = await createWorld()
    const [good, forged] = await Promise.all([
      token(world.app.identity, { sub: world.user.did, claim: CLAIM }),
      token({ ...world.stranger.identity, did: world.app.did }, { sub: world.user.did, claim: CLAIM }),
    ])
    const link = `me.uport:add?attestations=${good},${forged}&callback_url=https%3A%2F%2Fapp.example%2Fcb`
    expect(await rejection(wallet(world).receive(link))).toMatchObject({ code: 'REQUEST_MALFORMED' })
    const [first, second] = await wallet(world).receiveEach(link)
    expect(first).toMatchObject({ status: 'fulfilled', value: { recipient: { trust: 'unknown' } } })
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'JWT_SIGNATURE_INVALID' } })
    const [one] = await wallet(world).receiveEach(`https://id.uport.me/add?attestations=${good}`)
    expect(one?.status).toBe('fulfilled')
    expect((await wallet(world).receive(`me.uport:add?attestations=${good}`)).requestType).toBe('credential')
  })

  it.each<[string, (world: World, jwt: string) => Promise<Record<string, string>>, string]>([
    ['no word', async () => ({}), 'REPLY_MALFORMED'],
    ['another word', async () => ({ status: 'perhaps' }), 'REPLY_MALFORMED'],
    [
      'another credential',
      async (world) => ({ status: 'ok', jwt: await token(world.app.identity, { sub: 'x', claim: {} }) }),
      'REPLY_NOT_BOUND',
    ],
    ['a refusal', async () => ({ error: 'access_denied' }), 'REQUEST_REFUSED'],
  ])('takes no acceptance from %s', async (_, reply, code) => {
    const world = await createWorld()
    const { jwt, verify } = await ask(world, verifiedClaim, { sub: world.user.did, claim: CLAIM })
    expect(await rejection(verify(await reply(world, jwt)))).toMatchObject({ code })
  })

  it('takes every acceptance that wallets have sent', async () => {
    for (const form of [
      (_: string) => ({ status: 'ok' }),
      (jwt: string) => ({ status: 'accepted', jwt }),
      (jwt: string) => ({ access_token: jwt }),
    ]) {
      const world = await createWorld()
      const { jwt, verify } = await ask(world, verifiedClaim, { sub: world.user.did, claim: CLAIM })
      expect((await verify(form(jwt))).status).toBe('accepted')
    }
  })

  it('is refused where it is made, when it is none', async () => {
    const world = await createWorld()
    expect(() => verifiedClaim({ sub: '0x112233', claim: CLAIM })).toThrow(TypeError)
    expect(() => verifiedClaim({ sub: world.user.did, claim: [] as never })).toThrow(TypeError)
    expect(() => verifiedClaim({ sub: world.user.did, claim: CLAIM, expiresAt: 1.5 })).toThrow(TypeError)
    const options = { reply: 'local', redirectUrl: 'https://app.example' }
    const error = await rejection(
      world.requester.create(verifiedClaim, { sub: world.user.did, claim: CLAIM }, options),
    )
    expect(error).toBeInstanceOf(TypeError)
  })
})
