import {
  createIdentityDocument,
  encodeHex,
  encodeUtf8,
  type KeyStore,
  keccak256,
  MemoryKeyStore,
  parseMnid,
  type SignContext,
} from '@uport-kit/core'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { computeAddress, Transaction } from 'ethers'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { askRpc, type LocalServer, type Meddle, proxyRpc, rejectionOf } from '../../test/local-server.ts'
import { cidOfBytes, KuboPublisher, UportResolver } from '../index.ts'
import {
  publishIdentityDocument,
  type Registration,
  type RegistrationProgress,
  registerIdentity,
} from './index.ts'

let devnet: Devnet
beforeAll(async () => {
  devnet = await startDevnet()
}, 60_000)
afterAll(() => devnet?.stop())

const servers: LocalServer[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]()
})

async function proxy(meddle: Meddle) {
  const server = await proxyRpc(devnet.rpcUrl, meddle)
  servers.push(server)
  return server
}

const cid = cidOfBytes(encodeUtf8('a document'))
const fast = { pollMs: 5 }

async function createAccount(wei?: bigint) {
  const keys = new MemoryKeyStore()
  const { keyId, publicKey } = await keys.create()
  const address = computeAddress(`0x${encodeHex(publicKey)}`).toLowerCase()
  if (wei !== 0n) await devnet.fund(address, wei)
  const { rpcUrl, registry } = devnet
  const registration: Registration = { rpcUrl, registry, keys, keyId, cid }
  return { keys, keyId, publicKey, address, registration }
}

describe('registerIdentity', () => {
  it('writes what the resolver then reads', async () => {
    const { publicKey, registration, address } = await createAccount()
    const document = createIdentityDocument({ type: 'Person', publicKey, name: 'Ada' })
    const published = await publishIdentityDocument(document, new KuboPublisher({ url: devnet.ipfsApiUrl }))
    const progress: RegistrationProgress[] = []
    const onProgress = (step: RegistrationProgress) => void progress.push(step)
    const registered = await registerIdentity(
      { ...registration, cid: published, chainId: devnet.chainId },
      { ...fast, onProgress },
    )
    const { did, transactionHash, blockNumber } = registered
    expect(registered.cid).toBe(published)
    expect(parseMnid(did.slice('did:uport:'.length))).toEqual({ network: devnet.chainId, address })
    expect(progress.map(({ stage }) => stage)).toEqual(['signed', 'sent', 'included'])
    expect(new Set(progress.map((step) => step.transactionHash))).toEqual(new Set([transactionHash]))
    const receipt = await askRpc(devnet.rpcUrl, 'eth_getTransactionReceipt', transactionHash)
    expect(receipt).toMatchObject({
      status: '0x1',
      from: address,
      blockNumber: `0x${blockNumber.toString(16)}`,
    })
    const networks = { [devnet.networkId]: { rpcUrls: [devnet.rpcUrl], registry: devnet.registry } }
    const resolved = await new UportResolver({ networks, gateways: [devnet.gatewayUrl] }).resolve(did)
    expect([resolved.did, resolved.versionId]).toEqual([did, published])
  })

  it('lets the key store see what it signs', async () => {
    const { registration, keys, address } = await createAccount()
    const seen: { digest: Uint8Array; context: SignContext }[] = []
    const watching: KeyStore = {
      get: (keyId, options) => keys.get(keyId, options),
      sign: (keyId, digest, context, options) => {
        seen.push({ digest, context })
        return keys.sign(keyId, digest, context, options)
      },
    }
    await registerIdentity({ ...registration, keys: watching }, fast)
    expect(seen).toHaveLength(1)
    const [{ digest, context }] = seen as [(typeof seen)[0]]
    expect([context.purpose, context.hash]).toEqual(['transaction', 'keccak256'])
    expect(keccak256(context.preimage)).toEqual(digest)
    const { to, chainId } = Transaction.from(`0x${encodeHex(context.preimage)}`)
    expect([to?.toLowerCase(), chainId]).toEqual([devnet.registry, devnet.chainId])
    expect(context.preview).toMatchObject({ to, chainId: '31337', value: '0', nonce: 0 })
    expect(JSON.stringify(context.preview)).toContain(address.slice(2))
  })

  it('puts another network id into the MNID where the network goes by one', async () => {
    const { registration } = await createAccount()
    const { did } = await registerIdentity({ ...registration, network: 0x94365e3an }, fast)
    expect(parseMnid(did.slice('did:uport:'.length)).network).toBe(0x94365e3an)
  })

  it('pays in the old way on a chain without a base fee, and guesses a tip where none is told', async () => {
    const blockWithout = await proxy(({ method }) =>
      method === 'eth_getBlockByNumber' ? { result: {} } : undefined,
    )
    const tipless = await proxy(({ method }) =>
      method === 'eth_maxPriorityFeePerGas'
        ? { error: { code: -32601, message: 'unknown method' } }
        : undefined,
    )
    for (const [server, type] of [
      [blockWithout, '0x0'],
      [tipless, '0x2'],
    ] as const) {
      const { registration } = await createAccount()
      const { transactionHash } = await registerIdentity({ ...registration, rpcUrl: server.url }, fast)
      expect(await askRpc(devnet.rpcUrl, 'eth_getTransactionByHash', transactionHash)).toMatchObject({ type })
    }
  })

  it('says that the account cannot pay', async () => {
    const { registration, address } = await createAccount(0n)
    expect(await rejectionOf(registerIdentity(registration, fast))).toMatchObject({
      code: 'ACCOUNT_FUNDS_INSUFFICIENT',
      retryable: false,
      data: { address, chainId: '0x7a69' },
    })
  })

  it('says that there is no registry, before anything is sent', async () => {
    const { registration, address } = await createAccount()
    const registry = `0x${'12'.repeat(20)}`
    expect(await rejectionOf(registerIdentity({ ...registration, registry }, fast))).toMatchObject({
      code: 'REGISTRY_NOT_DEPLOYED',
      data: { network: '0x7a69', registry },
    })
    expect(await askRpc(devnet.rpcUrl, 'eth_getTransactionCount', address, 'pending')).toBe('0x0')
  })

  it('says why the chain would not take it', async () => {
    const { registration } = await createAccount()
    const { url } = await proxy(({ method }) =>
      method === 'eth_estimateGas'
        ? { error: { code: 3, message: 'execution reverted: closed' } }
        : undefined,
    )
    expect(await rejectionOf(registerIdentity({ ...registration, rpcUrl: url }, fast))).toMatchObject({
      code: 'TRANSACTION_FAILED',
      data: { reason: 'execution reverted: closed' },
    })
  })

  it('says that it was reverted in its block', async () => {
    const { registration } = await createAccount()
    // Enough gas to be taken, too little to write.
    const { url } = await proxy(({ method }) =>
      method === 'eth_estimateGas' ? { result: '0x5dc0' } : undefined,
    )
    const error = await rejectionOf(registerIdentity({ ...registration, rpcUrl: url }, fast))
    expect(error).toMatchObject({ code: 'TRANSACTION_FAILED', data: { reason: 'reverted' } })
    expect(error).toHaveProperty('data.transactionHash', expect.stringMatching(/^0x[0-9a-f]{64}$/))
  })

  it('says that it was not included in time, and which transaction it was', async () => {
    const { registration } = await createAccount()
    const { url, calls } = await proxy(({ method }) =>
      method === 'eth_getTransactionReceipt' ? { result: null } : undefined,
    )
    const error = await rejectionOf(
      registerIdentity({ ...registration, rpcUrl: url }, { ...fast, deadlineMs: 1000 }),
    )
    expect(error).toMatchObject({
      code: 'TRANSACTION_TIMEOUT',
      retryable: false,
      data: { milliseconds: 1000 },
    })
    expect(error).toHaveProperty('data.transactionHash', expect.stringMatching(/^0x[0-9a-f]{64}$/))
    expect(calls.filter(({ method }) => method === 'eth_getTransactionReceipt').length).toBeGreaterThan(1)
  })

  it('may be tried again where it was late before anything was sent', async () => {
    const { registration } = await createAccount()
    const keys: KeyStore = { get: () => new Promise(() => undefined), sign: () => expect.fail('signed') }
    const error = await rejectionOf(registerIdentity({ ...registration, keys }, { deadlineMs: 20 }))
    expect(error).toMatchObject({ code: 'TRANSACTION_TIMEOUT', retryable: true, data: { milliseconds: 20 } })
  })

  it('says that the registry holds something else', async () => {
    const { registration } = await createAccount()
    for (const [word, found] of [
      ['0', 'nothing'],
      ['a', expect.stringMatching(/^Qm/)],
    ] as const) {
      const { url } = await proxy(({ method, params }) =>
        method === 'eth_call' && params[1] !== 'latest' ? { result: `0x${word.repeat(64)}` } : undefined,
      )
      expect(await rejectionOf(registerIdentity({ ...registration, rpcUrl: url }, fast))).toMatchObject({
        code: 'REGISTRATION_MISMATCH',
        data: { expected: cid, found },
      })
    }
  })

  it('refuses another chain than the one it was told', async () => {
    const { registration } = await createAccount()
    expect(await rejectionOf(registerIdentity({ ...registration, chainId: 1n }, fast))).toMatchObject({
      code: 'RPC_WRONG_CHAIN',
      data: { expected: '0x1', found: '0x7a69' },
    })
  })

  it.each<[string, string]>([
    ['eth_chainId', 'x'],
    ['eth_call', '0x1234'],
    ['eth_getTransactionCount', ''],
  ])('refuses nonsense as the answer to %s', async (method, result) => {
    const { registration } = await createAccount()
    const { url } = await proxy((call) => (call.method === method ? { result } : undefined))
    expect(await rejectionOf(registerIdentity({ ...registration, rpcUrl: url }, fast))).toMatchObject({
      code: 'RPC_FAILED',
    })
  })

  it('refuses a signature of another key, or none', async () => {
    const { registration, keys, keyId } = await createAccount()
    const other = new MemoryKeyStore()
    const { keyId: otherId } = await other.create()
    const sign: KeyStore['sign'][] = [
      (_keyId, digest, context) => other.sign(otherId, digest, context),
      async () => ({ r: new Uint8Array(32), s: new Uint8Array(32).fill(1), recovery: 0 }),
      async () => ({ r: new Uint8Array(32).fill(1), s: new Uint8Array(32).fill(255), recovery: 0 }),
    ]
    for (const each of sign) {
      const deceitful: KeyStore = { get: (id) => keys.get(id), sign: each }
      expect(await rejectionOf(registerIdentity({ ...registration, keys: deceitful }, fast))).toMatchObject({
        code: 'KEY_SIGNATURE_INVALID',
        data: { keyId },
      })
    }
  })

  it('refuses what it cannot begin with', async () => {
    const { registration } = await createAccount()
    expect(await rejectionOf(registerIdentity({ ...registration, keyId: 'nobody' }))).toMatchObject({
      code: 'KEY_NOT_FOUND',
    })
    expect(await rejectionOf(registerIdentity({ ...registration, cid: 'Qm' }))).toMatchObject({
      code: 'CID_INVALID',
    })
    expect(await rejectionOf(registerIdentity({ ...registration, registry: '0x' }))).toBeInstanceOf(TypeError)
    expect(await rejectionOf(registerIdentity({ ...registration, rpcUrl: 'nowhere' }))).toBeInstanceOf(
      TypeError,
    )
  })

  it('rejects with the reason of the signal, while it waits too', async () => {
    const { registration } = await createAccount()
    expect(await rejectionOf(registerIdentity(registration, { signal: AbortSignal.abort('early') }))).toBe(
      'early',
    )
    const controller = new AbortController()
    const { url } = await proxy(({ method }) => {
      if (method !== 'eth_getTransactionReceipt') return undefined
      setTimeout(() => controller.abort('enough'), 50)
      return { result: null }
    })
    const registering = registerIdentity(
      { ...registration, rpcUrl: url },
      { signal: controller.signal, pollMs: 60_000 },
    )
    expect(await rejectionOf(registering)).toBe('enough')
  })
})

describe('publishIdentityDocument', () => {
  it('refuses what nobody could read', async () => {
    const publisher = { add: () => expect.fail('published') }
    expect(await rejectionOf(publishIdentityDocument({ publicKey: '0x04' }, publisher))).toMatchObject({
      code: 'IDENTITY_DOCUMENT_INVALID',
    })
  })

  it('refuses a publisher that stored something else', async () => {
    const { publicKey } = await createAccount(0n)
    const document = createIdentityDocument({ type: 'Person', publicKey })
    expect(await rejectionOf(publishIdentityDocument(document, { add: async () => cid }))).toMatchObject({
      code: 'CONTENT_MISMATCH',
    })
  })
})
