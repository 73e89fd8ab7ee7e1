import { createIdentityDocument, MemoryKeyStore, toLegacyDidDocument } from '@uport-kit/core'
import { KuboPublisher } from '@uport-kit/resolver-uport'
import { publishIdentityDocument, registerIdentity } from '@uport-kit/resolver-uport/register'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInterop } from './support/genuine.ts'
import { genuineResolve } from './support/genuine-lookup.ts'
import { type InteropWorld, startInteropWorld } from './support/interop-world.ts'

describeInterop('uport-did-resolver 0.0.7', () => {
  let world: InteropWorld
  let resolve: ReturnType<typeof genuineResolve>

  beforeAll(async () => {
    world = await startInteropWorld()
    resolve = genuineResolve(world.devnet)
  })
  afterAll(() => world.close())

  /** Registers a new identity with more in its document than the registry needs. */
  async function register(more: object): Promise<`did:${string}:${string}`> {
    const { rpcUrl, registry, chainId, ipfsApiUrl, fund } = world.devnet
    const keys = new MemoryKeyStore()
    const { keyId, publicKey } = await keys.create()
    await fund(keyId)
    const document = createIdentityDocument({ type: 'Person', publicKey, ...more })
    const cid = await publishIdentityDocument(document, new KuboPublisher({ url: ipfsApiUrl }))
    return (await registerIdentity({ rpcUrl, registry, chainId, keys, keyId, cid }, { pollMs: 20 })).did
  }

  it.each([
    ['a key alone', {}],
    ['a profile', { name: 'Ada', description: 'Countess' }],
    ['a key to seal to', { name: 'Zoë', publicEncKey: new Uint8Array(32).fill(7) }],
  ])('finds an identity that was registered here, as ours does: %s', async (_, more) => {
    const did = await register(more)
    const { document } = await world.resolver().resolve(did)
    const theirs = await resolve(did)
    expect(theirs).toEqual(JSON.parse(JSON.stringify(toLegacyDidDocument(document))))
    expect(theirs?.id).toBe(did)
  })
})
