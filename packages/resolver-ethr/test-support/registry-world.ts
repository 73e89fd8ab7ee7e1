import { createRequire } from 'node:module'
import { addressOf, type Did, decodeHex, encodeHex, encodeUtf8, MemoryKeyStore } from '@uport-kit/core'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { Contract, ContractFactory, JsonRpcProvider, NonceManager, Wallet } from 'ethers'
import { EthrDidResolver, type EthrDidResolverOptions } from '../src/index.ts'

/** The registry as its package publishes it. */
const artifact = createRequire(import.meta.url)(
  '../../../node_modules/ethr-did-registry/artifacts/contracts/EthereumDIDRegistry.sol/EthereumDIDRegistry.json',
) as { abi: []; bytecode: string }

/** An identity on the chain: its key in the store, and its calls of the registry. */
export interface ChainIdentity {
  readonly did: Did
  /** EIP-55 case. */
  readonly address: string
  readonly keyId: string
  readonly publicKey: Uint8Array
  /** Calls the registry about this identity and waits for the block. @returns the block's time */
  send(method: string, ...args: readonly unknown[]): Promise<{ blockNumber: number; time: number }>
}

/** A real chain with the genuine ERC-1056 registry. */
export interface RegistryWorld {
  readonly keys: MemoryKeyStore
  readonly devnet: Devnet
  readonly provider: JsonRpcProvider
  readonly registry: string
  readonly chainId: bigint
  resolver(options?: Partial<EthrDidResolverOptions>): EthrDidResolver
  /** A funded account that changed nothing yet. */
  identity(): Promise<ChainIdentity>
  /** A key without an account on the chain. */
  stranger(): Promise<{ keyId: string; address: string; publicKey: Uint8Array }>
  chainTime(): Promise<number>
  close(): Promise<void>
}

export async function startRegistryWorld(): Promise<RegistryWorld> {
  const devnet = await startDevnet()
  const keys = new MemoryKeyStore()
  const provider = new JsonRpcProvider(devnet.rpcUrl, undefined, { cacheTimeout: -1, pollingInterval: 50 })
  const { chainId } = await provider.getNetwork()
  const deployer = new Wallet(devnet.accounts[0]?.privateKey ?? '', provider)
  const contract = await new ContractFactory(artifact.abi, artifact.bytecode, deployer).deploy()
  const registry = await contract.getAddress()
  const timeOf = async (block: number | 'latest') => (await provider.getBlock(block))?.timestamp ?? Number.NaN

  return {
    keys,
    devnet,
    provider,
    registry,
    chainId,
    resolver: (options = {}) =>
      new EthrDidResolver({
        networks: [{ name: 'mainnet', chainId, rpcUrl: devnet.rpcUrl, registry }],
        ...options,
      }),
    async identity() {
      const wallet = new Wallet(Wallet.createRandom().privateKey, provider)
      await provider.send('anvil_setBalance', [wallet.address, `0x${(10n ** 20n).toString(16)}`])
      const { keyId, publicKey } = await keys.import(decodeHex(wallet.privateKey) ?? new Uint8Array())
      const calls = new Contract(registry, artifact.abi, new NonceManager(wallet))
      return {
        did: `did:ethr:${wallet.address.toLowerCase()}`,
        address: wallet.address,
        keyId,
        publicKey,
        async send(method, ...args) {
          const transaction = await calls.getFunction(method)(wallet.address, ...args)
          const { blockNumber } = await transaction.wait()
          return { blockNumber, time: await timeOf(blockNumber) }
        },
      }
    },
    async stranger() {
      const { keyId, publicKey } = await keys.create()
      return { keyId, publicKey, address: addressOf(publicKey) }
    },
    chainTime: () => timeOf('latest'),
    async close() {
      provider.destroy()
      await devnet.stop()
    },
  }
}

/** A short text as `bytes32`. */
export function text32(text: string): string {
  return `0x${encodeHex(encodeUtf8(text)).padEnd(64, '0')}`
}

/** The code of a rejection, or `accepted`. */
export function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'accepted',
    (error) => error.code ?? String(error),
  )
}
