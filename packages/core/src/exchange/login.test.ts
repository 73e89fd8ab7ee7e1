import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import type { Party } from '../../test-support/parties.ts'
import { decodeBase64 } from '../bytes/base64.ts'
import { sealBox } from '../encryption/box.ts'
import { isUportError, UportError } from '../errors/uport-error.ts'
import { answerDisclosure } from '../flows/answer-disclosure.ts'
import { disclosure } from '../flows/disclosure.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { signJwt } from '../jwt/encode.ts'
import type { Json, JsonObject, OutgoingRequest, ReplyBody } from '../ports/index.ts'

const ASK = { claims: { user_info: { name: { essential: true }, email: null } } } as const

/** A reply to `request` by `party`, with the members that a test wants wrong. */
async function craftReply(
  request: OutgoingRequest,
  party: Party,
  changes: JsonObject = {},
): Promise<ReplyBody> {
  const asked = decodeJwt(request.jwt).payload
  const claims: Record<string, Json | undefined> = {
    iat: NOW,
    exp: NOW + 600,
    type: 'shareResp',
    aud: asked['iss'],
    req: request.jwt,
    own: { name: 'Ada' },
    ...changes,
  }
  for (const [name, value] of Object.entries(claims)) if (value === null) delete claims[name]
  return seal(request, { access_token: await signJwt(claims, party.identity) })
}

function seal(request: OutgoingRequest, params: JsonObject): ReplyBody {
  const boxPub = decodeBase64(String(decodeJwt(request.jwt).payload['boxPub'])) ?? new Uint8Array()
  return { encrypted: { ...sealBox(JSON.stringify(params), boxPub) } }
}

function callbackOf(request: OutgoingRequest): string {
  return String(decodeJwt(request.jwt).payload['callback'])
}

async function begin(world: World) {
  const answer = world.requester.request(disclosure, ASK, { via: 'screen' })
  answer.catch(() => {})
  await Promise.race([world.screen.arrived, answer.then(() => {})])
  const request = world.screen.last
  return { answer, request, post: (body: ReplyBody) => world.channel.post(callbackOf(request), body) }
}

/** The code that `verify` refuses a reply with, in the two-step form. */
async function refusal(world: World, changes: JsonObject, party = world.user): Promise<string> {
  const { id, body } = await created(world, changes, party)
  const error = await rejection(world.requester.verify(disclosure, id, body))
  return isUportError(error) ? error.code : String(error)
}

async function created(world: World, changes: JsonObject = {}, party = world.user) {
  const { id, jwt, uri } = await world.requester.create(disclosure, ASK, { reply: 'local' })
  const request: OutgoingRequest = { id, jwt, uri: () => uri, replyMode: 'post', expiresAt: NOW + 120 }
  return { id, request, body: await craftReply(request, party, changes) }
}

describe('a login', () => {
  it('goes from request to verified answer, the parts kept apart', async () => {
    const world = await createWorld()
    const { answer, request } = await begin(world)
    const consent = await world.responder(world.user).receive(request.uri())
    expect(consent.requester).toBe(world.app.did)
    expect(consent.requesterProfile).toEqual({ name: 'The App' })
    expect(consent.recipient).toEqual({ trust: 'claimed', origin: 'https://local.example' })
    expect(consent.sealed).toBe(true)
    if (!consent.is(answerDisclosure)) throw new Error('another flow')
    expect(consent.request.own.map(({ name, essential }) => [name, essential])).toEqual([
      ['name', true],
      ['email', false],
    ])
    await consent.approve({ claims: { name: 'Ada', email: 'ada@example.org' } })

    const who = await answer
    expect(who).toMatchObject({
      did: world.user.did,
      own: { name: 'Ada', email: 'ada@example.org' },
      profile: { name: 'Public Ada' },
      verified: [],
      sealed: true,
      bound: 'request',
      skewUsed: 0,
    })
    expect(Object.isFrozen(who) && Object.isFrozen(who.own) && Object.isFrozen(who.verified)).toBe(true)
    expect(decodeJwt(who.jwt).payload).toMatchObject({ req: request.jwt, aud: world.app.did })
  })

  it('asks the registry anew for both parties', async () => {
    const world = await createWorld()
    const { answer, request } = await begin(world)
    const consent = await world.responder(world.user).receive(request.uri())
    if (consent.is(answerDisclosure)) await consent.approve({ claims: { name: 'Ada' } })
    await answer
    expect(world.resolver.asked).toEqual([
      { did: world.app.did, fresh: true },
      { did: world.user.did, fresh: true },
    ])
  })

  it('leaves no alarm, address, box key or delivery behind', async () => {
    const world = await createWorld()
    const { answer, request, post } = await begin(world)
    post(await craftReply(request, world.user))
    await answer
    await world.requester.close()
    expect(world.clock.pending).toBe(0)
    expect(world.channel.closed).toEqual([callbackOf(request)])
    expect(world.screen.closed).toBe(1)
    const error = await rejection(world.app.identity.boxKeys.open(request.id, sealBoxOf(request) as never))
    expect(isUportError(error, 'BOX_KEY_UNKNOWN')).toBe(true)
  })

  it('settles on the genuine reply after garbage, foreign replies and wrong types', async () => {
    const world = await createWorld()
    const other = await created(world, {}, world.stranger)
    const { answer, request, post } = await begin(world)
    post({ junk: true })
    post({ encrypted: 'no box' })
    post({ access_token: 'a.b.c' })
    post(seal(request, { access_token: 'x' }))
    post(await craftReply(request, world.stranger, { req: other.request.jwt }))
    post(await craftReply(request, world.user, { type: 'verReq' }))
    post(await craftReply(request, world.user))
    expect((await answer).did).toBe(world.user.did)
  })

  it('ends when the person declines, and that is nobody’s proven word', async () => {
    const world = await createWorld()
    const { answer, request } = await begin(world)
    await (await world.responder(world.user).receive(request.uri())).decline()
    const error = await rejection(answer)
    expect(isUportError(error, 'REQUEST_REFUSED') && error.data).toEqual({
      error: 'access_denied',
      authenticated: false,
    })
  })

  it('goes on when somebody who knows its address alone says in clear that it was refused', async () => {
    const world = await createWorld()
    const { answer, request, post } = await begin(world)
    post({ error: 'access_denied' })
    post(await craftReply(request, world.user))
    expect((await answer).did).toBe(world.user.did)
  })

  it('ends when an old wallet declines in clear, where such wallets are admitted', async () => {
    const world = await createWorld({ sealing: 'preferred' })
    const { answer, post } = await begin(world)
    post({ error: 'access_denied' })
    expect(await rejection(answer)).toMatchObject({ code: 'REQUEST_REFUSED' })
  })

  it('never repeats a stranger’s text in a refusal', async () => {
    const world = await createWorld()
    const { answer, request, post } = await begin(world)
    post(seal(request, { error: 'call +1 555 0100 <script>' }))
    const error = await rejection(answer)
    expect(isUportError(error, 'REQUEST_REFUSED') && error.data.error).toBe('unspecified')
  })
})

function sealBoxOf(request: OutgoingRequest) {
  return seal(request, {})['encrypted']
}

describe('what a reply is refused for', () => {
  it.each<[string, JsonObject, string]>([
    ['another audience', { aud: 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX' }, 'JWT_AUDIENCE_MISMATCH'],
    ['no audience', { aud: null }, 'JWT_AUDIENCE_MISMATCH'],
    ['no echo', { req: null }, 'REPLY_NOT_BOUND'],
    ['an echo of something else', { req: 'a.b.c' }, 'REPLY_NOT_BOUND'],
    ['a wrong type', { type: 'verReq' }, 'REPLY_TYPE_MISMATCH'],
    ['no type', { type: null }, 'REPLY_TYPE_MISMATCH'],
    ['an expiry that never comes', { exp: 'never' }, 'JWT_CLAIM_INVALID'],
    ['no expiry', { exp: null }, 'JWT_CLAIM_INVALID'],
    ['having expired', { exp: NOW - 61 }, 'JWT_EXPIRED'],
    ['coming from the future', { iat: NOW + 61 }, 'JWT_NOT_YET_VALID'],
    ['own.did', { own: { name: 'Ada', did: 'did:uport:x' } }, 'OWN_CLAIM_RESERVED'],
    ['own that is a list', { own: ['Ada'] }, 'REPLY_MALFORMED'],
    ['a missing essential claim', { own: { email: 'a@b' } }, 'ESSENTIAL_CLAIMS_MISSING'],
    ['an empty essential claim', { own: { name: '' } }, 'ESSENTIAL_CLAIMS_MISSING'],
    ['credentials that are no list', { verified: 'x' }, 'REPLY_MALFORMED'],
    [
      'too many credentials',
      { verified: Array.from({ length: 65 }, (_, i) => `a.b.${i}`) },
      'REPLY_MALFORMED',
    ],
  ])('%s', async (_, changes, code) => {
    expect(await refusal(await createWorld(), changes)).toBe(code)
  })

  it('a key that is not the issuer’s', async () => {
    const world = await createWorld()
    const forger = { ...world.user, identity: { ...world.stranger.identity, did: world.user.did } }
    expect(await refusal(world, {}, forger)).toBe('JWT_SIGNATURE_INVALID')
  })

  it('coming in clear, unless old wallets are admitted', async () => {
    const world = await createWorld()
    const { id, request } = await created(world)
    const token = await signJwt(
      { exp: NOW + 600, type: 'shareResp', aud: world.app.did, req: request.jwt, own: { name: 'Ada' } },
      world.user.identity,
      { now: NOW },
    )
    const error = await rejection(world.requester.verify(disclosure, id, { access_token: token }))
    expect(isUportError(error, 'REPLY_NOT_SEALED')).toBe(true)
    const lenient = await createWorld({ sealing: 'preferred', requests: world.parts.requests })
    const who = await lenient.requester.verify(disclosure, id, { access_token: token })
    expect(who.sealed).toBe(false)
  })

  it('a top-level did changes nothing', async () => {
    const world = await createWorld()
    const { id, body } = await created(world, { did: world.stranger.did, address: '0x0' })
    expect((await world.requester.verify(disclosure, id, body)).did).toBe(world.user.did)
  })
})

describe('create and verify', () => {
  it('takes a reply once', async () => {
    const world = await createWorld()
    const { id, body } = await created(world)
    await world.requester.verify(disclosure, id, body)
    const error = await rejection(world.requester.verify(disclosure, id, body))
    expect(isUportError(error, 'REPLY_REPLAYED')).toBe(true)
  })

  it('tells a second, different reply that it is too late', async () => {
    const world = await createWorld()
    const { id, request, body } = await created(world)
    await world.requester.verify(disclosure, id, body)
    const second = await craftReply(request, world.user, { own: { name: 'Ada L.' } })
    const error = await rejection(world.requester.verify(disclosure, id, second))
    expect(isUportError(error, 'REPLY_TOO_LATE')).toBe(true)
  })

  it('knows the same reply by what it says, not by how its signature is spelt or sealed', async () => {
    const world = await createWorld()
    const { id, request, body } = await created(world)
    await world.requester.verify(disclosure, id, body)
    const again = await craftReply(request, world.user)
    expect(again).not.toEqual(body)
    const error = await rejection(world.requester.verify(disclosure, id, again))
    expect(isUportError(error, 'REPLY_REPLAYED')).toBe(true)
  })

  it('refuses a reply after the deadline, whatever the reply says of itself', async () => {
    const world = await createWorld()
    const { id, body } = await created(world)
    world.clock.advance(121)
    const error = await rejection(world.requester.verify(disclosure, id, body))
    expect(isUportError(error, 'REQUEST_EXPIRED') && error.data).toEqual({
      expiresAt: NOW + 120,
      now: NOW + 121,
      rejected: 0,
    })
  })

  it('knows no request of another tenant, and none it never made', async () => {
    const world = await createWorld()
    const { id, body } = await created(world)
    const tenant = world.requester.withIdentity(world.issuer.identity)
    for (const attempt of [
      tenant.verify(disclosure, id, body),
      world.requester.verify(disclosure, 'nope', body),
    ]) {
      expect(isUportError(await rejection(attempt), 'REQUEST_UNKNOWN')).toBe(true)
    }
  })

  it('hands the application state back', async () => {
    const world = await createWorld()
    const { id } = await world.requester.create(disclosure, ASK, {
      reply: 'local',
      appState: { returnTo: '/' },
    })
    expect(await world.requester.appState(id)).toEqual({ returnTo: '/' })
  })

  it('lets the caller repeat what a failing source kept from being judged', async () => {
    const world = await createWorld()
    const { id, body } = await created(world)
    world.resolver.failing.add(world.user.did)
    const error = await rejection(world.requester.verify(disclosure, id, body))
    expect(isUportError(error) && [error.code, error.retryable]).toEqual(['DID_RESOLUTION_FAILED', true])
    world.resolver.failing.clear()
    expect((await world.requester.verify(disclosure, id, body)).did).toBe(world.user.did)
  })

  it('resumes a stored request after a reload', async () => {
    const world = await createWorld()
    const { id, request, body } = await created(world)
    world.channel.post(callbackOf(request), body)
    const exchange = await world.requester.resume(disclosure, id)
    expect((await exchange.result).did).toBe(world.user.did)
    expect(exchange.state).toBe('done')
  })

  it('does not resume what has expired, was never made, or belongs to another flow', async () => {
    const world = await createWorld()
    const { id } = await created(world)
    const other = {
      ...disclosure,
      requestTypes: ['acme.doorReq'] as const,
      verifyReply: disclosure.verifyReply,
    }
    expect(isUportError(await rejection(world.requester.resume(other, id)), 'REQUEST_TYPE_UNSUPPORTED')).toBe(
      true,
    )
    expect(isUportError(await rejection(world.requester.resume(disclosure, 'nope')), 'REQUEST_UNKNOWN')).toBe(
      true,
    )
    world.clock.advance(121)
    expect(isUportError(await rejection(world.requester.resume(disclosure, id)), 'REQUEST_EXPIRED')).toBe(
      true,
    )
  })
})

describe('a reply whose sources fail', () => {
  it('is tried again while the exchange lasts', async () => {
    const world = await createWorld()
    world.resolver.failing.add(world.user.did)
    const { answer, request, post } = await begin(world)
    post(await craftReply(request, world.user))
    await expect.poll(() => world.clock.pending).toBe(2)
    world.resolver.failing.clear()
    world.clock.advance(1)
    expect((await answer).did).toBe(world.user.did)
  })

  it('is named when the deadline comes', async () => {
    const world = await createWorld()
    world.resolver.failing.add(world.user.did)
    const { answer, request, post } = await begin(world)
    post(await craftReply(request, world.user))
    await expect.poll(() => world.clock.pending).toBe(2)
    world.clock.advance(120)
    const error = await rejection(answer)
    expect(isUportError(error, 'REQUEST_EXPIRED') && error.data.lastRejection).toBe('DID_RESOLUTION_FAILED')
  })
})

describe('the end of an exchange', () => {
  it('comes with the deadline', async () => {
    const world = await createWorld()
    const exchange = await world.requester.start(disclosure, ASK, { lifetime: 30 })
    world.clock.advance(30)
    const error = await rejection(exchange.result)
    expect(isUportError(error, 'REQUEST_EXPIRED')).toBe(true)
    await exchange.close()
    expect([exchange.state, world.clock.pending]).toEqual(['expired', 0])
  })

  it('comes with cancel, and says whose doing it was', async () => {
    const world = await createWorld()
    const exchange = await world.requester.start(disclosure, ASK)
    exchange.cancel('page left')
    const error = await rejection(exchange.result)
    expect(isUportError(error, 'REQUEST_CANCELLED') && error.cause).toBe('page left')
    expect(exchange.state).toBe('cancelled')
  })

  it('comes with the caller’s signal and its reason', async () => {
    const world = await createWorld()
    const abort = new AbortController()
    const answer = world.requester.request(disclosure, ASK, { via: 'screen', signal: abort.signal })
    await world.screen.arrived
    abort.abort(new Error('enough'))
    await expect(answer).rejects.toThrow('enough')
    await world.requester.close()
    expect(world.clock.pending).toBe(0)
  })

  it('comes at once where the signal has aborted before, and nothing is signed', async () => {
    const world = await createWorld()
    const answer = world.requester.request(disclosure, ASK, {
      via: 'screen',
      signal: AbortSignal.abort(new Error('no')),
    })
    await expect(answer).rejects.toThrow('no')
    expect(world.screen.shown).toEqual([])
  })

  it('comes when the person closes the dialog', async () => {
    const world = await createWorld()
    const { answer } = await begin(world)
    world.screen.end({ reason: 'dismissed' })
    expect(isUportError(await rejection(answer), 'REQUEST_DISMISSED')).toBe(true)
  })

  it('comes on closing the requester, which waits for all', async () => {
    const world = await createWorld()
    const { answer, request } = await begin(world)
    await world.requester.close()
    expect(isUportError(await rejection(answer), 'REQUEST_CANCELLED')).toBe(true)
    expect(world.channel.closed).toEqual([callbackOf(request)])
  })

  it('does not wait for a channel that ignores the abort', async () => {
    const world = await createWorld()
    world.channel.receive = async function* () {
      await new Promise(() => {})
      yield {}
    }
    const exchange = await world.requester.start(disclosure, ASK)
    exchange.cancel()
    expect(isUportError(await rejection(exchange.result), 'REQUEST_CANCELLED')).toBe(true)
  })

  it('comes when the channel fails for good', async () => {
    const world = await createWorld()
    world.channel.receive = async function* () {
      yield* []
      throw new UportError('CHANNEL_CLOSED', 'gone', { data: { channel: 'local' } })
    }
    const exchange = await world.requester.start(disclosure, ASK)
    expect(isUportError(await rejection(exchange.result), 'CHANNEL_CLOSED')).toBe(true)
    expect(exchange.state).toBe('failed')
  })

  it('shows its states to whoever watches', async () => {
    const world = await createWorld()
    const exchange = await world.requester.start(disclosure, ASK)
    const seen: string[] = []
    const watching = (async () => {
      for await (const state of exchange.states()) seen.push(state)
    })()
    await exchange.deliver('screen')
    await expect.poll(() => seen).toContain('delivered')
    world.channel.post(callbackOf(exchange.request), await craftReply(exchange.request, world.user))
    await exchange.result
    await watching
    expect(seen[0]).toBe('preparing')
    expect(seen.at(-1)).toBe('done')
  })
})
