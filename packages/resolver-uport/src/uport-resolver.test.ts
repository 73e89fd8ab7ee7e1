import { once } from 'node:events'
import {
  createDidDocument,
  createIdentityDocument,
  type Did,
  encodeHex,
  encodeMnid,
  encodeUtf8,
  readVerificationKeys,
} from '@uport-kit/core'
import { createConformanceTools, didResolverCases } from '@uport-kit/core/conformance'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { computeAddress } from 'ethers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAccount, openResolver, publisherOf, registerStored } from '../test/identities.ts'
import { askRpc, rejectionOf, serveLocally } from '../test/local-server.ts'
import { cidOfBytes } from './index.ts'
import { publishIdentityDocument } from './register/index.ts'

let devnet: Devnet
beforeAll(async () => {
  devnet = await startDevnet()
}, 60_000)
afterAll(() => devnet?.stop())

const servers: AsyncDisposable[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]()
})

async function tracked<S extends AsyncDisposable>(starting: Promise<S>): Promise<S> {
  const server = await starting
  servers.push(server)
  return server
}

describe('UportResolver', () => {
  it('resolves what was registered, its bare MNID too', async () => {
    const account = await createAccount(devnet)
    const cid = await account.publish('Ada')
    await account.register(cid)
    const resolver = openResolver(devnet)
    const resolved = await resolver.resolve(account.did)
    expect(resolved).toMatchObject({
      did: account.did,
      versionId: cid,
      document: { id: account.did, uportProfile: { name: 'Ada' } },
      metadata: { network: '0x7a69', registry: devnet.registry },
    })
    const [key] = readVerificationKeys(resolved.document)
    expect(computeAddress(`0x${encodeHex(key!.publicKey!)}`).toLowerCase()).toBe(account.address)
    const bare = account.did.slice('did:uport:'.length) as Did
    expect((await resolver.resolve(bare)).did).toBe(account.did)
    expect(Object.isFrozen(resolved) && Object.isFrozen(resolved.document)).toBe(true)
  })

  it('asks the registry each time, and a gateway once for each document', async () => {
    const account = await createAccount(devnet)
    const [first, second] = [await account.publish('One'), await account.publish('Two')]
    let fetched = 0
    const gateway = await tracked(
      serveLocally(async (request, response) => {
        fetched++
        const answer = await fetch(devnet.gatewayUrl + request.url)
        response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
      }),
    )
    const resolver = openResolver(devnet, {}, { gateways: [gateway.url] })
    await account.register(first)
    expect((await resolver.resolve(account.did)).versionId).toBe(first)
    expect((await resolver.resolve(account.did, { fresh: true })).versionId).toBe(first)
    await account.register(second)
    expect((await resolver.resolve(account.did)).versionId).toBe(second)
    expect(fetched).toBe(2)
  })

  it('tells the encryption key', async () => {
    const publicEncKey = new Uint8Array(32).fill(7)
    const account = await createAccount(devnet)
    const document = createIdentityDocument({ type: 'App', publicKey: account.publicKey, publicEncKey })
    await account.register(await publishIdentityDocument(document, publisherOf(devnet)))
    expect(await openResolver(devnet).resolveEncryptionKey(account.did)).toEqual(publicEncKey)
  })

  it('reads a stored DID document, if it speaks for the DID', async () => {
    const publicKey = (await createAccount(devnet)).publicKey
    const good = await registerStored(devnet, (did) => JSON.stringify(createDidDocument({ did, publicKey })))
    expect((await openResolver(devnet).resolve(good.did)).document.id).toBe(good.did)
    const bad = await registerStored(devnet, () =>
      JSON.stringify(createDidDocument({ did: good.did, publicKey })),
    )
    expect(await rejectionOf(openResolver(devnet).resolve(bad.did))).toMatchObject({
      code: 'DID_DOCUMENT_ID_MISMATCH',
      data: { expected: bad.did, found: good.did },
    })
  })

  it.each([
    ['not JSON', '{"publicKey":', 'IDENTITY_DOCUMENT_INVALID'],
    ['nothing', '', 'IDENTITY_DOCUMENT_INVALID'],
    ['a number', '5', 'DID_DOCUMENT_INVALID'],
    ['no document', '{"hello":"world"}', 'DID_DOCUMENT_INVALID'],
    ['a key that is none', '{"publicKey":"0x04"}', 'DID_DOCUMENT_INVALID'],
  ])('refuses %s', async (_what, content, code) => {
    const { did } = await registerStored(devnet, () => content)
    expect(await rejectionOf(openResolver(devnet).resolve(did))).toMatchObject({ code, retryable: false })
  })

  it('refuses a document that is not UTF-8', async () => {
    const account = await createAccount(devnet)
    await account.register(await publisherOf(devnet).add(Uint8Array.of(0x7b, 0xff, 0x7d)))
    expect(await rejectionOf(openResolver(devnet).resolve(account.did))).toMatchObject({
      code: 'IDENTITY_DOCUMENT_INVALID',
    })
  })

  it('refuses a document larger than it reads', async () => {
    const { did } = await registerStored(devnet, () => ' '.repeat(2000))
    expect(
      await rejectionOf(openResolver(devnet, {}, { maxDocumentBytes: 1999 }).resolve(did)),
    ).toMatchObject({
      code: 'CONTENT_TOO_LARGE',
    })
  })

  it('believes no gateway: a lie is refused, or another one asked', async () => {
    const account = await createAccount(devnet)
    const cid = await account.publish('Ada')
    await account.register(cid)
    const mallory = createIdentityDocument({
      type: 'Person',
      publicKey: (await createAccount(devnet)).publicKey,
    })
    const liar = await tracked(serveLocally((_request, response) => response.end(JSON.stringify(mallory))))
    const deceived = openResolver(devnet, {}, { gateways: [liar.url] })
    expect(await rejectionOf(deceived.resolve(account.did))).toMatchObject({
      code: 'CONTENT_MISMATCH',
      data: { cid },
    })
    const helped = openResolver(devnet, {}, { gateways: [liar.url, devnet.gatewayUrl] })
    expect((await helped.resolve(account.did)).versionId).toBe(cid)
  })

  it('says that a document is nowhere', async () => {
    const account = await createAccount(devnet)
    const cid = cidOfBytes(encodeUtf8(`never published ${account.address}`))
    await account.register(cid)
    expect(await rejectionOf(openResolver(devnet).resolve(account.did))).toMatchObject({
      code: 'CONTENT_NOT_FOUND',
      data: { cid },
    })
  })

  it('says that nothing is registered', async () => {
    const { did } = await createAccount(devnet)
    expect(await rejectionOf(openResolver(devnet).resolve(did))).toMatchObject({
      code: 'IDENTITY_NOT_REGISTERED',
      retryable: false,
      data: { did, network: '0x7a69', registry: devnet.registry },
    })
  })

  it('says that there is no registry, or another contract', async () => {
    const { did } = await createAccount(devnet)
    const empty = `0x${'12'.repeat(20)}`
    expect(await rejectionOf(openResolver(devnet, { registry: empty }).resolve(did))).toMatchObject({
      code: 'REGISTRY_NOT_DEPLOYED',
      data: { network: '0x7a69', registry: empty, hasCode: false },
    })
    // A contract whose only instruction is STOP answers every call with nothing.
    const silent = `0x${'34'.repeat(20)}`
    await askRpc(devnet.rpcUrl, 'anvil_setCode', silent, '0x00ff')
    expect(await rejectionOf(openResolver(devnet, { registry: silent }).resolve(did))).toMatchObject({
      code: 'REGISTRY_NOT_DEPLOYED',
      data: { hasCode: true },
    })
  })

  it('says that it does not know the network', async () => {
    const did: Did = `did:uport:${encodeMnid({ network: 4n, address: `0x${'ab'.repeat(20)}` })}`
    expect(await rejectionOf(openResolver(devnet).resolve(did))).toMatchObject({
      code: 'NETWORK_UNKNOWN',
      data: { network: '0x4', known: ['0x7a69'] },
    })
  })

  it.each<[string, string]>([
    ['did:web:example.com', 'DID_METHOD_UNSUPPORTED'],
    ['did:uport:hello', 'MNID_INVALID'],
    ['2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqU', 'DID_INVALID'],
    ['did:uport:2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX#keys-1', 'DID_INVALID'],
  ])('refuses %s', async (did, code) => {
    expect(await rejectionOf(openResolver(devnet).resolve(did as Did))).toMatchObject({ code })
  })

  it('keeps no history', async () => {
    const { did } = await createAccount(devnet)
    expect(
      await rejectionOf(openResolver(devnet).resolve(did, { versionTime: 1_500_000_000 })),
    ).toMatchObject({
      code: 'DID_VERSION_UNSUPPORTED',
    })
  })

  it('rejects with the reason of the signal', async () => {
    const { did } = await createAccount(devnet)
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    let closed: Promise<unknown> = Promise.resolve()
    const silent = await tracked(
      serveLocally((_request, response) => {
        closed = once(response, 'close')
        controller.abort(reason)
      }),
    )
    expect(
      await rejectionOf(
        openResolver(devnet, { rpcUrls: [silent.url] }).resolve(did, { signal: controller.signal }),
      ),
    ).toBe(reason)
    await closed
  })
})

describe('the conformance of UportResolver', () => {
  let known: Did
  let unknown: Did
  beforeAll(async () => {
    const account = await createAccount(devnet)
    await account.register(await account.publish('Ada'))
    known = account.did
    unknown = (await createAccount(devnet)).did
  })

  it.each(didResolverCases)('$id $title', async (each) => {
    await each.run({ resolver: openResolver(devnet), known, unknown }, createConformanceTools())
  })
})
