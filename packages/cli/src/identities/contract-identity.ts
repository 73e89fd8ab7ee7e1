import { type Account, addressOf, type KeyStore } from '@uport-kit/core'
import { UsageError } from '../cli-error.ts'
import { requireNetwork } from '../config/settings.ts'
import type { Context } from '../context.ts'
import type { IdentityEntry } from './identity-book.ts'

/** An owner's key, and the manager that it speaks to. */
async function openCaller(keyId: string, network: string, keys: KeyStore, context: Context) {
  const { signal, settings } = context
  const [{ directCaller }, { keyPairAccount }] = await Promise.all([
    import('@uport-kit/account-contract'),
    import('@uport-kit/core/ethereum'),
  ])
  const { rpcUrl: rpc, id } = requireNetwork({ ...settings, network })
  const chainId = BigInt(id)
  return {
    rpc,
    chainId,
    caller: directCaller(await keyPairAccount({ keys, keyId, rpc, chainId }, { signal })),
  }
}

/** The account of a contract identity: what it sends, its proxy does. */
export async function openContractAccount(
  entry: IdentityEntry,
  keys: KeyStore,
  context: Context,
): Promise<Account> {
  const { contractAccount } = await import('@uport-kit/account-contract')
  const { rpc, caller } = await openCaller(entry.accountKey, entry.network, keys, context)
  const manager = { kind: 'identity', address: requireManager(entry.manager) } as const
  return contractAccount({ rpc, manager, identity: entry.address, caller }, { signal: context.signal })
}

/** What a new contract identity is made of. */
export interface NewContractIdentity {
  readonly network: string
  readonly manager: string
  /** The key of its first owner, whose account pays. */
  readonly keyId: string
  /** The account that can add another owner when this one is lost. */
  readonly recovery: string
}

/** Creates a contract identity. @returns its proxy's address */
export async function createContractIdentity(
  { network, manager, keyId, recovery }: NewContractIdentity,
  keys: KeyStore,
  context: Context,
): Promise<string> {
  const { terminal, signal } = context
  const { IdentityManager } = await import('@uport-kit/account-contract')
  const { rpc, chainId, caller } = await openCaller(keyId, network, keys, context)
  const contract = new IdentityManager({ kind: 'identity', address: manager, rpc, chainId })
  terminal.progress('creating', 'creating   the identity, and waiting for a block')
  const owners = { owner: caller.address, recoveryKey: recovery }
  const { identity, hash } = await contract.create(caller, owners, { signal })
  terminal.progress('included', `included   ${hash}`, { transactionHash: hash })
  return identity
}

/** Adds an owner by the recovery key. */
export async function addOwner(
  entry: Pick<IdentityEntry, 'network' | 'address' | 'manager'>,
  { recoveryKey, newOwner }: { readonly recoveryKey: string; readonly newOwner: string },
  keys: KeyStore,
  context: Context,
): Promise<{ readonly transactionHash: string; readonly blockNumber: bigint }> {
  const { terminal, signal } = context
  const { IdentityManager } = await import('@uport-kit/account-contract')
  const { rpc, chainId, caller } = await openCaller(recoveryKey, entry.network, keys, context)
  const address = requireManager(entry.manager)
  const contract = new IdentityManager({ kind: 'identity', address, rpc, chainId })
  await contract.verify(entry.address, { signal })
  terminal.progress('recovering', 'recovering the identity, and waiting for a block')
  const { hash, blockNumber } = await contract.addOwnerFromRecovery(caller, entry.address, newOwner, {
    signal,
  })
  terminal.progress('included', `included   ${hash}`, { transactionHash: hash })
  return { transactionHash: hash, blockNumber }
}

/** @throws UsageError */
export function requireManager(manager: string | undefined): string {
  if (manager === undefined)
    throw new UsageError('Name the IdentityManager: --manager 0x.., or "manager" of the chain.')
  if (/^0x[0-9a-fA-F]{40}$/.test(manager)) return manager.toLowerCase()
  throw new UsageError('--manager takes an address: 0x and 40 hex digits.')
}

/** The account of a key in the store. @throws UsageError where there is no such key */
export async function accountOf(keyId: string, keys: KeyStore, { signal }: Context): Promise<string> {
  const info = await keys.get(keyId, { signal })
  if (info !== undefined) return addressOf(info.publicKey)
  throw new UsageError(
    `There is no key ${JSON.stringify(keyId)}: make it with \`uport keys create ${keyId}\`.`,
  )
}
