import { didResolverCases, registerConformance } from '@uport-kit/conformance'
import { createIdentityDocument, encodeHex, encodeMnid, MemoryKeyStore } from '@uport-kit/core'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { computeAddress } from 'ethers'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { KuboPublisher, UportResolver } from './index.ts'
import { publishIdentityDocument, registerIdentity } from './register/index.ts'

let devnet: Devnet
let known: Awaited<ReturnType<typeof registerIdentity>>['did']

beforeAll(async () => {
  devnet = await startDevnet()
  const keys = new MemoryKeyStore()
  const { keyId, publicKey } = await keys.create()
  await devnet.fund(computeAddress(`0x${encodeHex(publicKey)}`))
  const document = createIdentityDocument({ type: 'Person', publicKey, name: 'Ada' })
  const cid = await publishIdentityDocument(document, new KuboPublisher({ url: devnet.ipfsApiUrl }))
  const { rpcUrl, registry } = devnet
  known = (await registerIdentity({ rpcUrl, registry, keys, keyId, cid }, { pollMs: 5 })).did
}, 60_000)

afterAll(() => devnet?.stop())

registerConformance({ describe, it }, 'UportResolver over a chain and a gateway', didResolverCases, () => {
  const { rpcUrl, registry, networkId, gatewayUrl, chainId } = devnet
  const nobody = encodeMnid({ network: chainId, address: `0x${'ab'.repeat(20)}` })
  return {
    resolver: new UportResolver({
      networks: { [networkId]: { rpcUrls: [rpcUrl], registry } },
      gateways: [gatewayUrl],
    }),
    known,
    unknown: `did:uport:${nobody}` as const,
  }
})
