import {
  createIdentityDocument,
  type DidDocument,
  MemoryKeyStore,
  toLegacyDidDocument,
} from '@uport-kit/core'
import { KuboPublisher } from '@uport-kit/resolver-uport'
import { publishIdentityDocument, registerIdentity } from '@uport-kit/resolver-uport/register'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeInterop, genuine, genuineOf } from './support/genuine.ts'
import { type InteropWorld, startInteropWorld } from './support/interop-world.ts'

type Lookup = (mnid: string, callback: (error: Error | null, document?: unknown) => void) => void

describeInterop('uport-did-resolver 0.0.7', () => {
  let world: InteropWorld
  let resolve: (did: string) => Promise<DidDocument | null>

  beforeAll(async () => {
    world = await startInteropWorld()
    const { networkId, registry, rpcUrl, gatewayUrl } = world.devnet
    const createLookup = genuine<(options: object) => Lookup>('uport-lite')
    const lookup = createLookup({
      networks: { [networkId]: { registry, rpcUrl } },
      ipfsGw: `${gatewayUrl}/ipfs/`,
    })
    genuine<{ default: (lookup: Lookup) => void }>('uport-did-resolver').default(lookup)
    resolve = genuineOf<{ default: typeof resolve }>('uport-did-resolver', 'did-resolver').default
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
