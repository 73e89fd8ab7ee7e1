import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type Account, addressOf, isUportError, type Json, MemoryKeyStore } from '@uport-kit/core'
import {
  ChainReader,
  followTransaction,
  httpRpc,
  keyPairAccount,
  type Receipt,
} from '@uport-kit/core/ethereum'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { AbiCoder } from 'ethers'
import { type Caller, directCaller } from '../src/caller.ts'
import { IdentityManager } from '../src/identity-manager.ts'
import { metaCaller } from '../src/meta-caller.ts'
import { payingSender } from '../src/paying-sender.ts'

const fromDevnet = createRequire(new URL('../../devnet/package.json', import.meta.url))

export const FOLLOW = Object.freeze({ pollSeconds: 0.01 })

/** Seconds that the originals were deployed with. */
export const LOCKS = Object.freeze({ user: 3_600, admin: 129_600, rate: 1_200 })

/** A key, its account, and how it calls managers. */
export interface Party {
  readonly keys: MemoryKeyStore
  readonly keyId: string
  readonly address: string
  /** Holds ether. */
  readonly account: Account
  readonly direct: Caller
}

export interface ChainWorld {
  readonly devnet: Devnet
  rpc(method: string, ...params: Json[]): Promise<unknown>
  /** Waits for a transaction. */
  mined(sent: { readonly hash: string }): Promise<Receipt>
  /** Code of `uport-identity`, deployed: `versions/v1/IdentityManager`, and its arguments as words. */
  deployOriginal(path: string, ...words: readonly (string | number)[]): Promise<string>
  /** Code of one's own, deployed. */
  deploy(code: string): Promise<string>
  party(): Promise<Party>
  /** A key without ether, whose calls somebody else pays for. */
  penniless(relay?: string): Promise<Party & { readonly meta: Caller }>
  manager(kind: 'identity' | 'meta', address: string): IdentityManager
  close(): Promise<void>
}

export async function startChainWorld(): Promise<ChainWorld> {
  const devnet = await startDevnet()
  const { rpcUrl, chainId } = devnet
  const node = httpRpc(rpcUrl)
  const rpc = (method: string, ...params: Json[]) => node.request({ method, params })
  const deployer = devnet.accounts[9]?.address ?? ''

  async function deploy(code: string): Promise<string> {
    const hash = String(await rpc('eth_sendTransaction', { from: deployer, data: code, gas: '0x300000' }))
    const { contractAddress } = await followTransaction(new ChainReader(rpcUrl), hash, FOLLOW)
    return contractAddress ?? ''
  }

  async function party(wei = 10n ** 18n): Promise<Party> {
    const keys = new MemoryKeyStore()
    const { keyId, publicKey } = await keys.create()
    const address = addressOf(publicKey)
    if (wei > 0n) await devnet.fund(address, wei)
    const account = await keyPairAccount({ keys, keyId, rpc: rpcUrl, chainId })
    return { keys, keyId, address, account, direct: directCaller(account) }
  }

  return {
    devnet,
    rpc,
    mined: ({ hash }) => followTransaction(new ChainReader(rpcUrl), hash, FOLLOW),
    deploy,
    async deployOriginal(path, ...words) {
      const file = fromDevnet.resolve(`uport-identity/build/contracts/${path}.json`)
      const { unlinked_binary } = JSON.parse(await readFile(file, 'utf8'))
      const coder = AbiCoder.defaultAbiCoder()
      const args = words.map((word) => coder.encode(['uint256'], [word]).slice(2)).join('')
      return deploy(unlinked_binary + args)
    },
    party: () => party(),
    async penniless(relay = devnet.identityContracts.txRelay) {
      const payer = await party()
      const { keys, keyId, ...device } = await party(0n)
      const parts = { keys, keyId, rpc: rpcUrl, chainId, relay, sender: payingSender(payer.account) }
      return { ...device, keys, keyId, meta: await metaCaller(parts) }
    },
    manager: (kind, address) => new IdentityManager({ kind, address, rpc: rpcUrl, chainId, follow: FOLLOW }),
    close: () => devnet.stop(),
  }
}

/** The code and data that a promise rejects with; the error itself where it is none of ours. */
export async function refusal(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
    return 'resolved'
  } catch (error) {
    return isUportError(error) ? { code: error.code, ...error.data } : error
  }
}
