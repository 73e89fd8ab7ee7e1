import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import { seal, token } from '../../test-support/replies.ts'
import { defineRequestFlow, type Outcome, type ReplyJwtRules, type VerifyContext } from '../flows/flow.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import { SignatureVerdicts } from '../jwt/signature-verdicts.ts'
import type { DidResolver, Json } from '../ports/index.ts'
import type { VerifyOptions } from './requester.ts'
import type { RequesterParts } from './requester-parts.ts'

const TYPE = 'acme.doorResp'

interface Seen extends Outcome {
  readonly seen: readonly unknown[]
}

/** A flow that hands its reply to the kernel's door under the given rules, and tells what came through. */
const doorFlow = (binding: 'echo' | 'channel', rules: Partial<ReplyJwtRules>, view = viewReply) =>
  defineRequestFlow({
    requestTypes: ['acme.doorReq'],
    binding,
    createPayload: () => ({ door: 'front' }),
    async verifyReply(params, context): Promise<Seen> {
      const all = { type: TYPE, echo: binding === 'echo', ...rules }
      return {
        did: 'did:x:y',
        requestId: context.requestId,
        seen: await view(String(params['access_token']), all, context),
      }
    },
  })

async function viewReply(jwt: string, rules: ReplyJwtRules, context: VerifyContext): Promise<unknown[]> {
  const { issuer, bound, binding, skewUsed } = await context.verifyReplyJwt(jwt, rules)
  return [issuer, bound, binding, skewUsed]
}

type Claims = Readonly<Record<string, Json | undefined>>

interface Attempt {
  readonly world?: World
  readonly claims?: Claims
  readonly options?: VerifyOptions
}

/** Asks, answers with these claims beside (or, undefined, without) the right ones, and verifies. */
async function judge(flow: ReturnType<typeof doorFlow>, attempt: Attempt = {}): Promise<readonly unknown[]> {
  const world = attempt.world ?? (await createWorld())
  const { id, jwt } = await world.requester.create(flow, {}, { reply: 'local' })
  const right = { type: TYPE, aud: world.app.did, exp: NOW + 60, req: jwt }
  const reply = await token(world.user.identity, { ...right, ...attempt.claims })
  return (await world.requester.verify(flow, id, seal(jwt, { access_token: reply }), attempt.options)).seen
}

describe('a reply', () => {
  it('comes through with its issuer, and how it is bound', async () => {
    const world = await createWorld()
    expect(await judge(doorFlow('echo', {}), { world })).toEqual([world.user.did, 'request', 'none', 0])
    expect(world.resolver.asked.at(-1)).toEqual({ did: world.user.did, fresh: true })
  })

  it.each<[Json | undefined, string]>([
    ['acme.doorReq', 'acme.doorReq'],
    [undefined, 'undefined'],
    [7, 'number'],
    [[TYPE], 'object'],
    ['x'.repeat(80), 'x'.repeat(64)],
  ])('of the type %j is of another kind, which is told in short', async (type, found) => {
    const world = await createWorld()
    expect(await rejection(judge(doorFlow('echo', {}), { world, claims: { type } }))).toMatchObject({
      code: 'REPLY_TYPE_MISMATCH',
      data: { expected: TYPE, found },
    })
    expect(world.resolver.asked).toEqual([])
  })

  it('that should have no type has none', async () => {
    const flow = doorFlow('echo', { type: undefined })
    expect(await rejection(judge(flow))).toMatchObject({ data: { expected: 'none', found: TYPE } })
    expect(await judge(flow, { claims: { type: undefined } })).toContain('request')
  })
})

describe('the echo of the request', () => {
  const missing = { req: undefined }
  const another = { req: 'a.b.c' }

  it.each<['echo' | 'channel', Partial<ReplyJwtRules>, Claims, string | undefined]>([
    ['echo', { echo: true }, missing, undefined],
    ['echo', { echo: false }, missing, undefined],
    ['echo', { echo: false, unbound: true }, missing, 'channel'],
    ['echo', { echo: true, unbound: true }, missing, undefined],
    ['channel', { echo: false }, missing, 'channel'],
    ['channel', { echo: true }, missing, undefined],
    ['channel', { echo: false }, {}, 'request'],
    ['channel', { echo: false }, another, undefined],
    ['channel', { echo: false }, { req: null }, undefined],
    ['echo', { echo: false, unbound: true }, another, undefined],
  ])('in a flow bound by %s, under %j, with %j gives %s', async (binding, rules, claims, bound) => {
    const world = await createWorld()
    const judged = judge(doorFlow(binding, rules), { world, claims })
    if (bound !== undefined) expect((await judged)[1]).toBe(bound)
    else {
      expect(await rejection(judged)).toMatchObject({ code: 'REPLY_NOT_BOUND' })
      expect(world.resolver.asked).toEqual([])
    }
  })
})

describe('end and audience', () => {
  it.each<[Claims, string]>([
    [{ exp: undefined }, 'JWT_CLAIM_INVALID'],
    [{ aud: undefined }, 'JWT_AUDIENCE_MISMATCH'],
  ])('must be there (%j), except in what stands alone', async (claims, code) => {
    expect(await rejection(judge(doorFlow('echo', {}), { claims }))).toMatchObject({ code })
    expect(await judge(doorFlow('echo', { standalone: true }), { claims })).toContain('request')
  })

  it.each<[Claims, string]>([
    [{ exp: NOW - 61 }, 'JWT_EXPIRED'],
    [{ aud: 'did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX' }, 'JWT_AUDIENCE_MISMATCH'],
  ])('count where they are there, also in what stands alone: %j', async (claims, code) => {
    expect(await rejection(judge(doorFlow('echo', { standalone: true }), { claims }))).toMatchObject({ code })
  })

  it('may name the address that the request gave instead of its DID', async () => {
    const world = await createWorld()
    const flow = doorFlow('echo', {})
    const { id, jwt } = await world.requester.create(flow, {}, { reply: 'local' })
    const claims = { type: TYPE, exp: NOW + 60, req: jwt, aud: `https://local.example/t/${id}` }
    const access_token = await token(world.user.identity, claims)
    expect((await world.requester.verify(flow, id, seal(jwt, { access_token }))).seen).toContain('request')
  })
})

describe('the key that signs', () => {
  it('must be one for authentication, unless the rules take any', async () => {
    const world = await createWorld()
    const { authentication: _, ...rest } = world.user.document
    world.resolver.set(world.user.did, rest)
    const refused = await rejection(judge(doorFlow('echo', {}), { world }))
    expect(refused).toMatchObject({ code: 'JWT_NO_SUITABLE_KEY', data: { authentication: true } })
    expect(await judge(doorFlow('echo', { key: 'any' }), { world })).toContain('request')
  })
})

describe('the code of a device', () => {
  const flow = doorFlow('echo', {})

  it.each<[Json | undefined, string | undefined, string | undefined]>([
    ['c1', 'c1', 'same-device'],
    ['c1', undefined, 'none'],
    ['c2', 'c1', undefined],
    [undefined, 'c1', undefined],
    [undefined, '', undefined],
    [7, '7', undefined],
    ['', '', 'same-device'],
  ])('%j in the reply, %j from the page: %s', async (code, deviceCode, binding) => {
    const judged = judge(flow, { claims: { code }, options: { deviceCode } })
    if (binding === undefined) expect(await rejection(judged)).toMatchObject({ code: 'DEVICE_CODE_MISMATCH' })
    else expect((await judged)[2]).toBe(binding)
  })

  it('is not asked of a part that is bound by the reply around it', async () => {
    const part = doorFlow('echo', { unbound: true })
    expect((await judge(part, { options: { deviceCode: 'c1' } }))[2]).toBe('none')
  })
})

describe('what a flow is lent', () => {
  const view = async (_jwt: string, _rules: ReplyJwtRules, context: VerifyContext) => [
    context.request.issuer,
    context.request.payload['door'],
    context.now,
    context.sealed,
    context.subjects,
    context.engine,
  ]

  it('is the request, the time, and the parts of the requester', async () => {
    const world = await createWorld()
    const engine = createNobleEngine()
    const parts: Partial<RequesterParts> = { subjects: 'any', engine }
    const own = await createWorld(parts)
    expect((await judge(doorFlow('echo', {}, view), { world })).slice(0, 5)).toEqual([
      ...[world.app.did, 'front', NOW, true, 'holder'],
    ])
    const seen = await judge(doorFlow('echo', {}, view), { world: own })
    expect([seen[4], seen[5] === engine]).toEqual(['any', true])
  })

  it('judges a credential by signature and times, and by nothing of this exchange', async () => {
    const world = await createWorld()
    const card = await token(world.issuer.identity, { sub: 'x', claim: {}, aud: world.app.did })
    const foreign = await token(world.issuer.identity, { sub: 'x', claim: {}, aud: world.issuer.did })
    const take = (jwt: string) =>
      doorFlow('echo', {}, async (_, __, context) => {
        const { issuer, jwt: read, payload, skewUsed } = await context.verifyCredential(jwt)
        return [issuer, read, payload['sub'], skewUsed]
      })
    expect(await judge(take(card), { world })).toEqual([world.issuer.did, card, 'x', 0])
    expect(world.resolver.asked.at(-1)).toEqual({ did: world.issuer.did, fresh: false })
    expect(await rejection(judge(take(foreign), { world }))).toMatchObject({ code: 'JWT_AUDIENCE_MISMATCH' })
  })
  describe('for applications that see the same credentials again', () => {
    const takeCard = (jwt: string) =>
      doorFlow('echo', {}, async (reply, rules, context) => {
        await context.verifyReplyJwt(reply, rules)
        return [(await context.verifyCredential(jwt)).issuer]
      })

    it('remembers the signatures of credentials, and of no reply', async () => {
      const noble = createNobleEngine()
      let verified = 0
      const engine = {
        ...noble,
        verify: (...all: Parameters<typeof noble.verify>) => ++verified > 0 && noble.verify(...all),
      }
      const verdicts = new SignatureVerdicts()
      const plain = await createWorld()
      const resolver: DidResolver = {
        methods: ['uport'],
        resolve: async (did, options) => ({
          ...(await plain.resolver.resolve(did, options)),
          versionId: 'v1',
        }),
      }
      const world = await createWorld({ engine, verdicts, resolver })
      const card = await token(world.issuer.identity, { sub: 'x', claim: {} })
      const counts: number[] = []
      for (let time = 0; time < 3; time++) {
        verified = 0
        expect(await judge(takeCard(card), { world })).toEqual([world.issuer.did])
        counts.push(verified)
      }
      expect([counts, verdicts.size]).toEqual([[2, 1, 1], 1])
      const forged = await token(
        { ...world.stranger.identity, did: world.issuer.did },
        { sub: 'x', claim: {} },
      )
      expect(await rejection(judge(takeCard(forged), { world }))).toMatchObject({
        code: 'JWT_SIGNATURE_INVALID',
      })
      expect(verdicts.size).toBe(1)
    })

    it('tells the engine of the issuers that come often', async () => {
      const expected: Uint8Array[] = []
      const engine = { ...createNobleEngine(), expectMore: (key: Uint8Array) => expected.push(key) }
      const asked: string[] = []
      const world: World = await createWorld({
        engine,
        isFrequentIssuer: (did) => {
          asked.push(did)
          return did === world.issuer.did
        },
      })
      const card = await token(world.issuer.identity, { sub: 'x', claim: {} })
      await judge(takeCard(card), { world })
      expect(asked).toEqual([world.user.did, world.issuer.did])
      const { keys, keyId } = world.issuer.identity
      expect(expected).toEqual([(await keys.get(keyId))?.publicKey])
    })
  })
})
