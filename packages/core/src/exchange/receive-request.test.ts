import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import { token } from '../../test-support/replies.ts'
import { encodeBase64 } from '../bytes/base64.ts'
import { answerDisclosure } from '../flows/answer-disclosure.ts'
import { answerVerifiedClaim } from '../flows/answer-verified-claim.ts'
import type { Json } from '../ports/index.ts'
import type { ResponderParts } from './responder-parts.ts'

type Claims = Readonly<Record<string, Json | undefined>>

const REQUEST = { type: 'shareReq', exp: NOW + 60, callback: 'https://app.example/cb' }
const flows = [answerDisclosure, answerVerifiedClaim]

const request = (world: World, claims: Claims): Promise<string> =>
  token(world.app.identity, { ...REQUEST, ...claims })
const credential = (world: World, claims: Claims = {}): Promise<string> =>
  token(world.issuer.identity, { sub: world.user.did, claim: { a: 1 }, ...claims })

const receive = (world: World, text: string, changes: Partial<ResponderParts> = {}) =>
  world.responder(world.user, { flows, ...changes }).receive(text)

describe('the end of a request', () => {
  it('is its own, and must be said', async () => {
    const world = await createWorld()
    const consent = await receive(world, await request(world, { exp: NOW + 5000 }))
    expect([consent.expiresAt, consent.expiryAssumed]).toEqual([NOW + 5000, false])
    const endless = await request(world, { exp: undefined })
    expect(await rejection(receive(world, endless))).toMatchObject({
      code: 'JWT_CLAIM_INVALID',
      data: { claim: 'exp', reason: 'missing' },
    })
  })

  it('is 600 s after its beginning where endless ones are admitted, which must be said then', async () => {
    const world = await createWorld()
    const admit = { requestsWithoutExp: true }
    const old = await request(world, { exp: undefined, iat: NOW - 500 })
    const consent = await receive(world, old, admit)
    expect([consent.expiresAt, consent.expiryAssumed]).toEqual([NOW + 100, true])
    const over = await request(world, { exp: undefined, iat: NOW - 660 })
    expect(await rejection(receive(world, over, admit))).toMatchObject({ code: 'JWT_EXPIRED' })
    const unknown = await request(world, { exp: undefined, iat: undefined })
    expect(await rejection(receive(world, unknown, admit))).toMatchObject({
      data: { claim: 'iat', reason: 'missing' },
    })
    const ended = await receive(world, await request(world, { iat: NOW - 5000 }), admit)
    expect([ended.expiresAt, ended.expiryAssumed]).toEqual([NOW + 60, false])
  })

  it('needs a beginning, also where it has an end', async () => {
    const world = await createWorld()
    expect(await rejection(receive(world, await request(world, { iat: undefined })))).toMatchObject({
      data: { claim: 'iat', reason: 'missing' },
    })
  })
})

describe('the offer of a credential', () => {
  it.each<[string, Claims, number]>([
    ['one without end', {}, NOW + 600],
    ['one that ends late', { exp: NOW + 9_000_000 }, NOW + 600],
    ['one that ends soon', { exp: NOW + 30 }, NOW + 30],
    ['an old one', { iat: NOW - 9_000_000 }, NOW + 600],
    ['one without a beginning', { iat: undefined }, NOW + 600],
  ])('stands for 600 s at most: %s', async (_, claims, expiresAt) => {
    const world = await createWorld()
    const consent = await receive(world, await credential(world, claims))
    expect([consent.expiresAt, consent.expiryAssumed, consent.requestType]).toEqual([
      ...[expiresAt, true, 'credential'],
    ])
  })

  it('is for nobody else, where it says for whom it is', async () => {
    const world = await createWorld()
    const foreign = await credential(world, { aud: world.stranger.did })
    expect(await rejection(receive(world, foreign))).toMatchObject({ code: 'JWT_AUDIENCE_MISMATCH' })
    expect((await receive(world, await credential(world, { aud: world.user.did }))).requester).toBe(
      world.issuer.did,
    )
  })
})

describe('the key to seal to', () => {
  it.each<[Json, string]>([
    [7, 'a number'],
    ['', 'nothing'],
    ['%%%%', 'no Base64'],
    [encodeBase64(new Uint8Array(31)), '31 bytes'],
    [encodeBase64(new Uint8Array(33)), '33 bytes'],
    [null, 'null'],
  ])('is refused where it is %j (%s)', async (boxPub) => {
    const world = await createWorld()
    expect(await rejection(receive(world, await request(world, { boxPub })))).toMatchObject({
      code: 'REQUEST_INVALID',
      data: { member: 'boxPub', reason: 'is not a Base64 key of 32 bytes' },
    })
  })

  it('is 32 bytes, and the answer is then sealed', async () => {
    const world = await createWorld()
    const boxPub = encodeBase64(new Uint8Array(32).fill(9))
    expect((await receive(world, await request(world, { boxPub }))).sealed).toBe(true)
  })
})

describe('the type of a request', () => {
  it.each<[Json, string]>([
    ['acme.unknown', 'acme.unknown'],
    ['x'.repeat(80), 'x'.repeat(64)],
    [7, 'none'],
    [null, 'none'],
    [['shareReq'], 'none'],
  ])('is told in short where no flow knows it: %j', async (type, told) => {
    const world = await createWorld()
    expect(await rejection(receive(world, await request(world, { type })))).toMatchObject({
      code: 'REQUEST_TYPE_UNSUPPORTED',
      data: { type: told },
    })
    expect(world.resolver.asked).toEqual([])
  })

  it('chooses the flow', async () => {
    const world = await createWorld()
    const consents = [await request(world, {}), await credential(world)].map((text) => receive(world, text))
    const [asked, offered] = await Promise.all(consents)
    expect([asked?.is(answerDisclosure), asked?.is(answerVerifiedClaim)]).toEqual([true, false])
    expect([offered?.is(answerDisclosure), offered?.is(answerVerifiedClaim)]).toEqual([false, true])
  })
})

describe('a reference', () => {
  it('is fetched by the first that accepts it, and says whether its hash pinned it', async () => {
    const world = await createWorld()
    const jwt = await request(world, {})
    const asked: string[] = []
    const fetcher = (name: string, accepts: boolean) => ({
      accepts: () => accepts,
      fetch: async () => {
        asked.push(name)
        return { jwt, pinned: true }
      },
    })
    const fetchers = [fetcher('a', false), fetcher('b', true), fetcher('c', true)]
    const consent = await receive(world, 'https://relay.example/r/1#x', { fetchers })
    expect([consent.pinned, asked]).toEqual([true, ['b']])
    expect(await rejection(receive(world, 'https://relay.example/r/1'))).toMatchObject({
      code: 'REQUEST_MALFORMED',
      data: { reason: 'no fetcher accepts it' },
    })
  })
})

describe('several credentials in one link', () => {
  it('are received each, a bad one harming no other, and never as one', async () => {
    const world = await createWorld()
    const [good, forged] = await Promise.all([
      credential(world),
      token({ ...world.stranger.identity, did: world.issuer.did }, { sub: world.user.did, claim: {} }),
    ])
    const link = `me.uport:add?attestations=${good},${forged}&callback_url=https%3A%2F%2Fapp.example%2Fcb`
    const wallet = world.responder(world.user, { flows })
    const [first, second] = await wallet.receiveEach({
      arrival: 'scan',
      text: link,
      acknowledge: async () => {},
    })
    expect(first).toMatchObject({
      status: 'fulfilled',
      value: { arrival: 'scan', requestJwt: good, pinned: true },
    })
    if (first?.status === 'fulfilled') {
      expect(first.value.recipient).toEqual({ trust: 'unknown', origin: 'https://app.example' })
    }
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'JWT_SIGNATURE_INVALID' } })
    expect(await rejection(wallet.receive(link))).toMatchObject({
      code: 'REQUEST_MALFORMED',
      data: { reason: 'several credentials' },
    })
    expect((await wallet.receive(`me.uport:add?attestations=${good}`)).requestJwt).toBe(good)
  })
})

it('waits for the caller’s clock tolerance, and asks for the document of now', async () => {
  const world = await createWorld()
  const text = await request(world, { exp: NOW - 100, iat: NOW - 200 })
  expect(await rejection(receive(world, text))).toMatchObject({ code: 'JWT_EXPIRED', data: { skew: 60 } })
  expect((await receive(world, text, { skew: 200 })).requester).toBe(world.app.did)
  expect(world.resolver.asked.every(({ fresh }) => fresh)).toBe(true)
})
