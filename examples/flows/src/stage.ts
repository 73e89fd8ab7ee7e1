import { PostReplySender, RelayClient, RelayRequestFetcher } from '@uport-kit/channel-relay'
import {
  type AnyReplyFlow,
  addressOf,
  createIdentityDocument,
  type Did,
  type DidResolver,
  type Identity,
  type IdentityDocumentType,
  MemoryKeyStore,
  memoryAnsweredRequests,
  memoryBoxKeys,
  memoryRequestStore,
  Requester,
  Responder,
  systemClock,
} from '@uport-kit/core'
import type { Devnet } from '@uport-kit/devnet'
import { bestEngine } from '@uport-kit/engine-native'
import { createSafeFetch, type NodeSafeFetch } from '@uport-kit/fetch-node'
import { KuboPublisher, UportResolver } from '@uport-kit/resolver-uport'
import { publishIdentityDocument, registerIdentity } from '@uport-kit/resolver-uport/register'

/** Somebody with a DID on the devnet's chain and a document in its IPFS. */
export interface Party {
  readonly did: Did
  readonly identity: Identity
  /** The account of the identity's key: `0x` and 40 lower-case hex digits. */
  readonly address: string
}

/** A party that asks. */
export interface Asker extends Party {
  readonly requester: Requester
}

/** The party that is asked. */
export interface Person extends Party {
  /**
   * A wallet that knows this one flow; a real one is given all that it has screens for.
   *
   * @param origins on this machine, to which it may post: a wallet goes to public addresses alone unless it is told so
   */
  wallet(flow: AnyReplyFlow, origins?: readonly string[]): Responder
}

/** Everything that the flows need around them. */
export interface Stage {
  readonly devnet: Devnet
  readonly resolver: DidResolver
  readonly app: Asker
  readonly issuer: Asker
  readonly person: Person
  /** Prints what somebody knows now. */
  says(who: 'app' | 'issuer' | 'wallet', text: string): void
  /** Cancels what still waits. The devnet goes on. */
  close(): Promise<void>
}

/** Registers an app, an issuer and a person on the devnet, and gives each their half of the framework. */
export async function openStage(devnet: Devnet, print: (line: string) => void): Promise<Stage> {
  const networks = { [devnet.networkId]: { rpcUrls: [devnet.rpcUrl], registry: devnet.registry } }
  const resolver = new UportResolver({ networks, gateways: [devnet.gatewayUrl] })
  const relay = new RelayClient({ url: devnet.relayUrl })
  const [app, issuer, person] = await Promise.all([
    register(devnet, 'App', 'Example app'),
    register(devnet, 'Organization', 'Example university'),
    register(devnet, 'Person', 'Ada'),
  ])
  const askers = [app, issuer].map((party) => asker(party, resolver, relay)) as [Asker, Asker]
  const answered = memoryAnsweredRequests({ clock: systemClock() })
  const opened: NodeSafeFetch[] = []
  return {
    devnet,
    resolver,
    app: askers[0],
    issuer: askers[1],
    person: {
      ...person,
      wallet(flow, origins = []) {
        const safeFetch = createSafeFetch({ allowOrigins: [new URL(devnet.relayUrl).origin, ...origins] })
        opened.push(safeFetch)
        return new Responder({
          identity: person.identity,
          resolver,
          flows: [flow],
          senders: [new PostReplySender({ safeFetch })],
          fetchers: [new RelayRequestFetcher({ safeFetch })],
          answered,
        })
      },
    },
    says: (who, text) => print(`${who.padEnd(7)} ${text}`),
    async close() {
      await Promise.all(askers.map(({ requester }) => requester.close()))
      await relay[Symbol.asyncDispose]()
      await Promise.all(opened.map((safeFetch) => safeFetch.close()))
    },
  }
}

function asker(party: Party, resolver: DidResolver, relay: RelayClient): Asker {
  const requester = new Requester({
    identity: party.identity,
    resolver,
    requests: memoryRequestStore({ clock: systemClock() }),
    replyChannels: [relay],
    engine: bestEngine(),
  })
  return { ...party, requester }
}

/** Makes a key, publishes its document in IPFS, and writes the document's hash into the registry from the key's account. */
async function register(devnet: Devnet, type: IdentityDocumentType, name: string): Promise<Party> {
  const keys = new MemoryKeyStore()
  const keyId = name
  const { publicKey } = await keys.create({ keyId })
  const address = addressOf(publicKey)
  const document = createIdentityDocument({ type, name, publicKey })
  const publisher = new KuboPublisher({ url: devnet.ipfsApiUrl })
  const [cid] = await Promise.all([publishIdentityDocument(document, publisher), devnet.fund(address)])
  const { rpcUrl, registry, chainId } = devnet
  const registration = { rpcUrl, registry, chainId, keys, keyId, cid }
  const { did } = await registerIdentity(registration, { pollMs: 50 })
  return { did, address, identity: { did, keyId, keys, boxKeys: memoryBoxKeys() } }
}
