import { type CredentialsSettings, Credentials as OurCredentials } from '@uport-kit/compat'
import {
  answerClaimSignature,
  answerPersonalSign,
  answerVerifiedClaim,
  decodeJwt,
  disclosure,
  type JsonObject,
} from '@uport-kit/core'
import { answerTransaction, answerTypedData, httpRpc, keyPairAccount } from '@uport-kit/core/ethereum'
import { computeAddress, Interface, verifyMessage, verifyTypedData } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeInterop, genuine } from './support/genuine.ts'
import type { DidJwt4, UportCredentials } from './support/genuine-types.ts'
import { type InteropWorld, type KnownParty, startInteropWorld } from './support/interop-world.ts'

interface Signed {
  readonly signature: { readonly r: string; readonly s: string; readonly v: number }
}

type Genuine = InstanceType<UportCredentials['Credentials']>

describeInterop('uport-credentials 1.3.5', () => {
  let Credentials: UportCredentials['Credentials']
  let world: InteropWorld
  let app: KnownParty
  let user: KnownParty

  beforeAll(async () => {
    Credentials = genuine<UportCredentials>('uport-credentials').Credentials
    world = await startInteropWorld()
    ;[app, user] = await Promise.all([world.registerKnown('App'), world.registerKnown('Ada')])
  })
  afterAll(() => world.close())

  const genuineOf = ({ did, privateKey }: { did: string; privateKey: string }): Genuine =>
    new Credentials({ did, privateKey, resolver: world.bare })
  const oursOf = ({ did, privateKey }: { did: string; privateKey: string }, more: CredentialsSettings = {}) =>
    new OurCredentials({ did, privateKey, resolver: world.did, ...more })

  describe.each(['did:uport', 'did:ethr'] as const)('as an application with a %s', (method) => {
    const application = () => genuineOf(method === 'did:uport' ? app : Credentials.createIdentity())

    it('asks, our wallet answers, and it accepts the answer', async () => {
      const { callbackUrl } = world
      const credentials = application()
      const request = await credentials.createDisclosureRequest({ requested: ['name'], callbackUrl })
      const { access_token } = await world.answer(request, user, { name: 'Ada Lovelace' })
      const profile = await credentials.authenticateDisclosureResponse(String(access_token), callbackUrl)
      // The published name goes before the one that was given: its rule.
      expect(profile).toMatchObject({ did: user.did, name: 'Ada' })
      expect(decodeJwt(access_token).payload['own']).toEqual({ name: 'Ada Lovelace' })
    })

    it('has a callback in its request that our wallet answers by claim', async () => {
      const claims = { user_info: { email: { essential: true, reason: 'to reach you' } } }
      const request = await application().createDisclosureRequest({ claims, callbackUrl: world.callbackUrl })
      const { access_token } = await world.answer(request, user, { email: 'ada@example.org' })
      expect(decodeJwt(access_token).payload['own']).toEqual({ email: 'ada@example.org' })
    })
  })

  it('asks for a signed claim, which its own verifier takes', async () => {
    const claim = { name: 'Bob Smith' }
    const { callbackUrl } = world
    const request = await genuineOf(app).createVerificationSignatureRequest(claim, {
      ...{ sub: app.did, riss: user.did, callbackUrl },
    })
    const consent = await world.wallet(user.identity).receive(request)
    if (consent.is(answerClaimSignature)) await consent.approve({})
    const { access_token } = world.posted()
    const didJwt = genuine<DidJwt4>('did-jwt-4')
    const { payload } = await didJwt.verifyJWT(String(access_token), { resolver: world.bare })
    expect(payload).toMatchObject({ iss: user.did, sub: app.did, claim })
  })

  it('asks for a personal signature, which recovers to the account', async () => {
    const data = 'This is a message I need you to sign'
    const request = await genuineOf(app).createPersonalSignRequest(data, { callback: world.callbackUrl })
    const consent = await world.wallet(user.identity).receive(request)
    if (consent.is(answerPersonalSign)) await consent.approve({})
    const { signature } = decodeJwt(world.posted()['personalSig']).payload as unknown as Signed
    expect(verifyMessage(data, signature)).toBe(computeAddress(`0x${user.privateKey}`))
  })

  it('asks for a signature over typed data, which recovers to the account', async () => {
    const types = { Greeting: [{ name: 'text', type: 'string' }] }
    const domain = { name: 'My app', version: '1', chainId: Number(world.devnet.chainId) }
    const EIP712Domain = [
      { name: 'name', type: 'string' },
      { name: 'version', type: 'string' },
      { name: 'chainId', type: 'uint256' },
    ]
    const typedData = {
      types: { EIP712Domain, ...types },
      primaryType: 'Greeting',
      domain,
      message: { text: 'Hi' },
    }
    const request = await genuineOf(app).createTypedDataSignatureRequest(typedData, {
      ...{ net: world.devnet.networkId, callback: world.callbackUrl },
    })
    const consent = await world.wallet(user.identity).receive(request)
    if (consent.is(answerTypedData)) await consent.approve({})
    const { signature } = decodeJwt(world.posted()['typedDataSig']).payload as unknown as Signed
    expect(verifyTypedData(domain, types, { text: 'Hi' }, signature)).toBe(
      computeAddress(`0x${user.privateKey}`),
    )
  })

  it('asks for a call of a contract in words, and the chain gets that call', async () => {
    const { registry, rpcUrl, chainId, networkId } = world.devnet
    const inputs = ['bytes32', 'address', 'bytes32'].map((type, index) => ({ name: `input${index}`, type }))
    const abi = [{ type: 'function', name: 'set', inputs, outputs: [] }]
    const args = [`0x${'11'.repeat(32)}`, `0x${'22'.repeat(20)}`, `0x${'33'.repeat(32)}`]
    const options = { networkId, callbackUrl: world.callbackUrl, label: 'Register' }
    const request = await genuineOf(app)
      .contract(abi)
      .at(registry)
      ['set']?.(...args, {}, options)
    const consent = await world.wallet(user.identity).receive(String(request))
    const { keys, keyId } = user.identity
    const account = await keyPairAccount({ keys, keyId, rpc: httpRpc(rpcUrl), chainId })
    if (consent.is(answerTransaction)) await consent.approve({ account })
    const hash = world.posted()['tx']
    const sent = await httpRpc(rpcUrl).request({ method: 'eth_getTransactionByHash', params: [String(hash)] })
    expect(sent).toMatchObject({
      ...{ from: account.address, to: registry.toLowerCase() },
      input: new Interface(abi).encodeFunctionData('set', args),
    })
  })

  it('sends a credential, and learns that it was accepted', async () => {
    const { callbackUrl } = world
    const card = await genuineOf(app).createVerification({ sub: user.did, claim: { age: 36 }, callbackUrl })
    const consent = await world.wallet(user.identity).receive(card)
    expect(() => world.posted()).toThrow('nothing arrived')
    if (consent.is(answerVerifiedClaim)) await consent.approve({})
    expect(world.posted()).toEqual({ status: 'accepted', jwt: card })
  })

  it('needs a network for its own resolver: with one it signs, without one it cannot be made', async () => {
    const { privateKey } = Credentials.createIdentity()
    const { rpcUrl, chainId, registry } = world.devnet
    const ethrConfig = { rpcUrl, chainId: Number(chainId), registry }
    expect(() => new Credentials({ privateKey })).toThrow(/at least one network/)
    const request = await new Credentials({ privateKey, ethrConfig }).createDisclosureRequest({
      callbackUrl: world.callbackUrl,
    })
    const { access_token } = await world.answer(request, user, {})
    expect(decodeJwt(access_token).payload['req']).toBe(request)
  })

  it.each(['did:uport', 'did:ethr'] as const)(
    'as a wallet with a %s answers our request, once',
    async (method) => {
      const wallet = genuineOf(method === 'did:uport' ? user : Credentials.createIdentity())
      const requester = world.requester(app.identity)
      const { id, jwt } = await requester.create(disclosure, { requested: ['name'] }, { reply: 'relay' })
      expect(decodeJwt(jwt).payload['aud']).toBeUndefined()
      const card = await genuineOf(app).createVerification({
        sub: wallet.did,
        claim: { email: 'ada@example.org' },
      })
      const token = await wallet.createDisclosureResponse({
        req: jwt,
        own: { name: 'Ada' },
        verified: [card],
      })
      const who = await requester.verify(disclosure, id, { access_token: token })
      expect([who.did, who.own, who.sealed]).toEqual([wallet.did, { name: 'Ada' }, false])
      expect(who.verified.map(({ issuer, claim }) => [issuer, claim])).toEqual([
        [app.did, { email: 'ada@example.org' }],
      ])
      const other = await wallet.createDisclosureResponse({ req: jwt, own: { name: 'Eve' } })
      await expect(requester.verify(disclosure, id, { access_token: other })).rejects.toMatchObject({
        code: 'REPLY_TOO_LATE',
      })
    },
  )

  describe('beside our surface of it', () => {
    it('each takes the requests and the responses of the other', async () => {
      const [genuineApp, ourApp] = [genuineOf(app), oursOf(app)]
      const [genuineUser, ourUser] = [genuineOf(user), oursOf(user)]
      const ask = { requested: ['phone'] }
      const byGenuine = await genuineUser.createDisclosureResponse({
        req: await ourApp.createDisclosureRequest(ask),
        own: { phone: '1' },
      })
      expect(await ourApp.authenticateDisclosureResponse(byGenuine)).toEqual({
        ...{ did: user.did, phone: '1' },
        ...{ name: 'Ada', '@context': 'http://schema.org', '@type': 'Person' },
      })
      const byOurs = await ourUser.createDisclosureResponse({
        req: await genuineApp.createDisclosureRequest(ask),
        own: { phone: '1' },
      })
      const profile = await genuineApp.authenticateDisclosureResponse(byOurs)
      expect(profile).toMatchObject({ did: user.did, phone: '1', name: 'Ada' })
    })

    it('took a challenge that the attacker signed himself', async () => {
      const eve = Credentials.createIdentity()
      const challenge = await genuineOf(eve).createDisclosureRequest({})
      const forged = await oursOf(eve).signJWT({ type: 'shareResp', aud: app.did, req: challenge }, 600)
      expect((await genuineOf(app).authenticateDisclosureResponse(forged))['did']).toBe(eve.did)
      await refuses(oursOf(app), forged, 'REPLY_NOT_BOUND')
    })

    it('returned whatever did, address and credentials the attacker wrote', async () => {
      const eve = Credentials.createIdentity()
      const own = { did: user.did, address: '0x1', verified: [{ claim: { admin: true } }] }
      const respond = (req: string) => genuineOf(eve).createDisclosureResponse({ req, own })
      const genuineApp = genuineOf(app)
      const fooled = await genuineApp.authenticateDisclosureResponse(
        await respond(await genuineApp.createDisclosureRequest({})),
      )
      expect(fooled).toMatchObject(own)
      const ourApp = oursOf(app)
      const profile = await ourApp.authenticateDisclosureResponse(
        await respond(await ourApp.createDisclosureRequest()),
      )
      expect(profile).toEqual({ did: eve.did })
    })

    it('took a response as often as it came, without an end and of any type', async () => {
      const genuineApp = genuineOf(app)
      const req = await genuineApp.createDisclosureRequest({})
      const wallet = oursOf(user)
      const good = await wallet.createDisclosureResponse({ req })
      const endless = await wallet.signJWT({ type: 'shareResp', aud: app.did, req })
      const mistyped = await wallet.signJWT({ type: 'verReq', aud: app.did, req }, 600)
      for (const token of [good, good, endless, mistyped]) {
        expect((await genuineApp.authenticateDisclosureResponse(token))['did']).toBe(user.did)
      }
      const ourApp = oursOf(app)
      expect((await ourApp.authenticateDisclosureResponse(good)).did).toBe(user.did)
      await refuses(ourApp, good, 'REPLY_REPLAYED')
      await refuses(ourApp, endless, 'JWT_CLAIM_INVALID')
      await refuses(ourApp, mistyped, 'REPLY_TYPE_MISMATCH')
    })

    it("returned credentials about others as the user's, and called a failed network an invalid one", async () => {
      const stranger = Credentials.createIdentity()
      const card = await genuineOf(app).createVerification({ sub: stranger.did, claim: { age: 36 } })
      const nowhere = `did:uport:${'2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'}`
      const unreachable = await oursOf({ did: nowhere, privateKey: app.privateKey }).createVerification({
        sub: user.did,
        claim: { age: 36 },
      })
      const token = await oursOf(user).signJWT({ type: 'shareResp', verified: [card, unreachable] }, 600)
      const offline = {
        ...world.bare,
        resolve: (did: string) =>
          did === nowhere ? Promise.reject(new Error('offline')) : world.bare.resolve(did),
      }
      const fooled = await new Credentials({
        did: app.did,
        privateKey: app.privateKey,
        resolver: offline,
      }).verifyDisclosure(token)
      expect((fooled['verified'] as readonly JsonObject[]).map(({ jwt }) => jwt)).toEqual([card])
      expect(fooled['invalid']).toEqual([unreachable])
      const ours = await oursOf(app, {
        resolver: {
          methods: world.did.methods,
          resolve: (did, options) =>
            did === nowhere ? Promise.reject(new Error('offline')) : world.did.resolve(did, options),
        },
      }).verifyDisclosure(token)
      expect([ours.verified, ours.invalid, ours.undetermined]).toEqual([[], [card], [unreachable]])
    })

    it('wrote one private key in 256 too short, and did not notice a wrong one', async () => {
      const lengths = new Set<number>()
      for (let made = 0; made < 10_000 && lengths.size < 2; made++) {
        lengths.add(Credentials.createIdentity().privateKey.length)
      }
      expect(Math.min(...lengths)).toBeLessThan(64)
      expect(OurCredentials.createIdentity().privateKey).toHaveLength(64)
      const [one, two] = [Credentials.createIdentity(), Credentials.createIdentity()]
      expect(genuineOf({ did: one.did, privateKey: two.privateKey }).did).toBe(one.did)
      expect(() => oursOf({ did: one.did, privateKey: two.privateKey })).toThrow('not that of')
    })

    it('let a text argument add arguments to a call', async () => {
      const abi = [{ type: 'function', name: 'say', inputs: [{ name: 'text', type: 'string' }] }]
      const evil = 'a", uint256 "9'
      const at = `0x${'12'.repeat(20)}`
      const token = await genuineOf(app).contract(abi).at(at)['say']?.(evil)
      expect(decodeJwt(token).payload['fn']).toBe('say(string "a", uint256 "9")')
      const ours = oursOf(app, { callsWithoutData: true }).contract(abi).at(at)
      await expect(ours['say']?.(evil)).rejects.toThrow('misread')
    })

    it('asked for a transaction on no network, for the wallet to fail at', async () => {
      const abi = [{ type: 'function', name: 'say', inputs: [{ name: 'text', type: 'string' }] }]
      const call = genuineOf(app)
        .contract(abi)
        .at(`0x${'12'.repeat(20)}`)
      const token = await call['say']?.('hello', {}, { callbackUrl: world.callbackUrl })
      expect(decodeJwt(token).payload).toMatchObject({ type: 'ethtx', fn: 'say(string "hello")' })
      expect(decodeJwt(token).payload['net']).toBeUndefined()
      await expect(world.wallet(user.identity).receive(String(token))).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
        data: { member: 'net' },
      })
    })

    it('made signature requests that never end', async () => {
      const endless = await genuineOf(app).createPersonalSignRequest('hello', {})
      const bounded = await oursOf(app).createPersonalSignRequest('hello')
      expect(decodeJwt(endless).payload['exp']).toBeUndefined()
      expect(decodeJwt(bounded).payload['exp']).toBe(Number(decodeJwt(bounded).payload['iat']) + 600)
    })
  })
})

async function refuses(credentials: OurCredentials, token: string, code: string): Promise<void> {
  await expect(credentials.authenticateDisclosureResponse(token)).rejects.toMatchObject({ code })
}
