import {
  addressOf,
  createIdentityDocument,
  type Did,
  type IdentityDocumentType,
  type KeyStore,
} from '@uport-kit/core'
import type { Devnet } from '@uport-kit/devnet'
import { openFileKeyStore, type ScryptCost } from '@uport-kit/key-store-file'
import { KuboPublisher } from '@uport-kit/resolver-uport'
import { publishIdentityDocument, registerIdentity } from '@uport-kit/resolver-uport/register'

/** A key in an encrypted file, made in an earlier run or now. */
export interface OpenedKey {
  readonly keyId: string
  readonly keys: KeyStore
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
  readonly publicKey: Uint8Array
  readonly isNew: boolean
}

export interface KeyFiles {
  readonly directory: string
  readonly passphrase: string
  readonly scrypt?: ScryptCost | undefined
}

export async function openKey(keyId: string, files: KeyFiles): Promise<OpenedKey> {
  const keys = await openFileKeyStore(files)
  const held = await keys.get(keyId)
  const { publicKey } = held ?? (await keys.create({ keyId }))
  return {
    keyId,
    keys,
    address: addressOf(publicKey),
    publicKey,
    isNew: held === undefined,
  }
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
