import {
  createDidDocument,
  type DidDocument,
  decodeHex,
  decodeJwt,
  encodeHex,
  encodeMnid,
  isUportError,
  type JsonObject,
  ManualClock,
  MemoryKeyStore,
  memoryAnsweredRequests,
} from '@uport-kit/core'
import { describe, expect, it } from 'vitest'
import { DocumentResolver, ethrDocument } from '../test-support/vectors.ts'
import { Credentials, type CredentialsSettings } from './index.ts'
import { createIdentity } from './private-key.ts'

const NOW = 1_700_000_000
const CALLBACK = 'https://app.example/reply'

async function code(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => 'it resolved',
    (reason: unknown) => reason,
  )
  return isUportError(error) ? error.code : error
}

function createWorld(settings: CredentialsSettings = {}) {
  const [app, user, issuer] = [createIdentity(), createIdentity(), createIdentity()]
  const documents: Record<string, DidDocument> = {
    [app.did]: ethrDocument(app.did),
    [user.did]: ethrDocument(user.did, { name: 'Public Ada' }),
    [issuer.did]: ethrDocument(issuer.did),
  }
  const resolver = new DocumentResolver(documents)
  const clock = new ManualClock(NOW)
  const make = (who: CredentialsSettings, more: CredentialsSettings = {}) =>
    new Credentials({ ...who, resolver, clock, ...more })
  return {
    ...{ app, user, issuer, documents, resolver, clock, make },
    verifier: make(app, settings),
    wallet: make(user),
    authority: make(issuer),
  }
}

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

describe('keys', () => {
  it('are always 64 digits, and shorter ones of the original are padded', async () => {
    const draws = [new Uint8Array(32), new Uint8Array(32).fill(1, 2)]
    const made = createIdentity(() => draws.shift() ?? new Uint8Array(32).fill(1))
    expect(made.privateKey).toBe(`0000${'01'.repeat(30)}`)
    expect(Credentials.createIdentity().privateKey).toMatch(/^[0-9a-f]{64}$/)
    for (const privateKey of [
      made.privateKey,
      made.privateKey.slice(4),
      made.privateKey.slice(5),
      `0x${made.privateKey}`,
    ]) {
      expect(new Credentials({ privateKey }).did).toBe(made.did)
    }
  })

  it.each(['', '0x', 'zz', '0'.repeat(64), 'f'.repeat(64), '1'.repeat(65)])(
    'are refused where they are none: %s',
    (privateKey) => {
      expect(() => new Credentials({ privateKey })).toThrow(TypeError)
      try {
        new Credentials({ privateKey })
      } catch (error) {
        if (privateKey.length > 3) expect(String(error)).not.toContain(privateKey)
      }
    },
  )

  it('that are not those of the DID are noticed at once, or where the document says so', async () => {
    const { app, user, make, documents, clock } = createWorld()
    expect(() => new Credentials({ did: app.did, privateKey: user.privateKey })).toThrow('not that of')
    expect(
      () =>
        new Credentials({
          did: app.did.toUpperCase().replace('DID:ETHR:0X', 'did:ethr:0x'),
          privateKey: app.privateKey,
        }),
    ).not.toThrow()
    const delegated = { did: app.did, privateKey: user.privateKey, checkKey: false }
    expect(await code(make(delegated).checkIdentity())).toBe('IDENTITY_KEY_MISMATCH')
    const changed = ethrDocument(user.did)
    documents[app.did] = JSON.parse(JSON.stringify(changed).replaceAll(`"${user.did}`, `"${app.did}`))
    const resolver = new DocumentResolver(documents)
    expect(await code(new Credentials({ ...delegated, resolver, clock }).checkIdentity())).toBe('it resolved')
    expect(
      await code(
        make({
          did: 'did:ethr:0x'.concat('1'.repeat(40)),
          privateKey: app.privateKey,
          checkKey: false,
        }).checkIdentity(),
      ),
    ).toBe('DID_NOT_FOUND')
  })

  it('can stay in a key store', async () => {
    const keys = new MemoryKeyStore()
    const { keyId, publicKey } = await keys.create()
    const did = `did:ethr:${keyId}` as const
    const { make, documents, user } = createWorld()
    documents[did] = createDidDocument({ did, publicKey })
    const resolver = new DocumentResolver(documents)
    const app = make({ identity: { did, keyId, keys } }, { resolver })
    const wallet = make(user, { resolver })
    const token = await wallet.createDisclosureResponse({ req: await app.createDisclosureRequest() })
    expect((await app.authenticateDisclosureResponse(token)).did).toBe(user.did)
  })
})

describe('settings', () => {
  const { did, privateKey } = createIdentity()

  it.each([
    [{ networks: {} }, 'networks has moved'],
    [{ ethrConfig: {} }, 'ethrConfig has moved'],
    [{ privateKey, signer: async () => '' }, 'give one of privateKey and signer'],
    [{ did, address: did.slice(9) }, 'did or address'],
    [{ identity: { did, keyId: 'a', keys: new MemoryKeyStore() }, did }, 'identity says the DID'],
    [{ address: '0x12' }, 'address must be'],
  ])('that cannot work say so: %#', (settings, message) => {
    expect(() => new Credentials(settings as CredentialsSettings)).toThrow(message)
    expect(() => new Credentials(settings as CredentialsSettings)).toThrow(TypeError)
  })

  it('are missed by the method that needs them', async () => {
    await expect(new Credentials({ privateKey }).verifyDisclosure('x')).rejects.toThrow(
      'No resolver configured',
    )
    const { resolver } = createWorld()
    await expect(new Credentials({ resolver }).authenticateDisclosureResponse('x')).rejects.toThrow(
      'No DID configured',
    )
    await expect(new Credentials({ did }).checkIdentity()).rejects.toThrow('No Signing Identity configured')
    expect(() => new Credentials({ privateKey }).contract([])).toThrow('No encodeCall configured')
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

describe('a key in hex', () => {
  it('of any case names the same identity', () => {
    const { did, privateKey } = createIdentity()
    const upper = encodeHex(decodeHex(privateKey) ?? new Uint8Array()).toUpperCase()
    expect(new Credentials({ privateKey: upper }).did).toBe(did)
  })
})
