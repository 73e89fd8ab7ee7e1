import { createIdentityDocument, type KeyStore } from '@uport-kit/core'
import { UsageError } from '../cli-error.ts'
import { requireNetwork, requireRegistry, type Settings } from '../config/settings.ts'
import type { Context } from '../context.ts'
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
  const { terminal, signal } = context
  const settings: Settings = { ...context.settings, network: entry.network }
  const network = requireNetwork(settings)
  const registry = requireRegistry(network)
  const { ipfsApi, paths } = settings
  if (ipfsApi === undefined) {
    throw new UsageError(
      `Name an IPFS node to publish with: --ipfs-api, or "ipfsApi" in ${paths.configFile}.`,
    )
  }
  const [{ KuboPublisher }, { publishIdentityDocument, registerIdentity }] = await Promise.all([
    import('@uport-kit/resolver-uport'),
    import('@uport-kit/resolver-uport/register'),
  ])
  const info = await keys.get(entry.key, { signal })
  if (info === undefined) throw new UsageError(`The key ${entry.key} of ${entry.name} is gone: import it.`)
  const document = createIdentityDocument({ ...entry.document, publicKey: info.publicKey })
  const cid = await publishIdentityDocument(document, new KuboPublisher({ url: ipfsApi }), { signal })
  terminal.progress('published', `published  ${cid}`, { cid })
  const registered = await registerIdentity(
    {
      rpcUrl: network.rpcUrl,
      registry,
      keys,
      keyId: entry.accountKey,
      cid,
      chainId: BigInt(network.id),
    },
    {
      signal,
      onProgress: ({ stage, transactionHash }) =>
        terminal.progress(stage, `${stage.padEnd(10)} ${transactionHash}`, { transactionHash }),
    },
  )
  const { transactionHash, blockNumber } = registered
  return { cid, transactionHash, blockNumber }
}
