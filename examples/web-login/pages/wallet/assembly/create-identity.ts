import {
  addressOf,
  createIdentityDocument,
  type Did,
  type Options,
  type PublicKeyInfo,
} from '@uport-kit/core'
import { KuboPublisher } from '@uport-kit/resolver-uport'
import { publishIdentityDocument, registerIdentity } from '@uport-kit/resolver-uport/register'
import type { Wallet } from '@uport-kit/wallet'
import type { WalletParts } from './open-parts.ts'

/** Milliseconds that the faucet has: it waits for a block. */
const FAUCET_MS = 30_000

/** What is done, in this order. */
export const CREATION_STEPS = ['key', 'funds', 'document', 'transaction', 'check'] as const

export type CreationStep = (typeof CREATION_STEPS)[number]

export interface CreationOptions extends Options {
  readonly onStep: (step: CreationStep) => void
}

/**
 * Makes a key, publishes its document, writes the document's hash into the registry, and takes the new identity into the wallet. The
 * name stays in the wallet: what is published is public for good, and holds the key alone. What a failed attempt left
 * behind, its key, is used by the next one.
 *
 * @throws UportError the codes of the key store, of publishing and of registering
 */
export async function createIdentity(
  name: string,
  wallet: Wallet,
  parts: Pick<WalletParts, 'config' | 'keys'>,
  { onStep, signal }: CreationOptions,
): Promise<Did> {
  const { config, keys } = parts
  const { rpcUrl, registry, id: network } = config.network
  onStep('key')
  const { keyId, publicKey } = (await findUnusedKey(wallet, keys)) ?? (await keys.create({ signal }))
  const address = addressOf(publicKey)
  onStep('funds')
  await askFaucet(address, signal)
  onStep('document')
  const publisher = new KuboPublisher({ url: config.ipfsApiUrl })
  const document = createIdentityDocument({ type: 'Person', publicKey })
  const cid = await publishIdentityDocument(document, publisher, { signal })
  onStep('transaction')
  const registration = { rpcUrl, registry, chainId: BigInt(network), keys, keyId, cid }
  const { did } = await registerIdentity(registration, { signal, pollMs: 250 })
  onStep('check')
  await wallet.identities.add({ did, keyId, label: name, claims: name === '' ? {} : { name } }, { signal })
  await wallet.accounts.add({ kind: 'general', network, address, keyId, owner: did }, { signal })
  return did
}

async function findUnusedKey(wallet: Wallet, keys: WalletParts['keys']): Promise<PublicKeyInfo | undefined> {
  const [identities, accounts] = await Promise.all([wallet.identities.list(), wallet.accounts.list()])
  const used = new Set([...identities, ...accounts].map(({ keyId }) => keyId))
  for await (const key of keys.list()) if (!used.has(key.keyId)) return key
  return undefined
}

/** The devnet's server pays for the first transactions. On a real chain, people bring their own ether, or a sponsor pays. */
export async function askFaucet(address: string, signal?: AbortSignal): Promise<void> {
  const deadline = AbortSignal.timeout(FAUCET_MS)
  let response: Response
  try {
    response = await fetch('/faucet', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ address }),
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    })
  } catch (cause) {
    signal?.throwIfAborted()
    throw new Error('The faucet does not answer; check the connection, and try again.', { cause })
  }
  if (!response.ok) throw new Error('The faucet gave nothing; try again.')
}
