import {
  createDidDocument,
  type DidDocument,
  decodeHex,
  decodeJwt,
  encodeMnid,
  type JsonObject,
  MemoryKeyStore,
  memoryAnsweredRequests,
} from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { DocumentResolver, ethrDocument } from '../test-support/vectors.ts'
import { code, createWorld, NOW } from '../test-support/world.ts'
import { Credentials } from './index.ts'
import { createIdentity } from './private-key.ts'

const CALLBACK = 'https://app.example/reply'

describe('a login', () => {
  it('gives the profile once, and never again', async () => {
    const { verifier, wallet, user } = createWorld()
    const req = await verifier.createDisclosureRequest({ requested: ['name'], callbackUrl: CALLBACK })
    const token = await wallet.createDisclosureResponse({ req, own: { name: 'Ada', phone: '1' } })
    const profile = await verifier.authenticateDisclosureResponse(token)
    expect(profile).toEqual({ did: user.did, name: 'Public Ada', phone: '1' })
    expect(Object.isFrozen(profile)).toBe(true)
    expect(await code(verifier.authenticateDisclosureResponse(token))).toBe('REPLY_REPLAYED')
    const again = await wallet.createDisclosureResponse({ req, own: { name: 'Eve' } })
    expect(await code(verifier.authenticateDisclosureResponse(again))).toBe('REPLY_REPLAYED')
  })

  it('has one winner where verifiers share their memory', async () => {
    const world = createWorld()
    const answered = memoryAnsweredRequests({ clock: world.clock })
    const verifiers = Array.from({ length: 5 }, () => world.make(world.app, { answered }))
    const req = await world.verifier.createDisclosureRequest()
    const token = await world.wallet.createDisclosureResponse({ req })
    const codes = await Promise.all(verifiers.map((one) => code(one.authenticateDisclosureResponse(token))))
    expect(codes.filter((one) => one === 'REPLY_REPLAYED')).toHaveLength(4)
  })

  it('answers only a live request that our own key signed', async () => {
    const world = createWorld()
    const { verifier, wallet, app, clock } = world
    const claims = { req: '', own: {}, aud: app.did }
    const respond = (req: string) =>
      wallet
        .signJWT({ ...claims, req, type: 'shareResp' }, 100_000)
        .then((token) => code(verifier.authenticateDisclosureResponse(token)))

    const stranger = createIdentity()
    const forged = await new Credentials({
      ...stranger,
      did: app.did,
      checkKey: false,
      clock,
    }).createDisclosureRequest()
    expect(await respond(forged)).toBe('REPLY_NOT_BOUND')
    expect(await respond(await wallet.createDisclosureRequest())).toBe('REPLY_NOT_BOUND')
    expect(await respond(await verifier.signJWT({ type: 'shareReq' }))).toBe('REPLY_NOT_BOUND')
    expect(await respond(await verifier.createPersonalSignRequest('x'))).toBe('REPLY_NOT_BOUND')
    expect(await respond('not.a.token')).toBe('REPLY_NOT_BOUND')
    const old = await verifier.createDisclosureRequest()
    clock.advance(901)
    expect(await respond(old)).toBe('REPLY_NOT_BOUND')
    // The document may list other keys: they are not the one that asks.
    world.documents[app.did] = createDidDocument({
      did: app.did,
      publicKey: (await new MemoryKeyStore().create()).publicKey,
    })
    expect(await respond(await verifier.createDisclosureRequest())).toBe('it resolved')
  })

  it('asks the own document where the own key is not known, and says when that failed', async () => {
    const { make, app, wallet, verifier, resolver } = createWorld()
    const req = await verifier.createDisclosureRequest()
    const token = await wallet.createDisclosureResponse({ req })
    const keyless = make({ did: app.did })
    resolver.failing.add(app.did)
    expect(await code(keyless.authenticateDisclosureResponse(token))).toBe('DID_RESOLUTION_FAILED')
    resolver.failing.clear()
    expect(await code(keyless.authenticateDisclosureResponse(token))).toBe('it resolved')
  })

  it('may be addressed to the callback, to nobody else and not to nobody', async () => {
    const { verifier, wallet } = createWorld()
    const respond = async (aud: string | undefined, callbackUrl?: string) => {
      const req = await verifier.createDisclosureRequest()
      const token = await wallet.signJWT(
        { req, ...(aud === undefined ? {} : { aud }), type: 'shareResp' },
        600,
      )
      return code(verifier.authenticateDisclosureResponse(token, callbackUrl))
    }
    expect(await respond(CALLBACK, CALLBACK)).toBe('it resolved')
    expect(await respond(CALLBACK)).toBe('JWT_AUDIENCE_MISMATCH')
    expect(await respond(undefined)).toBe('JWT_AUDIENCE_MISMATCH')
  })
})

describe('a response', () => {
  const process = async (payload: JsonObject, document?: DidDocument) => {
    const { verifier, user } = createWorld()
    return verifier.processDisclosurePayload({
      payload: { iss: user.did, ...payload },
      doc: document ?? ethrDocument(user.did),
    })
  }

  it('takes no proven name from what the person wrote, published or added', async () => {
    const evil: JsonObject = JSON.parse(
      `{"did":"x","address":"x","mnid":"x","pushToken":"x","boxPub":"x","deviceKey":"x","verified":[],"invalid":[],
        "undetermined":[],"__proto__":{"admin":true},"constructor":"x","name":"Ada"}`,
    )
    const user = createIdentity().did
    const profile = await process(
      { own: evil, did: 'x', address: 'x', mnid: 'x', deviceKey: 'x', iss: user },
      ethrDocument(user, evil),
    )
    expect(profile).toEqual({ did: user, name: 'Ada' })
    expect(Reflect.get(profile, 'admin')).toBeUndefined()
  })

  it('has its account as MNID or did:uport, in one spelling', async () => {
    const address = `0x${'ab'.repeat(20)}`
    const mnid = encodeMnid({ network: 4n, address })
    for (const nad of [mnid, `did:uport:${mnid}`])
      expect(await process({ nad })).toMatchObject({ mnid, address })
    expect(await code(process({ nad: 'hello' }))).toMatch(/^(MNID|DID)_INVALID$/)
  })

  it.each([
    { own: 'QmHash' },
    { own: [] },
    { verified: 'x' },
    { verified: [1] },
    { verified: Array.from({ length: 65 }, () => 'x') },
    { boxPub: 1 },
    { nad: {} },
    { iss: 1 },
  ])('is refused where it breaks its form: %j', async (payload) => {
    expect(await code(process(payload))).toBe('REPLY_MALFORMED')
  })

  it('keeps credentials apart: verified, invalid, not to be judged now', async () => {
    const world = createWorld()
    const { verifier, wallet, authority, user, app, resolver } = world
    const offline = createIdentity()
    const good = await authority.createVerification({ sub: user.did, claim: { email: 'a@example.org' } })
    const foreign = await authority.createVerification({ sub: app.did, claim: { email: 'b@example.org' } })
    const request = await wallet.createDisclosureRequest()
    const later = await world.make(offline).createVerification({ sub: user.did, claim: { age: 36 } }, 600)
    resolver.failing.add(offline.did)
    const token = await wallet.createDisclosureResponse({
      verified: [good, foreign, request, 'garbage', later],
    })
    const profile = await verifier.verifyDisclosure(token)
    expect(profile.verified).toEqual([{ ...decodeJwt(good).payload, jwt: good }])
    expect(profile.invalid).toEqual([foreign, request, 'garbage'])
    expect(profile.undetermined).toEqual([later])
    const anybody = await world.make(app, { subjects: 'any' }).verifyDisclosure(token)
    expect(anybody.verified?.map(({ jwt }) => jwt)).toEqual([good, foreign])
  })

  it('without a challenge must still be a response that ends', async () => {
    const { verifier, wallet } = createWorld()
    const endless = await wallet.signJWT({ type: 'shareResp' })
    expect(await code(verifier.verifyDisclosure(endless))).toBe('JWT_CLAIM_INVALID')
    const request = await wallet.createDisclosureRequest()
    expect(await code(verifier.verifyDisclosure(request))).toBe('REPLY_TYPE_MISMATCH')
    const typeless = await wallet.signJWT({}, 600)
    expect(await code(verifier.verifyDisclosure(typeless))).toBe('REPLY_TYPE_MISMATCH')
  })

  it('is made only for a request that verifies, and addressed as its issuer writes itself', async () => {
    const { make, verifier, wallet, app, clock, documents } = createWorld()
    const keys = new MemoryKeyStore()
    const { publicKey } = await keys.import(decodeHex(app.privateKey) ?? new Uint8Array(), { keyId: 'k' })
    const mnid = encodeMnid({ network: 1n, address: app.did.slice('did:ethr:'.length) })
    documents[`did:uport:${mnid}`] = createDidDocument({ did: `did:uport:${mnid}`, publicKey })
    const late = new DocumentResolver(documents)
    const bare = new Credentials({ did: mnid, privateKey: app.privateKey, resolver: late, clock })
    const responder = new Credentials({ ...createIdentity(), resolver: late, clock })
    const token = await responder.createDisclosureResponse({ req: await bare.createDisclosureRequest() })
    expect(decodeJwt(token).payload['aud']).toBe(mnid)
    const old = await verifier.createDisclosureRequest()
    clock.advance(901)
    expect(await code(wallet.createDisclosureResponse({ req: old }))).toBe('JWT_EXPIRED')
    const fresh = await make(app).verifyJWT(await verifier.signJWT({ a: 1 }, 60))
    expect([fresh.issuer, fresh.payload['a']]).toEqual([app.did, 1])
  })
})

describe('payloads', () => {
  const { verifier } = createWorld()

  it('refuse what the original let through', async () => {
    const wrong: readonly (() => Promise<string>)[] = [
      () => verifier.createDisclosureRequest({ exp: Date.now() }),
      () => verifier.createVerification({ sub: '', claim: {} }),
      () => verifier.createVerification({ sub: 'did:ethr:0x1', claim: 'x' as unknown as JsonObject }),
      () => verifier.createVerification({ sub: 'did:ethr:0x1', claim: {}, exp: Date.now() }),
      () => verifier.createPersonalSignRequest(1 as unknown as string),
      () => verifier.createTxRequest({ to: 'x', value: '0.1' }),
      () => verifier.createTxRequest({ to: 'x', value: -1 }),
      () => verifier.createTxRequest({ to: 'x', value: 2 ** 53 }),
      () => verifier.createTxRequest({ to: 'x', ...{ callback: 'https://evil.example' } }),
      () => verifier.createTxRequest({ to: 'x' }, { exp: Date.now() }),
    ]
    for (const call of wrong) await expect(call()).rejects.toThrow(TypeError)
  })

  it('write quantities in hex', async () => {
    const token = await verifier.createTxRequest({
      to: 'x',
      value: 255n,
      gas: 21_000,
      gasPrice: '0x1',
      from: undefined,
    })
    expect(decodeJwt(token).payload).toMatchObject({ value: '0xff', gas: '0x5208', gasPrice: '0x1' })
  })

  it('count durations from now, and read times as such', async () => {
    const exp = async (options: { exp?: number; expiresIn?: number }) =>
      decodeJwt(await verifier.createTxRequest({ to: 'x' }, options)).payload['exp']
    expect(await exp({ exp: 30 })).toBe(NOW + 30)
    expect(await exp({ exp: NOW + 30 })).toBe(NOW + 30)
    expect(await exp({ exp: 30, expiresIn: 60 })).toBe(NOW + 60)
  })
})
