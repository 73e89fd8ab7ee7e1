import { didResolverCases, registerConformance } from '@uport-kit/conformance'
import {
  type Clock,
  type Did,
  encodeHex,
  encodeUtf8,
  MethodRouter,
  readEncryptionKey,
  readVerificationKeys,
  signJwt,
  toLegacyDidDocument,
  verifyJwt,
} from '@uport-kit/core'
import { assemble, TOKENS } from '@uport-kit/core/di'
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { codeOf, type RegistryWorld, startRegistryWorld, text32 } from '../test-support/registry-world.ts'
import { ethrResolverModule } from './di/index.ts'
import { EthrDidResolver, type EthrDidResolverOptions } from './index.ts'

let world: RegistryWorld

beforeAll(async () => {
  world = await startRegistryWorld()
}, 60_000)

afterAll(() => world.close())

const resolverOf = (options: Partial<EthrDidResolverOptions> = {}) => world.resolver(options)
const clockAt = (now: number): Clock => ({ now: () => now, after: () => () => {} })

/** What becomes of a token of `did` signed by a key, now on the chain or by this machine's clock. */
async function judge(did: string, keyId: string, resolver = resolverOf(), authentication = false) {
  const now = Math.max(await world.chainTime(), Math.floor(Date.now() / 1000))
  const jwt = await signJwt({ said: 1 }, { did, keyId, keys: world.keys }, { now })
  expect(JSON.parse(atob(jwt.split('.')[0]!)).alg).toBe('ES256K-R')
  return codeOf(verifyJwt(jwt, { resolver, now, authentication }))
}

describe('conformance', () => {
  let known: Did
  let unknown: Did

  beforeAll(async () => {
    const gone = await world.identity()
    await gone.send('changeOwner', `0x${'00'.repeat(20)}`)
    unknown = gone.did
    known = (await world.identity()).did
  })

  // Every address is a did:ethr; the one that there is none of is one that was deactivated.
  registerConformance({ describe, it }, 'EthrDidResolver', didResolverCases, () => ({
    resolver: resolverOf(),
    known,
    unknown,
  }))
})

describe('documents and the tokens they verify', () => {
  test('an address that changed nothing is its own key, in both vocabularies', async () => {
    const alice = await world.identity()
    const { document, versionId, validUntil } = await resolverOf().resolve(alice.did)
    expect(document).toMatchObject({
      id: alice.did,
      verificationMethod: [
        {
          id: `${alice.did}#controller`,
          type: 'EcdsaSecp256k1RecoveryMethod2020',
          controller: alice.did,
          blockchainAccountId: `eip155:${world.chainId}:${alice.address}`,
        },
      ],
      authentication: [`${alice.did}#controller`],
    })
    expect([versionId, validUntil]).toEqual([undefined, undefined])
    expect(await judge(alice.did, alice.keyId, undefined, true)).toBe('accepted')
    expect(await judge(alice.did, (await world.stranger()).keyId)).toBe('JWT_SIGNATURE_INVALID')

    const legacy = toLegacyDidDocument(document)
    expect(legacy['publicKey']).toMatchObject([{ ethereumAddress: alice.address.toLowerCase() }])
    const still = { methods: ['ethr'], resolve: async (did: Did) => ({ did, document: legacy }) }
    const now = 1_700_000_000
    const jwt = await signJwt({}, { did: alice.did, keyId: alice.keyId, keys: world.keys }, { now })
    expect(await codeOf(verifyJwt(jwt, { resolver: still, now, authentication: true }))).toBe('accepted')
  })

  test('a DID in checksum case, by public key, and under the names of its network', async () => {
    const alice = await world.identity()
    const hex = `0x${world.chainId.toString(16)}`
    const byKey: Did = `did:ethr:0x${encodeHex(alice.publicKey)}`
    for (const did of [
      `did:ethr:${alice.address}`,
      byKey,
      `did:ethr:${hex}:${alice.address}`,
      `did:ethr:mainnet:${alice.address}`,
    ])
      expect(await judge(did, alice.keyId)).toBe('accepted')
    const { document } = await resolverOf().resolve(byKey)
    expect(readVerificationKeys(document).map(({ id, type }) => [id, type])).toEqual([
      [`${byKey}#controller`, 'EcdsaSecp256k1RecoveryMethod2020'],
      [`${byKey}#controllerKey`, 'EcdsaSecp256k1VerificationKey2019'],
    ])
  })

  test('a changed owner signs, the former one does not any more', async () => {
    const alice = await world.identity()
    const heir = await world.stranger()
    const { blockNumber, time } = await alice.send('changeOwner', heir.address)
    expect(await judge(alice.did, heir.keyId, undefined, true)).toBe('accepted')
    expect(await judge(alice.did, alice.keyId)).toBe('JWT_SIGNATURE_INVALID')
    const { versionId, metadata } = await resolverOf().resolve(alice.did)
    expect(versionId).toBe(String(blockNumber))
    expect(metadata?.['updated']).toBe(new Date(time * 1000).toISOString().replace('.000', ''))
  })

  test('a delegate signs until it is revoked, and authenticates only as sigAuth', async () => {
    const alice = await world.identity()
    const phone = await world.stranger()
    await alice.send('addDelegate', text32('veriKey'), phone.address, 86_400)
    expect(await judge(alice.did, phone.keyId)).toBe('accepted')
    expect(await judge(alice.did, phone.keyId, undefined, true)).toBe('JWT_SIGNATURE_INVALID')
    await alice.send('addDelegate', text32('sigAuth'), phone.address, 86_400)
    expect(await judge(alice.did, phone.keyId, undefined, true)).toBe('accepted')
    await alice.send('revokeDelegate', text32('sigAuth'), phone.address)
    await alice.send('revokeDelegate', text32('veriKey'), phone.address)
    // In the very second of the revocation too.
    const behind = resolverOf({ clock: clockAt(1) })
    expect(await judge(alice.did, phone.keyId, behind)).toBe('JWT_SIGNATURE_INVALID')
    expect(await judge(alice.did, phone.keyId)).toBe('JWT_SIGNATURE_INVALID')
    expect(await judge(alice.did, alice.keyId)).toBe('accepted')
  })

  test('a delegate ends at its time, which caches are told', async () => {
    const alice = await world.identity()
    const phone = await world.stranger()
    const added = await alice.send('addDelegate', text32('veriKey'), phone.address, 3600)
    const end = added.time + 3600
    const at = (now: number) => resolverOf({ clock: clockAt(now) })
    const live = await at(end - 1).resolve(alice.did)
    expect(live.validUntil).toBe(end)
    expect(readVerificationKeys(live.document)).toHaveLength(2)
    const over = await at(end).resolve(alice.did)
    expect(over.validUntil).toBeUndefined()
    expect(readVerificationKeys(over.document)).toHaveLength(1)
    expect(await judge(alice.did, phone.keyId, at(end - 1))).toBe('accepted')
    expect(await judge(alice.did, phone.keyId, at(end))).toBe('JWT_SIGNATURE_INVALID')
  })

  test('attributes are keys that sign or seal', async () => {
    const alice = await world.identity()
    const server = await world.stranger()
    const sealing = new Uint8Array(32).fill(7)
    const name = text32('did/pub/Secp256k1/sigAuth/hex')
    await alice.send('setAttribute', name, server.publicKey, 86_400)
    await alice.send('setAttribute', text32('did/pub/X25519/enc/base64'), sealing, 86_400)
    await alice.send('setAttribute', text32('did/svc/Hub'), encodeUtf8('https://hub.example'), 10n ** 30n)
    const { document } = await resolverOf().resolve(alice.did)
    expect(document['service']).toMatchObject([{ type: 'Hub', serviceEndpoint: 'https://hub.example' }])
    expect(readEncryptionKey(document)).toEqual(sealing)
    expect(await judge(alice.did, server.keyId, undefined, true)).toBe('accepted')
    await alice.send('revokeAttribute', name, server.publicKey)
    expect(await judge(alice.did, server.keyId)).toBe('JWT_SIGNATURE_INVALID')
  })
})

describe('earlier versions', () => {
  test('the keys of a time are those of the blocks until then', async () => {
    const alice = await world.identity()
    const [phone, heir] = [await world.stranger(), await world.stranger()]
    await world.provider.send('evm_increaseTime', [1000])
    const { time: added } = await alice.send('addDelegate', text32('veriKey'), phone.address, 500)
    await world.provider.send('evm_increaseTime', [1000])
    const { time: handed } = await alice.send('changeOwner', heir.address)
    const resolver = resolverOf({ clock: clockAt(handed + 10) })
    const addressesAt = async (versionTime: number) =>
      readVerificationKeys((await resolver.resolve(alice.did, { versionTime })).document).map(
        (key) => key.ethereumAddress,
      )
    const lower = (address: string) => address.toLowerCase()
    expect(await addressesAt(added - 1)).toEqual([lower(alice.address)])
    expect(await addressesAt(added)).toEqual([lower(alice.address), lower(phone.address)])
    expect(await addressesAt(added + 499)).toEqual([lower(alice.address), lower(phone.address)])
    expect(await addressesAt(added + 500)).toEqual([lower(alice.address)])
    expect(await addressesAt(handed - 0.5)).toEqual([lower(alice.address)])
    expect(await addressesAt(handed + 5)).toEqual([lower(heir.address)])
    expect(await codeOf(addressesAt(handed + 11))).toBe('DID_VERSION_UNSUPPORTED')
    expect(await codeOf(addressesAt(Number.NaN))).toBe('DID_VERSION_UNSUPPORTED')
    // After Ethereum's first block, before this chain's.
    expect(await codeOf(addressesAt(1_500_000_000))).toBe('DID_VERSION_UNSUPPORTED')
  })
})

describe('what is refused before anybody is asked', () => {
  const alice = `0x${'ab'.repeat(20)}`

  test.each([
    ['did:ethr:0x12', 'DID_INVALID'],
    [`did:ethr:${alice}00`, 'DID_INVALID'],
    [`did:ethr:0x04${'ab'.repeat(32)}`, 'DID_INVALID'],
    [`did:ethr:0x02${'ff'.repeat(32)}`, 'DID_INVALID'],
    [`did:ethr:${alice}:x`, 'DID_INVALID'],
    [`did:ethr:${'n'.repeat(65)}:${alice}`, 'DID_INVALID'],
    [`did:ethr:${alice}#controller`, 'DID_INVALID'],
    [`did:ethr:sepolia:${alice}`, 'ETHR_NETWORK_UNKNOWN'],
    [`did:ethr:__proto__:${alice}`, 'ETHR_NETWORK_UNKNOWN'],
    [`did:ethr:0x01:${alice}`, 'ETHR_NETWORK_UNKNOWN'],
  ] as const)('%s', async (did, code) => {
    const fetch = () => Promise.reject(new Error('asked'))
    expect(await codeOf(resolverOf({ fetch }).resolve(did))).toBe(code)
  })

  test.each<[string, unknown]>([
    ['no networks', { networks: [] }],
    ['a chain id that is none', { networks: [{ chainId: 0, rpcUrl: 'http://127.0.0.1:1' }] }],
    ['a URL that is none', { networks: [{ chainId: 1, rpcUrl: 'ftp://127.0.0.1' }] }],
    ['a URL with credentials', { networks: [{ chainId: 1, rpcUrl: 'http://a:b@127.0.0.1' }] }],
    ['a registry that is none', { networks: [{ chainId: 1, rpcUrl: 'http://127.0.0.1', registry: '0x' }] }],
    ['a name that is none', { networks: [{ name: '0xab', chainId: 1, rpcUrl: 'http://127.0.0.1' }] }],
    ['a network twice', { networks: [1, 1n].map((chainId) => ({ chainId, rpcUrl: 'http://127.0.0.1:1' })) }],
    ['no time', { networks: [{ chainId: 1, rpcUrl: 'http://127.0.0.1' }], timeoutMs: 0 }],
    ['half a request', { networks: [{ chainId: 1, rpcUrl: 'http://127.0.0.1' }], maxRequests: 0.5 }],
  ])('%s', (_, options) => {
    expect(() => new EthrDidResolver(options as EthrDidResolverOptions)).toThrow(TypeError)
  })
})

test('the module adds the method', async () => {
  const { chainId, devnet, registry } = world
  const networks = [{ name: 'mainnet', chainId, rpcUrl: devnet.rpcUrl, registry }]
  await using app = assemble(ethrResolverModule({ networks }))
  const router = new MethodRouter([...app.getAll(TOKENS.MethodResolver)])
  const alice = await world.identity()
  expect((await router.resolve(alice.did)).document.id).toBe(alice.did)
})
