import {
  addressOf,
  createIdentityDocument,
  derivedBoxKeys,
  type Identity,
  type IdentityDocumentType,
  type KeyManager,
  type KeyStore,
} from '@uport-kit/core'
import type { Devnet } from '@uport-kit/devnet'
import { KuboPublisher } from '@uport-kit/resolver-uport'
import { publishIdentityDocument, registerIdentity } from '@uport-kit/resolver-uport/register'

/** Who somebody is on the chain and in IPFS. */
export interface PartyProfile {
  readonly type: IdentityDocumentType
  readonly name: string
  readonly description: string
  readonly url: string
}

/** What a server needs to act for a party. */
export interface PartyKeys {
  readonly keys: KeyStore & KeyManager
  readonly keyId: string
  /** 32 random bytes: what opens the sealed answers. */
  readonly boxSecret: Uint8Array
}

/** Makes the key where there is none, publishes the party's document, and writes its hash into the registry. */
export async function registerParty(
  devnet: Devnet,
  { keys, keyId, boxSecret }: PartyKeys,
  { type, name, description, url }: PartyProfile,
): Promise<Identity> {
  const { publicKey } = (await keys.get(keyId)) ?? (await keys.create({ keyId }))
  const document = createIdentityDocument({ type, name, description, url, publicKey })
  const publisher = new KuboPublisher({ url: devnet.ipfsApiUrl })
  const [cid] = await Promise.all([
    publishIdentityDocument(document, publisher),
    devnet.fund(addressOf(publicKey)),
  ])
  const { rpcUrl, registry, chainId } = devnet
  const { did } = await registerIdentity({ rpcUrl, registry, chainId, keys, keyId, cid }, { pollMs: 50 })
  return { did, keyId, keys, boxKeys: derivedBoxKeys(boxSecret) }
}
