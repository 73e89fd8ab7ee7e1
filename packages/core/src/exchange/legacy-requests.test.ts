import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection } from '../../test-support/exchange-world.ts'
import { ask, Outbox, token } from '../../test-support/replies.ts'
import { answerDisclosure } from '../flows/answer-disclosure.ts'
import { disclosure } from '../flows/disclosure.ts'
import type { Json } from '../ports/index.ts'

const callback = 'https://app.example/cb'

async function receive(claims: { readonly [name: string]: Json | undefined }, options: object) {
  const world = await createWorld()
  const outbox = new Outbox()
  const jwt = await token(world.app.identity, { type: 'shareReq', callback, ...claims })
  const wallet = world.responder(world.user, { senders: [outbox], ...options })
  return { world, outbox, consent: wallet.receive(jwt) }
}

describe('requestsWithoutExp', () => {
  it('is off: such a request is refused', async () => {
    const { consent } = await receive({}, {})
    expect(await rejection(consent)).toMatchObject({ code: 'JWT_CLAIM_INVALID', data: { claim: 'exp' } })
  })

  it('gives such a request 600 s from its iat, and says so', async () => {
    const { world, outbox, consent } = await receive({ iat: NOW - 100 }, { requestsWithoutExp: true })
    const one = await consent
    expect([one.expiresAt, one.expiryAssumed]).toEqual([NOW + 500, true])
    world.clock.advance(501)
    expect(await rejection(one.decline())).toMatchObject({ code: 'REQUEST_EXPIRED' })
    expect(outbox.sent).toEqual([])
  })

  it.each<[string, { readonly [name: string]: Json | undefined }, string]>([
    ['an old one', { iat: NOW - 661 }, 'JWT_EXPIRED'],
    ['one without iat', { iat: undefined }, 'JWT_CLAIM_INVALID'],
    ['one that never expires', { exp: 'never' }, 'JWT_CLAIM_INVALID'],
    ['one whose exp is null', { exp: null }, 'JWT_CLAIM_INVALID'],
    ['one that has expired', { exp: NOW - 61 }, 'JWT_EXPIRED'],
  ])('takes not %s', async (_, claims, code) => {
    const { consent } = await receive(claims, { requestsWithoutExp: true })
    expect(await rejection(consent)).toMatchObject({ code })
  })

  it('leaves a request with exp its own', async () => {
    const one = await (await receive({ exp: NOW + 60 }, { requestsWithoutExp: true })).consent
    expect([one.expiresAt, one.expiryAssumed]).toEqual([NOW + 60, false])
  })
})

describe('legacyTimes', () => {
  const times = { iat: NOW * 1000 + 999, exp: (NOW + 60) * 1000 }

  it('is off: milliseconds lie in the future', async () => {
    expect(await rejection((await receive(times, {})).consent)).toMatchObject({ code: 'JWT_NOT_YET_VALID' })
  })

  it('reads milliseconds in requests', async () => {
    expect((await (await receive(times, { legacyTimes: true })).consent).expiresAt).toBe(NOW + 60)
    const expired = await receive({ ...times, exp: (NOW - 61) * 1000 }, { legacyTimes: true })
    expect(await rejection(expired.consent)).toMatchObject({ code: 'JWT_EXPIRED' })
  })

  it('reads milliseconds in replies', async () => {
    const world = await createWorld({ legacyTimes: true })
    const { jwt, verify } = await ask(world, disclosure, {})
    const claims = { ...times, type: 'shareResp', aud: world.app.did, req: jwt }
    expect((await verify({ access_token: await token(world.user.identity, claims) })).did).toBe(
      world.user.did,
    )
  })
})

describe('subjects', () => {
  it('any: a credential about somebody else is shown as such', async () => {
    const world = await createWorld({ subjects: 'any' })
    const { jwt, verify } = await ask(world, disclosure, {})
    const cards = await Promise.all(
      ['0x112233', world.user.did.slice(10)].map((sub) =>
        token(world.issuer.identity, { sub, claim: { a: 1 } }),
      ),
    )
    const claims = { type: 'shareResp', exp: NOW + 60, aud: world.app.did, req: jwt, verified: cards }
    const who = await verify({ access_token: await token(world.user.identity, claims) })
    expect(who.verified.map(({ sub }) => sub)).toEqual(['0x112233', world.user.did])
  })
})

describe('deprecated links', () => {
  it('carry a signed request by requestToken', async () => {
    const world = await createWorld()
    const jwt = await token(world.app.identity, { type: 'shareReq', callback, exp: NOW + 60 })
    for (const prefix of ['me.uport:me', 'https://id.uport.me/me']) {
      const consent = await world.responder(world.user).receive(`${prefix}?requestToken=${jwt}`)
      expect(consent.is(answerDisclosure)).toBe(true)
    }
  })

  it.each([
    ['me.uport:me?callback_url=https%3A%2F%2Fevil.example', 'disclosure'],
    ['me.uport:0x60b3774c4161a59b35cda8043670aadf71cc2aed', 'contact'],
    ['me.uport:0x60b3774c4161a59b35cda8043670aadf71cc2aed?value=1', 'transaction'],
    ['ethereum:0x60b3774c4161a59b35cda8043670aadf71cc2aed', 'transaction'],
  ])('that nobody signed are not received: %s', async (text, kind) => {
    const world = await createWorld()
    const error = await rejection(world.responder(world.user).receive(text))
    expect(error).toMatchObject({ code: 'REQUEST_UNSIGNED', data: { kind } })
    expect(world.resolver.asked).toEqual([])
  })

  it('name no callback for a signed request beside its token', async () => {
    const world = await createWorld()
    const jwt = await token(world.app.identity, { type: 'shareReq', exp: NOW + 60 })
    const uri = `me.uport:req/${jwt}?callback_url=https%3A%2F%2Fevil.example`
    const consent = await world.responder(world.user).receive(uri)
    expect(consent.recipient).toEqual({ trust: 'unknown' })
    expect(await rejection(consent.decline())).toMatchObject({ code: 'REQUEST_NO_CALLBACK' })
  })
})
