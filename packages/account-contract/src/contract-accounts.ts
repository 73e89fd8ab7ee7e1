import {
  type Account,
  addressOf,
  type KeyStore,
  type Options,
  parseNetworkId,
  UportError,
} from '@uport-kit/core'
import { keyPairAccount, type MetaTransactionSender, type RpcEndpoint } from '@uport-kit/core/ethereum'
import { type Caller, directCaller } from './caller.ts'
import { contractAccount } from './contract-account.ts'
import type { ManagerContract } from './contracts.ts'
import { IdentityManager } from './identity-manager.ts'
import { metaCaller } from './meta-caller.ts'

/** A key that acts for an identity. */
export interface DeviceKey {
  readonly keyId: string
  /** Its account, lower case. */
  readonly address: string
}

/** Where contract identities of a chain live. */
export interface ContractNetwork {
  /** The chain's node. */
  readonly rpc: RpcEndpoint
  readonly manager: ManagerContract
  /** The `TxRelay` of a `MetaIdentityManager`, and who pays for a device. Default: the device's own account pays. */
  readonly relay?:
    | { readonly address: string; readonly sender: (device: DeviceKey) => MetaTransactionSender }
    | undefined
}

/** An account as a wallet remembers it. */
export interface AccountToOpen {
  readonly keyId: string
  /** A key pair's own address, or a proxy. Lower case. */
  readonly address: string
}

export interface ContractAccountsOptions {
  readonly keys: KeyStore
  /** By network id in hex. A chain that a requester brought is never one of them. */
  readonly networks: Readonly<Record<string, ContractNetwork>>
  /** The account that can add an owner to a new identity when its device is lost. */
  readonly recoveryKey: (device: DeviceKey, options?: Options) => string | Promise<string>
}

/** Makes and opens contract identities: a wallet's `deployAccount` and `openAccount`. */
export interface ContractAccounts {
  /** Makes an identity whose owner is the key. Resolves with the proxy's address. */
  deployAccount(
    account: { readonly keyId: string; readonly network: { readonly id: string } },
    options?: Options,
  ): Promise<string>
  /** Opens a contract identity; or the key's own account where the address is that. */
  openAccount(record: AccountToOpen, network: { readonly id: string }, options?: Options): Promise<Account>
}

/**
 * Makes contract identities usable in a wallet. What is opened is kept, so that each key numbers its own calls.
 *
 * Both reject with `KEY_NOT_FOUND`, `RPC_WRONG_CHAIN`, `RPC_FAILED`; `deployAccount` with what `IdentityManager.create` rejects
 * with, `openAccount` with what `contractAccount` does; with a TypeError on a network that was not given.
 *
 * @throws TypeError where a network's id is none
 */
export function contractAccounts(options: ContractAccountsOptions): ContractAccounts {
  const { keys, recoveryKey } = options
  const networks = new Map(
    Object.entries(options.networks).map(([id, network]) => [parseNetworkId(id), network] as const),
  )
  const openPayer = kept((name: { readonly keyId: string; readonly chainId: bigint }, call) => {
    const { rpc } = networkOf(networks, name.chainId)
    return keyPairAccount({ keys, rpc, ...name }, call)
  })
  const openCaller = kept(
    async (name: { readonly keyId: string; readonly chainId: bigint }, call): Promise<Caller> => {
      const { rpc, relay } = networkOf(networks, name.chainId)
      if (relay === undefined) return directCaller(await openPayer(name, call))
      const device = { keyId: name.keyId, address: await addressOfKey(keys, name.keyId, call) }
      const parts = { keys, keyId: name.keyId, rpc, chainId: name.chainId }
      return metaCaller({ ...parts, relay: relay.address, sender: relay.sender(device) }, call)
    },
  )
  const openContract = kept(
    async (
      { identity, ...key }: { readonly identity: string; readonly keyId: string; readonly chainId: bigint },
      call,
    ) => {
      const { rpc, manager } = networkOf(networks, key.chainId)
      return contractAccount({ rpc, manager, identity, caller: await openCaller(key, call) }, call)
    },
  )
  return Object.freeze<ContractAccounts>({
    async deployAccount({ keyId, network }, call = {}) {
      const chainId = parseNetworkId(network.id)
      const { rpc, manager } = networkOf(networks, chainId)
      const caller = await openCaller({ keyId, chainId }, call)
      const device = { keyId, address: caller.address }
      const identity = { owner: caller.address, recoveryKey: await recoveryKey(device, call) }
      const created = await new IdentityManager({ ...manager, rpc, chainId }).create(caller, identity, call)
      return created.identity
    },
    async openAccount({ keyId, address }, { id }, call = {}) {
      const chainId = parseNetworkId(id)
      networkOf(networks, chainId)
      const isKeyPair = (await addressOfKey(keys, keyId, call)) === address
      if (isKeyPair) return openPayer({ keyId, chainId }, call)
      return openContract({ identity: address, keyId, chainId }, call)
    },
  })
}

function networkOf(networks: ReadonlyMap<bigint, ContractNetwork>, chainId: bigint): ContractNetwork {
  const network = networks.get(chainId)
  if (network !== undefined) return network
  throw new TypeError(`contractAccounts: no contracts are given for the network 0x${chainId.toString(16)}`)
}

async function addressOfKey(keys: KeyStore, keyId: string, options: Options): Promise<string> {
  const key = await keys.get(keyId, options)
  if (key !== undefined) return addressOf(key.publicKey)
  throw new UportError('KEY_NOT_FOUND', 'The store holds no key of this id: create or import it', {
    data: { keyId },
  })
}

/** Opens once for each name; what failed is opened anew. */
function kept<Name extends object, Opened>(
  open: (name: Name, options: Options) => Promise<Opened>,
): (name: Name, options: Options) => Promise<Opened> {
  const opened = new Map<string, Promise<Opened>>()
  return (name, options) => {
    const key = JSON.stringify(Object.values(name).map(String))
    const known = opened.get(key)
    if (known !== undefined) return known
    const opening = open(name, options)
    opened.set(key, opening)
    opening.catch(() => opened.delete(key))
    return opening
  }
}
