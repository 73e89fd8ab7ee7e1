import { PostReplySender, RelayRequestFetcher } from '@uport-kit/channel-relay'
import {
  addressOf,
  answerDisclosure,
  createIdentityDocument,
  type DidResolver,
  type Identity,
  type JsonObject,
  MemoryKeyStore,
  memoryAnsweredRequests,
  memoryBoxKeys,
  Responder,
  systemClock,
} from '@uport-kit/core'
import { type Devnet, type DevnetOptions, startDevnet } from '@uport-kit/devnet'
import { createSafeFetch, type NodeSafeFetch } from '@uport-kit/fetch-node'
import { KuboPublisher, UportResolver, type UportResolverOptions } from '@uport-kit/resolver-uport'
import { publishIdentityDocument, registerIdentity } from '@uport-kit/resolver-uport/register'

/** An identity on the devnet's chain and in its IPFS. */
export interface Registered {
  readonly identity: Identity
  readonly keys: MemoryKeyStore
  readonly address: string
  readonly cid: string
}

/** Where a test's resolver looks instead of the devnet itself. */
export interface ResolverChanges {
  readonly networks?: UportResolverOptions['networks']
  readonly gateways?: readonly string[]
}

/** A devnet and the parts on top of it that tests share. */
export interface DevnetWorld {
  readonly devnet: Devnet
  readonly networks: UportResolverOptions['networks']
  readonly safeFetch: NodeSafeFetch
  /** A resolver without any cache but of content. */
  resolver(changes?: ResolverChanges): UportResolver
  /** Makes keys, publishes a document and registers it. */
  register(name: string): Promise<Registered>
  /** Publishes and registers another public key for an identity whose account key stays. */
  rotate(party: Registered, keyId: string): Promise<void>
  wallet(identity: Identity, resolver?: DidResolver): Responder
  close(): Promise<void>
}

export async function startDevnetWorld(options: DevnetOptions = {}): Promise<DevnetWorld> {
  const devnet = await startDevnet(options)
  const { rpcUrl, registry, chainId, relayUrl, gatewayUrl } = devnet
  const networks = { [devnet.networkId]: { rpcUrls: [rpcUrl], registry } }
  const safeFetch = createSafeFetch({ allowOrigins: [new URL(relayUrl).origin] })
  const publisher = new KuboPublisher({ url: devnet.ipfsApiUrl })
  const resolver = (changes: ResolverChanges = {}): UportResolver =>
    new UportResolver({ networks, gateways: [gatewayUrl], ...changes })

  async function write(keys: MemoryKeyStore, accountKey: string, publicKey: Uint8Array, name: string) {
    const document = createIdentityDocument({ type: 'Person', publicKey, name })
    const cid = await publishIdentityDocument(document, publisher)
    return registerIdentity({ rpcUrl, registry, chainId, keys, keyId: accountKey, cid }, { pollMs: 20 })
  }

  return {
    devnet,
    networks,
    safeFetch,
    resolver,
    async register(name) {
      const keys = new MemoryKeyStore()
      const { publicKey } = await keys.create({ keyId: name })
      const address = addressOf(publicKey)
      await devnet.fund(address)
      const { did, cid } = await write(keys, name, publicKey, name)
      return { identity: { did, keyId: name, keys, boxKeys: memoryBoxKeys() }, keys, address, cid }
    },
    async rotate({ keys, identity }, keyId) {
      const { publicKey } = await keys.create({ keyId })
      await write(keys, identity.keyId, publicKey, keyId)
    },
    wallet(identity, own = resolver()) {
      return new Responder({
        identity,
        resolver: own,
        flows: [answerDisclosure],
        senders: [new PostReplySender({ safeFetch })],
        fetchers: [new RelayRequestFetcher({ safeFetch })],
        answered: memoryAnsweredRequests({ clock: systemClock() }),
      })
    },
    async close() {
      await safeFetch.close()
      await devnet.stop()
    },
  }
}

/** Posts a body to a callback as anybody can who saw the request. */
export async function postReply(callback: string, body: JsonObject): Promise<number> {
  const answer = await fetch(callback, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  await answer.body?.cancel()
  return answer.status
}
