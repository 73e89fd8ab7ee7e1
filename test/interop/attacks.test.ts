import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LegacyRelayClient } from '@uport-kit/channel-relay'
import { Credentials as OurCredentials } from '@uport-kit/compat'
import {
  addressOf,
  createIdentityDocument,
  createRequestUri,
  type Did,
  type DidDocument,
  type DidResolver,
  decodeBase64,
  decodeJwt,
  encodeBase64,
  encodeHex,
  encodeMnid,
  type JsonObject,
  MemoryKeyStore,
  MethodRouter,
  parseRequestUri,
  sealBox,
  signJwt,
  systemClock,
  toLegacyDidDocument,
  verifyJwt,
} from '@uport-kit/core'
import { getAddress } from 'ethers'
import nacl from 'tweetnacl'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { listenOnLoopback } from '../support/listen-on-loopback.ts'
import { describeInterop, genuine, genuineOf } from './support/genuine.ts'
import type { DidJwt4, Mnid, UportCredentials, UportTransports } from './support/genuine-types.ts'
import { type InteropWorld, type KnownParty, startInteropWorld } from './support/interop-world.ts'

type Lookup = (mnid: string, callback: (error: Error | null, document?: unknown) => void) => void
type BareResolve = (did: string) => Promise<DidDocument | null>

/** did-resolver 0: one registry for the whole process. */
interface DidResolver0 {
  default: BareResolve
  registerMethod(method: string, resolve: BareResolve): void
}

/** did-jwt 0.1.1, as uport-transports brings it: resolves by that registry. */
interface DidJwt01 {
  verifyJWT(jwt: string, options: object): Promise<{ payload: JsonObject; issuer: string }>
}

const closers: (() => Promise<void>)[] = []

/** What these attacks reach in the originals, and not here. */
describeInterop('attacks on the originals', () => {
  let world: InteropWorld
  let app: KnownParty
  let user: KnownParty
  let transports: UportTransports

  beforeAll(async () => {
    transports = genuine<UportTransports>('uport-transports')
    world = await startInteropWorld()
    ;[app, user] = await Promise.all([world.registerKnown('App'), world.registerKnown('Ada')])
  })
  afterAll(() => world.close())
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close()
  })

  /** A token that an attacker signs as if she were somebody else, and the key that it verifies with. */
  async function forge(did: Did, claims: JsonObject) {
    const keys = new MemoryKeyStore()
    const { keyId, publicKey } = await keys.create()
    const token = await signJwt(claims, { did, keys, keyId, alg: 'ES256K' }, { expiresIn: 600 })
    return { token, publicKey }
  }

  const ruleFor = (resolver: DidResolver) => ({ resolver, now: systemClock().now(), audience: app.did })

  describe('uport-lite 1 under uport-did-resolver 0.0.7', () => {
    function lookupAt(gateway: string): Lookup {
      const { networkId, registry, rpcUrl } = world.devnet
      const createLookup = genuine<(options: object) => Lookup>('uport-lite')
      return createLookup({ networks: { [networkId]: { registry, rpcUrl } }, ipfsGw: `${gateway}/ipfs/` })
    }

    it('believed a gateway that puts its own key in place of the registered one', async () => {
      const { token, publicKey } = await forge(user.did, { aud: app.did })
      const lie = JSON.stringify(createIdentityDocument({ type: 'Person', publicKey }))
      const liar = await serve((_request, response) => response.end(lie))

      genuine<{ default: (lookup: Lookup) => void }>('uport-did-resolver').default(lookupAt(liar))
      const resolve = genuineOf<DidResolver0>('uport-did-resolver', 'did-resolver').default
      const { verifyJWT } = genuine<DidJwt4>('did-jwt-4')
      const fooled = await verifyJWT(token, { resolver: { resolve }, audience: app.did })
      expect(fooled.issuer).toBe(user.did)

      const deceived = world.resolver({ gateways: [liar] })
      await expect(verifyJwt(token, ruleFor(deceived))).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' })
      await expect(verifyJwt(token, ruleFor(world.did))).rejects.toMatchObject({
        code: 'JWT_SIGNATURE_INVALID',
      })
    })

    it('said nothing of what was never registered, and blamed a gateway for a missing registry', async () => {
      const { chainId, networkId, registry, rpcUrl, gatewayUrl } = world.devnet
      const account = `0x${'12'.repeat(20)}`
      const unregistered = encodeMnid({ network: chainId, address: account })
      const missing = `0x${'34'.repeat(20)}`
      const theirs = (at: string, mnid: string): Promise<unknown> => {
        const networks = { [networkId]: { registry: at, rpcUrl } }
        const lookup = genuine<(options: object) => Lookup>('uport-lite')({
          ...{ networks, ipfsGw: `${gatewayUrl}/ipfs/` },
        })
        return new Promise((resolve, reject) => {
          lookup(mnid, (error, found) => (error ? reject(error) : resolve(found)))
        })
      }
      expect(await theirs(registry, unregistered)).toBeUndefined()
      await expect(theirs(missing, user.did.slice('did:uport:'.length))).rejects.toThrow('invalid ipfs path')

      await expect(world.did.resolve(`did:uport:${unregistered}`)).rejects.toMatchObject({
        ...{ code: 'IDENTITY_NOT_REGISTERED', retryable: false },
      })
      const lost = world.resolver({ networks: { [networkId]: { rpcUrls: [rpcUrl], registry: missing } } })
      await expect(lost.resolve(user.did)).rejects.toMatchObject({
        ...{ code: 'REGISTRY_NOT_DEPLOYED', data: { registry: missing, hasCode: false } },
      })
    })

    it('looked up an MNID whose checksum is wrong', async () => {
      const mnid = user.did.slice('did:uport:'.length)
      const wrong = `${mnid.slice(0, -1)}${mnid.endsWith('2') ? '3' : '2'}`
      const document = await new Promise((resolve, reject) => {
        lookupAt(world.devnet.gatewayUrl)(wrong, (error, found) => (error ? reject(error) : resolve(found)))
      })
      expect(document).toMatchObject({ name: 'Ada' })
      await expect(world.did.resolve(`did:uport:${wrong}`)).rejects.toMatchObject({ code: 'MNID_INVALID' })
    })
  })

  it('mnid 0.1.3 made the MNID of another account from an address without 0x', () => {
    const mnid = genuine<Mnid>('mnid')
    const address = 'ab'.repeat(20)
    expect(mnid.decode(mnid.encode({ network: '0x1', address }))).toEqual({
      network: '0x',
      address: `0x01${'ab'.repeat(19)}`,
    })
    expect(() => encodeMnid({ network: 1n, address })).toThrow()
  })

  describe('did-jwt', () => {
    it('4.9 took the document of somebody else for the issuer’s', async () => {
      const eve = await world.registerKnown('Eve')
      const token = await signJwt({ aud: app.did }, { ...eve.identity, did: user.did }, { expiresIn: 600 })
      const { document } = await world.did.resolve(eve.did)
      const resolver = { resolve: async () => toLegacyDidDocument(document) }
      const fooled = await genuine<DidJwt4>('did-jwt-4').verifyJWT(token, { resolver, audience: app.did })
      expect(fooled.issuer).toBe(user.did)

      const confused: DidResolver = { methods: ['uport'], resolve: async (did) => ({ did, document }) }
      await expect(verifyJwt(token, ruleFor(confused))).rejects.toMatchObject({
        code: 'DID_DOCUMENT_ID_MISMATCH',
      })
    })

    it('0.1.1 gave up at the first odd key, and knew an address in lower case alone', async () => {
      const { verifyJWT } = genuineOf<DidJwt01>('uport-transports', 'did-jwt')
      const { registerMethod } = genuineOf<DidResolver0>('uport-transports', 'did-resolver')
      const did = 'did:odd:1' as const
      const type = 'Secp256k1VerificationKey2018'
      const key = await user.identity.keys.get(user.identity.keyId)
      const publicKey = key?.publicKey ?? new Uint8Array()
      const publicKeyHex = encodeHex(publicKey)
      const identity = { ...user.identity, did }
      const [oddKey, key1] = [
        { type, publicKeyHex: '05' },
        { type, publicKeyHex },
      ]
      const lowerCase = { type, ethereumAddress: addressOf(publicKey) }
      const checksumCase = { type, ethereumAddress: getAddress(lowerCase.ethereumAddress) }
      const attempts = [
        { alg: 'ES256K', taken: [key1], refused: [oddKey, key1], says: 'Unknown point format' },
        { alg: 'ES256K-R', taken: [lowerCase], refused: [checksumCase], says: 'Signature invalid' },
      ] as const
      for (const { alg, taken, refused, says } of attempts) {
        const token = await signJwt({ aud: app.did }, { ...identity, alg }, { expiresIn: 600 })
        const documentWith = (methods: readonly JsonObject[]): DidDocument => ({
          ...{ '@context': 'https://w3id.org/did/v1', id: did },
          publicKey: methods.map((member, index) => ({ id: `${did}#keys-${index}`, owner: did, ...member })),
        })
        registerMethod('odd', async () => documentWith(taken))
        expect((await verifyJWT(token, { audience: app.did })).issuer).toBe(did)
        registerMethod('odd', async () => documentWith(refused))
        await expect(verifyJWT(token, { audience: app.did })).rejects.toThrow(says)
        const document = documentWith(refused)
        const resolver: DidResolver = { methods: ['odd'], resolve: async () => ({ did, document }) }
        expect((await verifyJwt(token, ruleFor(resolver))).issuer).toBe(did)
      }
    })

    it('4.9 knows no identity by its bare MNID any more', async () => {
      const { createJWT, SimpleSigner, verifyJWT } = genuine<DidJwt4>('did-jwt-4')
      const { Resolver } = genuineOf<{ Resolver: new (methods: object) => object }>(
        'did-jwt-4',
        'did-resolver',
      )
      const issuer = user.did.slice('did:uport:'.length)
      const token = await createJWT(
        { aud: app.did.slice('did:uport:'.length) },
        { issuer, signer: SimpleSigner(user.privateKey), expiresIn: 600 },
      )
      const resolver = new Resolver({ uport: (did: string) => world.bare.resolve(did) })
      await expect(verifyJWT(token, { resolver, audience: app.did })).rejects.toThrow(/did/i)
      expect((await verifyJwt(token, ruleFor(world.did))).issuer).toBe(user.did)
    })
  })

  it('uport-credentials 1.3.5 took a response that is addressed to nobody', async () => {
    const { Credentials } = genuine<UportCredentials>('uport-credentials')
    const { did, privateKey } = app
    const theirs = new Credentials({ did, privateKey, resolver: world.bare })
    const ours = new OurCredentials({ did, privateKey, resolver: world.did })
    const respond = (req: string) => signJwt({ type: 'shareResp', req }, user.identity, { expiresIn: 600 })
    const fooled = await theirs.authenticateDisclosureResponse(
      await respond(await theirs.createDisclosureRequest({})),
    )
    expect(fooled['did']).toBe(user.did)
    const unaddressed = ours.authenticateDisclosureResponse(
      await respond(await ours.createDisclosureRequest()),
    )
    await expect(unaddressed).rejects.toMatchObject({ code: 'JWT_AUDIENCE_MISMATCH' })
  })

  it('did-resolver 0.0.6 let any part of the process replace the resolver of a method', async () => {
    const one = genuine<DidResolver0>('did-resolver-0')
    const another = genuineOf<DidResolver0>('uport-transports', 'did-resolver')
    const did = 'did:shared:app'
    const documentBy = (controller: string): DidDocument => ({ id: did, controller })
    one.registerMethod('shared', async () => documentBy('did:shared:app'))
    another.registerMethod('shared', async () => documentBy('did:shared:intruder'))
    expect((await one.default(did))?.['controller']).toBe('did:shared:intruder')

    const [ours, intruders] = ['did:shared:app', 'did:shared:intruder'].map((controller) => {
      return new MethodRouter([
        { methods: ['shared'], resolve: async () => ({ did, document: documentBy(controller) }) },
      ])
    })
    expect((await intruders?.resolve(did))?.document['controller']).toBe('did:shared:intruder')
    expect((await ours?.resolve(did))?.document['controller']).toBe('did:shared:app')
  })

  describe('uport-transports 0.2.6', () => {
    it('knew no token with a minus in its header or payload, and broke its URI', async () => {
      const { isJWT, messageToURI, paramsToQueryString } = transports.message.util
      // ">>>" and three bytes on: "Pj4-" in base64url.
      const claims = { type: 'shareReq', callback: 'https://app.example/', note: '>>>'.repeat(3) }
      const notes = ['', ' ', '  '].map((pad) => ({ ...claims, note: `${pad}${claims.note}` }))
      const tokens = await Promise.all(notes.map((note) => signJwt(note, app.identity, { expiresIn: 60 })))
      const token = tokens.find((text) => text.split('.')[1]?.includes('-')) ?? ''
      expect(isJWT(token)).toBe(false)
      const redirectUrl = 'https://app.example/'
      const theirs = paramsToQueryString(messageToURI(token), {
        ...{ callback_type: 'post', redirect_url: redirectUrl },
      })
      expect(theirs.split('?')).toHaveLength(3)
      expect(new URL(theirs).searchParams.get('callback_type')).toBeNull()

      expect(decodeJwt(token).payload).toMatchObject({ type: 'shareReq' })
      const ours = createRequestUri(token, 'post', {}, 'legacy', { redirectUrl })
      expect(parseRequestUri(ours)).toMatchObject({ jwt: token, replyMode: 'post', redirectUrl })
    })

    it.each([
      ['a sealed one', { encrypted: { version: 'x25519-xsalsa20-poly1305' } }],
      ['a credential', { verification: 'a.b.c' }],
      ['an acceptance', { status: 'accepted' }],
    ])('polled on for ever when it got an answer it did not know: %s', async (_, body) => {
      let polls = 0
      let onThird = () => {}
      const third = new Promise<void>((resolve) => {
        onThird = resolve
      })
      const answer = { status: 'success', message: { id: 'x', content: JSON.stringify(body) } }
      const url = await serve((_request, response) => {
        if (++polls === 3) onThird()
        response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
      })
      let isCancelled = false
      let isSettled = false
      const waiting = transports.transport.messageServer.poll(`${url}/topic/x`, 20, () => isCancelled)
      const outcome = waiting.then(
        () => 'settled',
        (reason: unknown) => String(reason),
      )
      outcome.finally(() => {
        isSettled = true
      })
      await third
      expect(isSettled).toBe(false)
      isCancelled = true
      expect(await outcome).toContain('Request Cancelled')

      await using client = new LegacyRelayClient({ url, pollMs: 20 })
      const address = await client.open({ id: 'r', expiresAt: systemClock().now() + 60 })
      for await (const reply of client.receive(address)) {
        expect(reply).toEqual(body)
        break
      }
    })

    it('told by the length of a box how much of a text is not ASCII', () => {
      const { publicKey } = nacl.box.keyPair()
      const texts = ['a'.repeat(64), `é${'a'.repeat(63)}`, `éé${'a'.repeat(62)}`, '🦊'.repeat(32)]
      const lengthOf = (ciphertext: unknown) =>
        (decodeBase64(String(ciphertext))?.length ?? 0) - nacl.box.overheadLength
      const theirs = texts.map((text) => {
        return lengthOf(transports.crypto.encryptMessage(text, encodeBase64(publicKey))['ciphertext'])
      })
      expect(theirs).toEqual([64, 65, 66, 128])
      const ours = texts.map((text) => lengthOf(sealBox(text, publicKey).ciphertext))
      expect(ours).toEqual([64, 128, 128, 128])
    })

    it('took an answer from whoever sits on the way, with any certificate', async () => {
      const url = await serveImpostor((_request, response) => {
        response.setHeader('content-type', 'application/json').end('{"access_token":"forged"}')
      })
      const { poll } = transports.transport
      const answer = await poll(
        `${url}/topic/x`,
        (body) => body,
        () => undefined,
        () => false,
        20,
      )
      expect(answer).toEqual({ access_token: 'forged' })

      await using client = new LegacyRelayClient({ url })
      const opened = client.open({ id: 'r', expiresAt: systemClock().now() + 60 })
      await expect(opened).rejects.toMatchObject({ code: 'RELAY_UNREACHABLE' })
    })
  })
})

/** A server of this machine, until the test ends. */
async function serve(handler: RequestListener): Promise<string> {
  return `http://${await listen(createHttpServer(handler))}`
}

/** The same with a certificate that nobody vouches for, in another name. */
async function serveImpostor(handler: RequestListener): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'impostor-'))
  try {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem']
    const certificate = ['-out', 'cert.pem', '-subj', '/CN=impostor.example', '-days', '2']
    execFileSync('openssl', ['req', '-x509', ...key, ...certificate], { cwd: folder, stdio: 'pipe' })
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    const server = createHttpsServer({ key: read('key.pem'), cert: read('cert.pem') }, handler)
    return `https://${await listen(server)}`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function listen(server: Server): Promise<string> {
  const { host, close } = await listenOnLoopback(server)
  closers.push(close)
  return host
}
