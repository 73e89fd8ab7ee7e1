import { describe, expect, it } from 'vitest'
import { createWorld, NOW, rejection, type World } from '../../test-support/exchange-world.ts'
import { ask, token } from '../../test-support/replies.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import type { RequesterParts } from '../exchange/requester-parts.ts'
import { didFromMnid, mnidFromDid } from '../identity/did.ts'
import { encodeMnid } from '../identity/mnid.ts'
import { addressOf } from '../keys/address.ts'
import type { ContentSource, Json } from '../ports/index.ts'
import { answerDisclosure, createAnswerDisclosure } from './answer-disclosure.ts'
import { type DisclosureParams, disclosure } from './disclosure.ts'

const CID = 'QmSCnmXC91Arz2gj934Ce4DeR7d9fULWRepjzGMX6SSazB'
const BOX_PUB = 'oGZhZ0cvwgLKslgiPEQpBkRoE+CbWEdi738efvQBsH0='
const VICTIM = '0x1111111111111111111111111111111111111111'

type Claims = { readonly [name: string]: Json | undefined }

async function disclosed(
  changes: (world: World, jwt: string) => Promise<Claims> | Claims,
  params: DisclosureParams = {},
  parts: Partial<RequesterParts> = {},
) {
  const world = await createWorld(parts)
  const { jwt, verify } = await ask(world, disclosure, params)
  const claims = {
    type: 'shareResp',
    exp: NOW + 600,
    aud: world.app.did,
    req: jwt,
    ...(await changes(world, jwt)),
  }
  return { world, answer: verify({ access_token: await token(world.user.identity, claims) }) }
}

async function keyAddress(world: World): Promise<string> {
  const { keys, keyId } = world.user.identity
  return addressOf((await keys.get(keyId))?.publicKey ?? new Uint8Array())
}

const serving = (text: string): ContentSource => ({
  async get(cid) {
    if (cid !== CID)
      throw new UportError('CONTENT_NOT_FOUND', 'no', { data: { cid, sources: 1 }, retryable: true })
    return encodeUtf8(text)
  },
})

describe('own claims behind a hash', () => {
  it.each([CID, `/ipfs/${CID}`])('are read from %s', async (own) => {
    const { answer } = await disclosed(() => ({ own }), {}, { content: serving('{"name":"Ada"}') })
    expect((await answer).own).toEqual({ name: 'Ada' })
  })

  it('count for what is essential', async () => {
    const params = { claims: { user_info: { name: { essential: true } } } } as const
    const content = serving('{"name":"Ada"}')
    const { answer } = await disclosed(() => ({ own: CID }), params, { content })
    expect((await answer).own['name']).toBe('Ada')
  })

  it.each<[string, string, ContentSource | undefined, string]>([
    ['a reserved name', CID, serving('{"did":"did:uport:x"}'), 'OWN_CLAIM_RESERVED'],
    ['a list', CID, serving('[]'), 'REPLY_MALFORMED'],
    ['no JSON', CID, serving('{'), 'REPLY_MALFORMED'],
    ['a link to nothing', '/ipfs/nothing', serving('{}'), 'REPLY_MALFORMED'],
    ['a page', 'https://example.org', serving('{}'), 'REPLY_MALFORMED'],
    ['no source of content', CID, undefined, 'CONTENT_SOURCE_MISSING'],
    [
      'a source that has it not',
      'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG',
      serving('{}'),
      'CONTENT_NOT_FOUND',
    ],
  ])('are refused with %s', async (_, own, content, code) => {
    const { answer } = await disclosed(() => ({ own }), {}, { content })
    expect(await rejection(answer)).toMatchObject({ code })
  })
})

describe('an account', () => {
  it('is proven by the key that signed the reply', async () => {
    const { world, answer } = await disclosed(async (w) => ({
      nad: encodeMnid({ network: 4n, address: await keyAddress(w) }),
    }))
    const address = await keyAddress(world)
    expect((await answer).account).toEqual({
      mnid: encodeMnid({ network: 4n, address }),
      address,
      network: '0x4',
      proven: true,
    })
  })

  it('is proven where it is the identity’s own, on its own network', async () => {
    const own = await disclosed((world) => ({ nad: world.user.did }))
    expect((await own.answer).account?.proven).toBe(true)
    const elsewhere = await disclosed((world) => ({
      nad: encodeMnid({ network: 4n, address: mnidFromDid(world.user.did).address }),
    }))
    expect((await elsewhere.answer).account?.proven).toBe(false)
  })

  it('is not proven by being listed in a document that its owner writes', async () => {
    const { answer } = await disclosed((world) => {
      const { document, did } = world.user
      const listed = {
        id: `${did}#x`,
        type: 'Secp256k1VerificationKey2018',
        owner: did,
        ethereumAddress: VICTIM,
      }
      const publicKey = [...(document['publicKey'] as Json[]), listed]
      world.resolver.set(did, { ...document, publicKey })
      return { nad: encodeMnid({ network: 1n, address: VICTIM }), dad: VICTIM }
    })
    const who = await answer
    expect([who.account?.proven, who.deviceKey?.proven]).toEqual([false, false])
  })

  it('is read from a DID too', async () => {
    const mnid = encodeMnid({ network: 1n, address: VICTIM })
    const byUport = await disclosed(() => ({ nad: didFromMnid(mnid) }))
    expect((await byUport.answer).account?.mnid).toBe(mnid)
    const byEthr = await disclosed(() => ({ nad: `did:ethr:${VICTIM}` }))
    expect((await byEthr.answer).account).toMatchObject({ mnid, network: '0x1', proven: false })
  })

  it.each<[string, Claims, DisclosureParams, string]>([
    ['that is none', { nad: 'x' }, {}, 'REPLY_MALFORMED'],
    ['without a network', { nad: VICTIM }, {}, 'REPLY_MALFORMED'],
    [
      'on another network than asked for',
      { nad: encodeMnid({ network: 1n, address: VICTIM }) },
      { accountType: 'general', network: 4n },
      'REPLY_CONTENT_MISMATCH',
    ],
    ['whose device key is none', { dad: '0x12' }, {}, 'REPLY_MALFORMED'],
    ['with a box key that is none', { boxPub: 'AAAA' }, {}, 'REPLY_MALFORMED'],
  ])('%s is refused', async (_, claims, params, code) => {
    const { answer } = await disclosed(() => claims, params)
    expect(await rejection(answer)).toMatchObject({ code })
  })
})

describe('a device key and a box key', () => {
  it('are reported, the device key proven where it signed', async () => {
    const { world, answer } = await disclosed(async (w) => ({
      dad: await keyAddress(w),
      publicEncKey: BOX_PUB,
    }))
    const who = await answer
    expect(who.deviceKey).toEqual({ address: await keyAddress(world), proven: true })
    expect(who.boxPub).toBe(BOX_PUB)
  })
})

describe('leave to push', () => {
  const capability = (world: World, changes: Claims = {}, identity = world.user.identity): Promise<string> =>
    token(identity, {
      aud: world.app.did,
      type: 'notifications',
      value: 'arn:1',
      exp: NOW + 9000,
      ...changes,
    })

  it('is a grant to be stored', async () => {
    let jwt = ''
    const { answer } = await disclosed(async (world) => {
      jwt = await capability(world)
      return { capabilities: ['PUSHTOKEN', jwt], boxPub: BOX_PUB }
    })
    expect((await answer).push).toEqual({ jwt, endpoint: 'arn:1', expiresAt: NOW + 9000, boxPub: BOX_PUB })
  })

  it('seals for the key that it names, where it names one', async () => {
    const own = Buffer.alloc(32, 7).toString('base64')
    const { answer } = await disclosed(async (world) => ({
      capabilities: [await capability(world, { iat: undefined, boxPub: own })],
      boxPub: BOX_PUB,
    }))
    const { push, boxPub } = await answer
    expect([push?.boxPub, boxPub]).toEqual([own, BOX_PUB])
  })

  it.each<[string, (world: World) => Promise<string>]>([
    ['for somebody else', (world) => capability(world, { aud: world.issuer.did })],
    ['for nobody', (world) => capability(world, { aud: undefined })],
    ['by somebody else', (world) => capability(world, {}, world.stranger.identity)],
    ['of another type', (world) => capability(world, { type: 'user-auth' })],
    ['without an endpoint', (world) => capability(world, { value: undefined })],
    ['without an end', (world) => capability(world, { exp: undefined })],
    ['with a key that is none', (world) => capability(world, { boxPub: 'AAAA' })],
    ['by another key', (w) => capability(w, {}, { ...w.stranger.identity, did: w.user.did })],
  ])('%s is none', async (_, make) => {
    const { answer } = await disclosed(async (world) => ({ capabilities: [await make(world)] }))
    expect((await answer).push).toBeUndefined()
  })
})

it('a stranger’s capability makes us look up no stranger', async () => {
  const { world, answer } = await disclosed(async (w) => ({
    capabilities: [
      await token(w.stranger.identity, { aud: w.app.did, type: 'notifications', exp: NOW + 60 }),
    ],
  }))
  await answer
  expect(world.resolver.asked.map(({ did }) => did)).toEqual([world.user.did])
})

describe('the wallet’s answer', () => {
  const params: DisclosureParams = {
    accountType: 'keypair',
    network: 4n,
    rpc: 'https://chain.example',
    permissions: ['notifications'],
  }

  it('tells account, push grant and key, which then verify', async () => {
    const world = await createWorld()
    const { id, uri } = await ask(world, disclosure, params)
    const consent = await world.responder(world.user).receive(uri)
    if (!consent.is(answerDisclosure)) throw new Error('another flow')
    expect(consent.request).toMatchObject({
      accountType: 'keypair',
      network: '0x4',
      rpc: 'https://chain.example',
    })
    const exchange = await world.requester.resume(disclosure, id)
    const account = encodeMnid({ network: 4n, address: await keyAddress(world) })
    await consent.approve({ claims: {}, account, push: { endpoint: 'arn:9' }, boxPub: BOX_PUB })
    const who = await exchange.result
    expect(who.account).toMatchObject({ mnid: account, proven: true })
    expect(who.push).toMatchObject({ endpoint: 'arn:9', expiresAt: NOW + 365 * 86_400, boxPub: BOX_PUB })
    expect(who.binding).toBe('none')
  })

  it('gives a device key only where the flow was told to', async () => {
    const world = await createWorld()
    const { id, uri } = await ask(world, disclosure, { accountType: 'devicekey', deviceKeys: true })
    expect(await rejection(world.responder(world.user).receive(uri))).toMatchObject({
      code: 'REQUEST_INVALID',
    })
    const flow = createAnswerDisclosure({ deviceKeys: true })
    const consent = await world.responder(world.user, { flows: [flow] }).receive(uri)
    if (!consent.is(flow)) throw new Error('another flow')
    const exchange = await world.requester.resume(disclosure, id)
    await consent.approve({ claims: {}, deviceKey: await keyAddress(world) })
    expect((await exchange.result).deviceKey?.proven).toBe(true)
    expect(() => disclosure({ accountType: 'devicekey' })).toThrow(TypeError)
  })

  it.each<[string, object]>([
    ['an account', { account: encodeMnid({ network: 4n, address: VICTIM }) }],
    ['a device key', { deviceKey: VICTIM }],
    ['leave to push', { push: { endpoint: 'x' } }],
  ])('never tells %s that was not asked for', async (_, more) => {
    const world = await createWorld()
    const consent = await world.responder(world.user).receive((await ask(world, disclosure, {})).uri)
    if (!consent.is(answerDisclosure)) throw new Error('another flow')
    await expect(consent.approve({ claims: {}, ...more })).rejects.toThrow(TypeError)
  })

  it.each([encodeMnid({ network: 1n, address: VICTIM }), 'nobody'])(
    'never tells the account %s for one on another network',
    async (account) => {
      const world = await createWorld()
      const consent = await world.responder(world.user).receive((await ask(world, disclosure, params)).uri)
      if (!consent.is(answerDisclosure)) throw new Error('another flow')
      await expect(consent.approve({ claims: {}, account })).rejects.toThrow(TypeError)
    },
  )

  it('is not given without an essential credential by one of the issuers asked for', async () => {
    const world = await createWorld()
    const spec = { email: { essential: true, iss: [{ did: world.issuer.did }] } }
    const { uri } = await ask(world, disclosure, { claims: { verifiable: spec } })
    const consent = await world.responder(world.user).receive(uri)
    if (!consent.is(answerDisclosure)) throw new Error('another flow')
    const claims = { sub: world.user.did, claim: { email: 'a@b' } }
    for (const credentials of [[], ['x'], [await token(world.user.identity, claims)]]) {
      expect(await rejection(consent.approve({ claims: {}, credentials }))).toMatchObject({
        code: 'ESSENTIAL_CLAIMS_MISSING',
        data: { own: [], verifiable: ['email'] },
      })
    }
    await consent.approve({ claims: {}, credentials: [await token(world.issuer.identity, claims)] })
  })
})

it('an endpoint without its network, or that is none, is not asked for', () => {
  expect(() => disclosure({ rpc: 'https://chain.example' })).toThrow(TypeError)
  expect(() => disclosure({ rpc: 'ftp://chain.example', network: 4n })).toThrow(TypeError)
})
