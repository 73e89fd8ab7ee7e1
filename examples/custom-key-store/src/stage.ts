import { PostReplySender, RelayClient, RelayRequestFetcher } from '@uport-kit/channel-relay'
import {
  addressOf,
  answerDisclosure,
  createIdentityDocument,
  type Did,
  type Disclosure,
  disclosure,
  type Identity,
  type KeyStore,
  MemoryKeyStore,
  memoryAnsweredRequests,
  memoryBoxKeys,
  memoryRequestStore,
  Requester,
  Responder,
  systemClock,
} from '@uport-kit/core'
import type { Devnet } from '@uport-kit/devnet'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { KuboPublisher, UportResolver } from '@uport-kit/resolver-uport'
import { publishIdentityDocument, registerIdentity } from '@uport-kit/resolver-uport/register'

/** A key in a store. */
export interface Key {
  readonly keys: KeyStore
  readonly keyId: string
}

/** An app that people log in to, on a devnet. */
export interface Stage {
  /**
   * Publishes who has this key, and writes that into the registry from the account.
   *
   * @param account whose key signs the transaction; it is the identity's owner and may lie somewhere else than its key
   */
  register(name: string, key: Key, account: Key): Promise<Identity>
  /** The whole exchange: request, consent, reply over the relay, verification through chain and IPFS. */
  logIn(identity: Identity): Promise<Disclosure>
  close(): Promise<void>
}

export async function openStage(devnet: Devnet): Promise<Stage> {
  const networks = { [devnet.networkId]: { rpcUrls: [devnet.rpcUrl], registry: devnet.registry } }
  const resolver = new UportResolver({ networks, gateways: [devnet.gatewayUrl] })
  const relay = new RelayClient({ url: devnet.relayUrl })
  const safeFetch = createSafeFetch({ allowOrigins: [new URL(devnet.relayUrl).origin] })
  const clock = systemClock()
  const appKey = await memoryKey('app')
  const requester = new Requester({
    identity: await register(devnet, 'Example app', appKey, appKey),
    resolver,
    requests: memoryRequestStore({ clock }),
    replyChannels: [relay],
  })
  return {
    register: (name, key, account) => register(devnet, name, key, account),
    async logIn(identity) {
      const wallet = new Responder({
        identity,
        resolver,
        flows: [answerDisclosure],
        senders: [new PostReplySender({ safeFetch })],
        fetchers: [new RelayRequestFetcher({ safeFetch })],
        answered: memoryAnsweredRequests({ clock }),
      })
      const exchange = await requester.start(disclosure, {})
      try {
        const consent = await wallet.receive(exchange.request.uri())
        if (!consent.is(answerDisclosure)) throw new TypeError('The wallet has no screen for this.')
        await consent.approve({ claims: {} })
        return await exchange.result
      } finally {
        exchange.result.catch(() => {})
        await exchange.close()
      }
    },
    async close() {
      await requester.close()
      await relay[Symbol.asyncDispose]()
      await safeFetch.close()
    },
  }
}

/** A key in this process's memory, for what is not the point here. */
export async function memoryKey(keyId: string): Promise<Key> {
  const keys = new MemoryKeyStore()
  await keys.create({ keyId })
  return { keys, keyId }
}

async function register(devnet: Devnet, name: string, { keys, keyId }: Key, account: Key): Promise<Identity> {
  const document = createIdentityDocument({
    type: 'Person',
    name,
    publicKey: await publicKeyOf({ keys, keyId }),
  })
  const publisher = new KuboPublisher({ url: devnet.ipfsApiUrl })
  const [cid] = await Promise.all([
    publishIdentityDocument(document, publisher),
    devnet.fund(addressOf(await publicKeyOf(account))),
  ])
  const { rpcUrl, registry, chainId } = devnet
  const registration = { rpcUrl, registry, chainId, ...account, cid }
  const { did }: { did: Did } = await registerIdentity(registration, { pollMs: 50 })
  return { did, keyId, keys, boxKeys: memoryBoxKeys() }
}

async function publicKeyOf({ keys, keyId }: Key): Promise<Uint8Array> {
  const info = await keys.get(keyId)
  if (info === undefined) throw new TypeError(`The store holds no key ${keyId}.`)
  return info.publicKey
}
