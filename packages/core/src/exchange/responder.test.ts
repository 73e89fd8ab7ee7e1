import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import { isUportError, UportError } from '../errors/uport-error.ts'
import { answerDisclosure } from '../flows/answer-disclosure.ts'
import { disclosure } from '../flows/disclosure.ts'
import { decodeJwt } from '../jwt/decode.ts'
import { signJwt } from '../jwt/encode.ts'
import type { JsonObject, ReplyBody, ReplySender } from '../ports/index.ts'
import { Responder } from './responder.ts'

/** Keeps what is sent; `failures` deliveries fail first. */
class Outbox implements ReplySender {
  readonly mode = 'post'
  readonly sent: ReplyBody[] = []
  failures = 0

  async send(target: URL, body: ReplyBody): Promise<void> {
    if (this.failures-- > 0) {
      throw new UportError('REPLY_NOT_DELIVERED', 'down', { data: { host: target.host }, retryable: true })
    }
    this.sent.push(body)
  }
}

async function code(promise: Promise<unknown>): Promise<string> {
  const error = await rejection(promise)
  return isUportError(error) ? error.code : String(error)
}

/** A request JWT by the app, with the members that a test wants. */
const crafted = (world: World, claims: JsonObject, did: string = world.app.did): Promise<string> =>
  signJwt(
    { type: 'shareReq', exp: NOW + 60, callback: 'https://app.example/cb', ...claims },
    { ...world.app.identity, did },
    { now: NOW },
  )

describe('receiving', () => {
  it.each<[string, (jwt: string) => string]>([
    ['a bare token', (jwt) => ` ${jwt}\n`],
    ['a deep link', (jwt) => `me.uport:req/${jwt}?callback_type=post`],
    ['the original universal link', (jwt) => `https://id.uport.me/req/${jwt}`],
    ['a universal link of the app’s own', (jwt) => `https://login.example/go/req/${jwt}?callback_type=post`],
  ])('takes %s', async (_, form) => {
    const world = await createWorld()
    const consent = await world.responder(world.user).receive(form(await crafted(world, {})))
    expect([consent.requester, consent.arrival, consent.pinned]).toEqual([world.app.did, 'paste', true])
  })

  it('keeps the token of the request, however it came, for a host that stores or shows it', async () => {
    const world = await createWorld()
    const jwt = await crafted(world, {})
    const fetcher = { accepts: () => true, fetch: async () => ({ jwt, pinned: true }) }
    const wallet = world.responder(world.user, { fetchers: [fetcher] })
    for (const text of [jwt, `me.uport:req/${jwt}`, 'https://relay.example/r/1#x']) {
      expect((await wallet.receive(text)).requestJwt).toBe(jwt)
    }
  })

  it('says how the request arrived', async () => {
    const world = await createWorld()
    const text = await crafted(world, {})
    const consent = await world
      .responder(world.user)
      .receive({ arrival: 'scan', text, acknowledge: async () => {} })
    expect(consent.arrival).toBe('scan')
  })

  it('fetches by reference only through a fetcher that accepts the URL', async () => {
    const world = await createWorld()
    const jwt = await crafted(world, {})
    const fetcher = {
      accepts: (uri: URL) => uri.host === 'relay.example',
      fetch: async () => ({ jwt, pinned: false }),
    }
    const wallet = world.responder(world.user, { fetchers: [fetcher] })
    expect((await wallet.receive('https://relay.example/r/1#x')).pinned).toBe(false)
    expect(await code(wallet.receive('https://elsewhere.example/r/1#x'))).toBe('REQUEST_MALFORMED')
    expect(await code(world.responder(world.user).receive('https://relay.example/r/1'))).toBe(
      'REQUEST_MALFORMED',
    )
  })

  it.each<[string, JsonObject, string]>([
    ['an expired request', { exp: NOW - 61 }, 'JWT_EXPIRED'],
    ['one that never expires', { exp: 'never' }, 'JWT_CLAIM_INVALID'],
    ['a type without a flow', { type: 'acme.unknown' }, 'REQUEST_TYPE_UNSUPPORTED'],
    ['no type', { type: 7 }, 'REQUEST_TYPE_UNSUPPORTED'],
    [
      'one addressed to somebody else',
      { aud: 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX' },
      'JWT_AUDIENCE_MISMATCH',
    ],
    ['a malformed box key', { boxPub: 'AAAA' }, 'REQUEST_INVALID'],
    ['claims that are no object', { claims: [] }, 'REQUEST_INVALID'],
  ])('refuses %s', async (_, claims, expected) => {
    const world = await createWorld()
    expect(await code(world.responder(world.user).receive(await crafted(world, claims)))).toBe(expected)
  })

  it('contacts nobody for a request whose type has no flow', async () => {
    const world = await createWorld()
    await code(world.responder(world.user).receive(await crafted(world, { type: 'acme.unknown' })))
    expect(world.resolver.asked).toEqual([])
  })

  it('refuses a request that another key signed', async () => {
    const world = await createWorld()
    const jwt = await signJwt(
      { type: 'shareReq', exp: NOW + 60 },
      { ...world.stranger.identity, did: world.app.did },
      { now: NOW },
    )
    expect(await code(world.responder(world.user).receive(jwt))).toBe('JWT_SIGNATURE_INVALID')
  })
})

describe('answering', () => {
  it('happens once, also through a second wallet on the same memory', async () => {
    const world = await createWorld()
    const claimed = new Set<string>()
    const answered = { claim: async (hash: string) => !claimed.has(hash) && claimed.add(hash).has(hash) }
    const outbox = new Outbox()
    const jwt = await crafted(world, {})
    const consents = await Promise.all(
      [1, 2].map(() => world.responder(world.user, { answered, senders: [outbox] }).receive(jwt)),
    )
    const [first, second] = consents
    if (first?.is(answerDisclosure)) await first.approve({ claims: {} })
    expect(await code(first?.decline() ?? Promise.resolve())).toBe('REQUEST_ALREADY_ANSWERED')
    expect(await code(second?.decline() ?? Promise.resolve())).toBe('REQUEST_ALREADY_ANSWERED')
    expect(outbox.sent).toHaveLength(1)
  })

  it('repeats the very same reply when its delivery failed', async () => {
    const world = await createWorld()
    const outbox = new Outbox()
    outbox.failures = 1
    const consent = await world.responder(world.user, { senders: [outbox] }).receive(await crafted(world, {}))
    if (!consent.is(answerDisclosure)) throw new Error('another flow')
    expect(await code(consent.approve({ claims: {} }))).toBe('REPLY_NOT_DELIVERED')
    expect(await code(consent.decline())).toBe('REQUEST_ALREADY_ANSWERED')
    world.clock.advance(5)
    await consent.approve({ claims: {} })
    expect(decodeJwt(String(outbox.sent[0]?.['access_token'])).payload['iat']).toBe(NOW)
  })

  it('goes in clear only where the requester gave no box key', async () => {
    const world = await createWorld()
    const outbox = new Outbox()
    const consent = await world.responder(world.user, { senders: [outbox] }).receive(await crafted(world, {}))
    expect(consent.sealed).toBe(false)
    await consent.decline()
    expect(outbox.sent).toEqual([{ error: 'access_denied' }])
  })

  it('is not possible after the request expired, nor without a callback or a sender', async () => {
    const world = await createWorld()
    const wallet = world.responder(world.user)
    const late = await wallet.receive(await crafted(world, {}))
    world.clock.advance(61)
    expect(await code(late.decline())).toBe('REQUEST_EXPIRED')
    const fresh = { exp: NOW + 200 }
    const mute = await wallet.receive(await crafted(world, { ...fresh, callback: 'javascript:alert(1)' }))
    expect(mute.recipient).toEqual({ trust: 'unknown' })
    expect(await code(mute.decline())).toBe('REQUEST_NO_CALLBACK')
    const redirect = await wallet.receive(
      `me.uport:req/${await crafted(world, fresh)}?callback_type=redirect`,
    )
    expect(await code(redirect.decline())).toBe('ROUTE_UNKNOWN')
  })

  it('a reply that cannot be made does not use the request up', async () => {
    const world = await createWorld()
    const consent = await world
      .responder(world.user, { senders: [new Outbox()] })
      .receive(await crafted(world, { claims: { user_info: { name: { essential: true } } } }))
    if (!consent.is(answerDisclosure)) throw new Error('another flow')
    expect(await code(consent.approve({ claims: {} }))).toBe('ESSENTIAL_CLAIMS_MISSING')
    await expect(consent.approve({ claims: { name: 'Ada', age: 36 } })).rejects.toThrow(
      'age was not asked for',
    )
    await consent.approve({ claims: { name: 'Ada' } })
  })

  it('writes aud as the request wrote iss, and answers a bare MNID with one', async () => {
    const world = await createWorld()
    const outbox = new Outbox()
    const bare = world.app.did.slice('did:uport:'.length)
    const consent = await world
      .responder(world.user, { senders: [outbox] })
      .receive(await crafted(world, {}, bare))
    if (consent.is(answerDisclosure)) await consent.approve({ claims: {} })
    const { payload } = decodeJwt(String(outbox.sent[0]?.['access_token']))
    expect([payload['aud'], payload['iss']]).toEqual([bare, world.user.did.slice('did:uport:'.length)])
  })

  it('may be given as another identity', async () => {
    const world = await createWorld()
    const outbox = new Outbox()
    const consent = await world.responder(world.user, { senders: [outbox] }).receive(await crafted(world, {}))
    if (consent.is(answerDisclosure)) await consent.approve({ claims: {} }, { as: world.issuer.identity })
    expect(decodeJwt(String(outbox.sent[0]?.['access_token'])).payload['iss']).toBe(world.issuer.did)
  })
})

describe('assembly', () => {
  it('refuses two flows for one type', async () => {
    const world = await createWorld()
    const parts = { identity: world.user.identity, resolver: world.resolver, senders: [] }
    const build = () =>
      new Responder({
        ...parts,
        flows: [answerDisclosure, { ...answerDisclosure }],
        answered: { claim: async () => true },
      })
    expect(build).toThrow(
      expect.objectContaining({
        code: 'ASSEMBLY_CONFLICT',
        data: { token: 'ReplyFlow', modules: ['shareReq'] },
      }),
    )
  })

  it('serves several identities', async () => {
    const world = await createWorld()
    expect(world.responder(world.user).withIdentity(world.issuer.identity).identity.did).toBe(
      world.issuer.did,
    )
  })
})

it('a disclosure ask is checked where it is made', () => {
  expect(() => disclosure({ claims: { user_info: { ['x'.repeat(300)]: null } } })).toThrow(TypeError)
})
