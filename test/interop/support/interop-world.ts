import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PostReplySender, RelayClient } from '@uport-kit/channel-relay'
import {
  addressOf,
  answerClaimSignature,
  answerDisclosure,
  answerPersonalSign,
  answerVerifiedClaim,
  createIdentityDocument,
  type DidDocument,
  type DidResolver,
  encodeHex,
  foldDid,
  type Identity,
  type JsonObject,
  MemoryKeyStore,
  MethodRouter,
  memoryAnsweredRequests,
  memoryBoxKeys,
  memoryRequestStore,
  type PendingConsent,
  type ReplySender,
  Requester,
  Responder,
  systemClock,
  toLegacyDidDocument,
} from '@uport-kit/core'
import { answerTransaction, answerTypedData } from '@uport-kit/core/ethereum'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { startRelayServer } from '@uport-kit/relay-server'
import { KuboPublisher } from '@uport-kit/resolver-uport'
import { publishIdentityDocument, registerIdentity } from '@uport-kit/resolver-uport/register'
import { type DevnetWorld, startDevnetWorld } from '../../support/devnet-world.ts'
import type { BareResolver } from './genuine-types.ts'

const FLOWS = [
  ...[answerDisclosure, answerClaimSignature, answerPersonalSign, answerVerifiedClaim],
  ...[answerTypedData, answerTransaction],
]

/** An identity whose private key the genuine packages get to hold too. */
export interface KnownParty {
  readonly identity: Identity
  readonly did: `did:${string}:${string}`
  /** 64 hex digits. */
  readonly privateKey: string
}

/** A devnet, our two sides on it, and what the genuine packages need to find identities there. */
export interface InteropWorld extends Omit<DevnetWorld, 'wallet'> {
  /** Finds did:uport on the devnet, and did:ethr by its address alone. */
  readonly did: DidResolver
  /** The same for did-jwt up to 4. */
  readonly bare: BareResolver
  /** An identity in the devnet's registry. */
  registerKnown(name: string): Promise<KnownParty>
  requester(identity: Identity): Requester
  /** A wallet that takes old requests too. Without senders of its own it posts, to this machine alone. */
  wallet(identity: Identity, senders?: readonly ReplySender[]): Responder
  /** What a wallet posted to `callbackUrl`, in order; throws where nothing is left. */
  posted(): JsonObject
  /** Answers a request as a person who gives these claims, and gives what arrived at `callbackUrl`. */
  answer(request: string, user: KnownParty, claims: JsonObject): Promise<JsonObject>
  /** A relay that serves the routes of the old message server too. */
  readonly oldRelayUrl: string
  /** Where answers of `answer` arrive. */
  readonly callbackUrl: string
}

export async function startInteropWorld(): Promise<InteropWorld> {
  const world = await startDevnetWorld()
  const { rpcUrl, registry, chainId, relayUrl, ipfsApiUrl } = world.devnet
  const relay = new RelayClient({ url: relayUrl })
  const inbox = await openInbox()
  const oldRelay = await startRelayServer({ legacyTopics: true })
  const safeFetch = createSafeFetch({
    allowOrigins: [new URL(inbox.url).origin, new URL(oldRelay.url).origin],
  })
  const did = new MethodRouter([world.resolver(), ethrByAddress])
  const publisher = new KuboPublisher({ url: ipfsApiUrl })
  const wallet: InteropWorld['wallet'] = (identity, senders = [new PostReplySender({ safeFetch })]) =>
    new Responder({
      identity,
      resolver: did,
      flows: FLOWS,
      senders,
      answered: memoryAnsweredRequests({ clock: systemClock() }),
      requestsWithoutExp: true,
    })

  return {
    ...world,
    did,
    bare: { resolve: async (id) => toLegacyDidDocument((await did.resolve(foldDid(id))).document) },
    async registerKnown(name) {
      const privateKey = crypto.getRandomValues(new Uint8Array(32))
      const keys = new MemoryKeyStore()
      const { publicKey } = await keys.import(privateKey, { keyId: name })
      await world.devnet.fund(addressOf(publicKey))
      const document = createIdentityDocument({ type: 'Person', publicKey, name })
      const cid = await publishIdentityDocument(document, publisher)
      const registered = await registerIdentity(
        { rpcUrl, registry, chainId, keys, keyId: name, cid },
        { pollMs: 20 },
      )
      const identity = { did: registered.did, keyId: name, keys, boxKeys: memoryBoxKeys() }
      return { identity, did: registered.did, privateKey: encodeHex(privateKey) }
    },
    requester: (identity) =>
      new Requester({
        identity,
        resolver: did,
        requests: memoryRequestStore({ clock: systemClock() }),
        replyChannels: [relay],
        sealing: 'preferred',
      }),
    wallet,
    posted: () => inbox.next(),
    async answer(request, user, claims) {
      await approve(await wallet(user.identity).receive(request), claims)
      return inbox.next()
    },
    oldRelayUrl: oldRelay.url,
    callbackUrl: inbox.url,
    async close() {
      await relay[Symbol.asyncDispose]()
      await safeFetch.close()
      await inbox.close()
      await oldRelay.close()
      await world.close()
    },
  }
}

/** Gives a disclosure these claims. */
export async function approve(consent: PendingConsent, claims: JsonObject): Promise<void> {
  if (!consent.is(answerDisclosure)) throw new Error('no disclosure request')
  await consent.approve({ claims })
}

/** A did:ethr that has changed nothing: its address is its key. */
const ethrByAddress: DidResolver = {
  methods: ['ethr'],
  async resolve(did) {
    const address = did.slice('did:ethr:'.length).toLowerCase()
    const key = `${did}#owner`
    const document: DidDocument = {
      '@context': 'https://w3id.org/did/v1',
      id: did,
      publicKey: [{ id: key, type: 'Secp256k1VerificationKey2018', owner: did, ethereumAddress: address }],
      authentication: [{ type: 'Secp256k1SignatureAuthentication2018', publicKey: key }],
    }
    return { did, document }
  },
}

interface Inbox {
  readonly url: string
  next(): JsonObject
  close(): Promise<void>
}

/** An application's callback: takes what wallets post. */
async function openInbox(): Promise<Inbox> {
  const bodies: JsonObject[] = []
  const server: Server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    bodies.push(JSON.parse(text))
    response.writeHead(200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/callback`,
    next() {
      const body = bodies.shift()
      if (body === undefined) throw new Error('nothing arrived at the callback')
      return body
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
