import {
  addressOf,
  createDidDocument,
  type Did,
  type DidDocument,
  type DidResolver,
  didFromMnid,
  encodeMnid,
  encodeUtf8,
  foldDid,
  type Identity,
  type JsonObject,
  MemoryKeyStore,
  memoryBoxKeys,
  sha256,
} from '@uport-kit/core'

/** An identity made from a text: the same text, the same keys and DID. Of no use but in tests. */
export interface TestIdentity {
  readonly identity: Identity
  readonly keys: MemoryKeyStore
  readonly did: Did
  readonly document: DidDocument
}

/**
 * Makes an identity for tests.
 *
 * @param seed any text
 * @param profile the public profile in its document
 */
export async function createTestIdentity(seed: string, profile: JsonObject = {}): Promise<TestIdentity> {
  const keys = new MemoryKeyStore()
  const keyId = `test ${seed}`
  const { publicKey } = await keys.import(sha256(encodeUtf8(`uport-kit test wallet ${seed}`)), { keyId })
  const did = didFromMnid(encodeMnid({ network: 1n, address: addressOf(publicKey) }))
  const document = createDidDocument({ did, publicKey, profile })
  return { identity: { did, keyId, keys, boxKeys: memoryBoxKeys() }, keys, did, document }
}

/** A resolver that knows these identities, and asks `resolver` for all others. */
export function resolverOf(identities: readonly TestIdentity[], resolver?: DidResolver): DidResolver {
  const documents = new Map(identities.map(({ did, document }) => [foldDid(did), document]))
  return {
    methods: [...new Set(['uport', ...(resolver?.methods ?? [])])],
    async resolve(did, options) {
      const document = documents.get(foldDid(did))
      if (document !== undefined) return { did, document }
      if (resolver === undefined) throw new TypeError(`resolverOf: give a resolver that knows ${did}`)
      return resolver.resolve(did, options)
    },
  }
}
