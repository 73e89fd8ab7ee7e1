import {
  createIdentityDocument,
  type Did,
  encodeHex,
  encodeMnid,
  encodeUtf8,
  MemoryKeyStore,
} from '@uport-kit/core'
import type { Devnet } from '@uport-kit/devnet'
import { computeAddress } from 'ethers'
import { KuboPublisher, type NetworkOptions, UportResolver } from '../src/index.ts'
import { publishIdentityDocument, registerIdentity } from '../src/register/index.ts'

/** An account with ether of its own, so that no test meets another's registration. */
export async function createAccount(devnet: Devnet) {
  const keys = new MemoryKeyStore()
  const { keyId, publicKey } = await keys.create()
  const address = computeAddress(`0x${encodeHex(publicKey)}`).toLowerCase()
  await devnet.fund(address)
  const did: Did = `did:uport:${encodeMnid({ network: devnet.chainId, address })}`
  const register = (cid: string) => {
    const { rpcUrl, registry } = devnet
    return registerIdentity({ rpcUrl, registry, keys, keyId, cid }, { pollMs: 5 })
  }
  const publish = (name: string) =>
    publishIdentityDocument(createIdentityDocument({ type: 'Person', publicKey, name }), publisherOf(devnet))
  return { keys, keyId, publicKey, address, did, register, publish }
}

export function publisherOf(devnet: Devnet): KuboPublisher {
  return new KuboPublisher({ url: devnet.ipfsApiUrl })
}

/** Stores a document of any form and points the registry to it. */
export async function registerStored(devnet: Devnet, content: (did: Did) => string) {
  const account = await createAccount(devnet)
  const cid = await publisherOf(devnet).add(encodeUtf8(content(account.did)))
  await account.register(cid)
  return { ...account, cid }
}

/** A resolver of the devnet, but for what is said otherwise. */
export function openResolver(
  devnet: Devnet,
  network: Partial<NetworkOptions> = {},
  options: { readonly gateways?: readonly string[]; readonly maxDocumentBytes?: number } = {},
): UportResolver {
  const { rpcUrl, registry, networkId, gatewayUrl } = devnet
  const networks = { [networkId]: { rpcUrls: [rpcUrl], registry, ...network } }
  return new UportResolver({ networks, gateways: [gatewayUrl], timeoutMs: 2000, ...options })
}
