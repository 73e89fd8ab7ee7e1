import { createIdentityDocument, type KeyStore } from '@uport-kit/core'
import { UsageError } from '../cli-error.ts'
import { requireNetwork, requireRegistry, type Settings } from '../config/settings.ts'
import type { Context } from '../context.ts'
import { openContractAccount } from './contract-identity.ts'
import type { IdentityEntry } from './identity-book.ts'

/** A document that is in the registry. */
export interface Published {
  readonly cid: string
  readonly transactionHash: string
  readonly blockNumber: bigint
}

/** Publishes an identity's document and writes it into the registry of its chain, telling each step. */
export async function publishIdentity(
  entry: IdentityEntry,
  keys: KeyStore,
  context: Context,
): Promise<Published> {
  // Looked at before anything becomes public.
  requireRegistry(requireNetwork(settingsOf(entry, context)))
  const cid = await publishDocument(entry, keys, context)
  context.terminal.progress('published', `published  ${cid}`, { cid })
  return entry.manager === undefined
    ? registerKeyPair(entry, cid, keys, context)
    : registerContract(entry, cid, keys, context)
}

async function publishDocument(entry: IdentityEntry, keys: KeyStore, context: Context): Promise<string> {
  const { signal, settings } = context
  if (settings.ipfsApi === undefined) {
    const { configFile } = settings.paths
    throw new UsageError(`Name an IPFS node to publish with: --ipfs-api, or "ipfsApi" in ${configFile}.`)
  }
  const [{ KuboPublisher }, { publishIdentityDocument }] = await Promise.all([
    import('@uport-kit/resolver-uport'),
    import('@uport-kit/resolver-uport/register'),
  ])
  const info = await keys.get(entry.key, { signal })
  if (info === undefined) throw new UsageError(`The key ${entry.key} of ${entry.name} is gone: import it.`)
  const document = createIdentityDocument({ ...entry.document, publicKey: info.publicKey })
  return publishIdentityDocument(document, new KuboPublisher({ url: settings.ipfsApi }), { signal })
}

async function registerKeyPair(
  entry: IdentityEntry,
  cid: string,
  keys: KeyStore,
  context: Context,
): Promise<Published> {
  const { registerIdentity } = await import('@uport-kit/resolver-uport/register')
  const network = requireNetwork(settingsOf(entry, context))
  const { rpcUrl, id } = network
  const registry = requireRegistry(network)
  const { transactionHash, blockNumber } = await registerIdentity(
    { rpcUrl, registry, keys, keyId: entry.accountKey, cid, chainId: BigInt(id) },
    {
      signal: context.signal,
      onProgress: ({ stage, transactionHash: hash }) =>
        context.terminal.progress(stage, `${stage.padEnd(10)} ${hash}`, { transactionHash: hash }),
    },
  )
  return { cid, transactionHash, blockNumber }
}

async function registerContract(
  entry: IdentityEntry,
  cid: string,
  keys: KeyStore,
  context: Context,
): Promise<Published> {
  const { signal, terminal } = context
  const { registerDocument } = await import('@uport-kit/account-contract')
  const network = requireNetwork(settingsOf(entry, context))
  const account = await openContractAccount(entry, keys, context)
  terminal.progress('sending', 'sending    through the identity, and waiting for a block')
  const { hash, blockNumber } = await registerDocument(
    { account, rpc: network.rpcUrl, registry: requireRegistry(network), cid },
    { signal },
  )
  terminal.progress('included', `included   ${hash}`, { transactionHash: hash })
  return { cid, transactionHash: hash, blockNumber }
}

/** An identity stays on its chain, whichever one is chosen now. */
function settingsOf({ network }: IdentityEntry, { settings }: Context): Settings {
  return { ...settings, network }
}
