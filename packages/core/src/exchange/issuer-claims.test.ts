import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import { token } from '../../test-support/replies.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import { answerVerifiedClaim } from '../flows/answer-verified-claim.ts'
import type { ContentSource, Json } from '../ports/index.ts'
import { undeterminedClaims } from './issuer-claims.ts'

const CID = 'QmSCnmXC91Arz2gj934Ce4DeR7d9fULWRepjzGMX6SSazB'
const LINK = `/ipfs/${CID}`

const request = (world: World, vc: Json): Promise<string> =>
  token(world.app.identity, { type: 'shareReq', exp: NOW + 60, callback: 'https://app.example/cb', vc })

async function claimsOf(world: World, vc: Json, content?: ContentSource) {
  return (await world.responder(world.user, { content }).receive(await request(world, vc))).issuerClaims
}

describe('what others say of a requester', () => {
  it('is checked entry by entry, before the person is asked', async () => {
    const world = await createWorld()
    const about = (sub: string) => ({ sub, claim: { name: 'The App Ltd' } })
    const good = await token(world.issuer.identity, about(world.app.did))
    const linked = await token(world.app.identity, about(world.app.did))
    const other = await token(world.issuer.identity, about(world.user.did))
    const content: ContentSource = {
      async get(cid, { maxBytes }) {
        expect([cid, maxBytes]).toEqual([CID, 65_536])
        return encodeUtf8(`${linked}\n`)
      },
    }
    const claims = await claimsOf(world, [good, LINK, other, '/ipfs/nothing', 'x'], content)
    expect(claims.verified.map(({ issuer, sub, jwt }) => [issuer, sub, jwt])).toEqual([
      [world.issuer.did, world.app.did, good],
      [world.app.did, world.app.did, linked],
    ])
    expect(claims.invalid).toEqual([
      { jwt: other, code: 'CREDENTIAL_OTHER_SUBJECT' },
      { jwt: '/ipfs/nothing', code: 'CREDENTIAL_INVALID' },
      { jwt: 'x', code: 'JWT_MALFORMED' },
    ])
    expect(claims.undetermined).toEqual([])
    expect(world.clock.pending).toBe(0)
  })

  it('is undetermined where a source fails, lacks or hangs', async () => {
    const world = await createWorld()
    expect((await claimsOf(world, [LINK])).undetermined).toEqual([
      { jwt: LINK, code: 'CONTENT_SOURCE_MISSING' },
    ])
    const failing: ContentSource = {
      async get(cid) {
        throw new UportError('CONTENT_NOT_FOUND', 'no', { data: { cid, sources: 1 }, retryable: true })
      },
    }
    expect((await claimsOf(world, [LINK], failing)).undetermined).toEqual([
      { jwt: LINK, code: 'CONTENT_NOT_FOUND' },
    ])
    const hanging: ContentSource = { get: () => new Promise(() => {}) }
    const waiting = claimsOf(world, [LINK], hanging)
    await expect.poll(() => world.clock.pending).toBe(1)
    world.clock.advance(5)
    expect((await waiting).undetermined).toEqual([{ jwt: LINK, code: 'CREDENTIAL_UNDETERMINED' }])
  })

  it('is looked up for a credential too, which has no address to answer to', async () => {
    const world = await createWorld()
    const about = { sub: world.issuer.did, claim: { name: 'The Issuer Ltd' } }
    const linked = await token(world.app.identity, about)
    const content: ContentSource = { get: async () => encodeUtf8(linked) }
    const offer = await token(world.issuer.identity, { sub: world.user.did, claim: { x: 1 }, vc: [LINK] })
    const flows = [answerVerifiedClaim]
    const consent = await world.responder(world.user, { content, flows }).receive(offer)
    expect(consent.issuerClaims.verified).toMatchObject([{ issuer: world.app.did, jwt: linked }])
    expect(consent.recipient).toEqual({ trust: 'unknown' })
  })

  it('that is not what its hash names says nothing', async () => {
    const world = await createWorld()
    const garbage: ContentSource = { get: async () => Uint8Array.of(0xff) }
    expect((await claimsOf(world, [LINK], garbage)).invalid).toEqual([{ jwt: LINK, code: 'JWT_MALFORMED' }])
  })

  it.each<[string, Json]>([
    ['no list', 'x'],
    ['no texts', [7]],
    ['without end', Array.from({ length: 17 }, (_, i) => `a.b.${i}`)],
  ])('refuses the request where it is %s', async (_, vc) => {
    const world = await createWorld()
    expect(await rejection(claimsOf(world, vc))).toMatchObject({
      code: 'REQUEST_INVALID',
      data: { member: 'vc' },
    })
  })

  it('may have sixteen entries', async () => {
    const world = await createWorld()
    const entries = Array.from({ length: 16 }, (_, i) => `a.b.${i}`)
    expect((await claimsOf(world, entries)).invalid).toHaveLength(16)
  })

  it('names in its refusal what was wrong', async () => {
    const world = await createWorld()
    const entries = Array.from({ length: 17 }, () => 'x')
    expect(await rejection(claimsOf(world, entries))).toMatchObject({
      data: { member: 'vc', reason: 'has too many entries' },
    })
  })

  it('is nothing at all where nobody says anything, or there was no time to ask', async () => {
    const world = await createWorld()
    expect(await claimsOf(world, [])).toEqual({ verified: [], invalid: [], undetermined: [] })
    expect(undeterminedClaims(['x'])).toEqual({
      ...{ verified: [], invalid: [] },
      undetermined: [{ jwt: 'x', code: 'CREDENTIAL_UNDETERMINED' }],
    })
  })

  it('must be about the requester: what is said of somebody else is of no use to them', async () => {
    const world = await createWorld()
    const other = await token(world.issuer.identity, { sub: world.stranger.did, claim: { a: 1 } })
    expect((await claimsOf(world, [other])).verified).toEqual([])
  })
})
