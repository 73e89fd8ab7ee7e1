import {
  addressOf,
  createIdentityDocument,
  type Did,
  type IdentityDocumentType,
  type KeyStore,
  type PublicKeyInfo,
} from '@uport-kit/core'
import type { Devnet } from '@uport-kit/devnet'
import { KuboPublisher } from '@uport-kit/resolver-uport'
import { publishIdentityDocument, registerIdentity } from '@uport-kit/resolver-uport/register'
import { fromEnvironment, type KeyFiles, type KeyPlace, type KeyWish } from './key-place.ts'
import { openKeys } from './keys.ts'

/** A key that was found or made. */
export interface OpenedKey {
  readonly keyId: string
  readonly keys: KeyStore
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
  readonly publicKey: Uint8Array
  readonly isNew: boolean
}

export async function openKey(name: KeyWish['name'], files: KeyFiles): Promise<OpenedKey> {
  const { keys, keyId } = await openKeys({ name, files, env: fromEnvironment(name) })
  const held = await keys.get(keyId)
  const { publicKey } = held ?? (await createKey({ keys, keyId }))
  return { keyId, keys, address: addressOf(publicKey), publicKey, isNew: held === undefined }
}

async function createKey({ keys, keyId }: KeyPlace): Promise<PublicKeyInfo> {
  if (keys.create === undefined) {
    throw new Error(`The key store holds no key ${keyId} and makes none: make one where its keys are kept.`)
  }
  return keys.create({ keyId })
}

/** An identity that lives on the chain and in IPFS. */
export interface RegisteredIdentity {
  readonly did: Did
  readonly cid: string
  readonly transactionHash: string
}

/** Publishes the key's identity document and writes its hash into the registry from the key's own account. */
export async function publishAndRegister(
  key: OpenedKey,
  profile: { readonly type: IdentityDocumentType; readonly name: string },
  devnet: Devnet,
): Promise<RegisteredIdentity> {
  const document = createIdentityDocument({ ...profile, publicKey: key.publicKey })
  const publisher = new KuboPublisher({ url: devnet.ipfsApiUrl })
  const [cid] = await Promise.all([publishIdentityDocument(document, publisher), devnet.fund(key.address)])
  const { rpcUrl, registry, chainId } = devnet
  return registerIdentity(
    { rpcUrl, registry, chainId, keys: key.keys, keyId: key.keyId, cid },
    { pollMs: 50 },
  )
}
