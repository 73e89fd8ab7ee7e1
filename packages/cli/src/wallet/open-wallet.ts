import { PostReplySender, RelayRequestFetcher } from '@uport-kit/channel-relay'
import { type KeyStore, memoryBoxKeys, type SafeFetch } from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { FileWalletStore } from '@uport-kit/store-file'
import { type ConsentPrompt, defaultScreens, Wallet, type WalletParts } from '@uport-kit/wallet'
import { createTransactionFollower, ethereumScreens, openKeyPairAccounts } from '@uport-kit/wallet/ethereum'
import { CliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { createResolver } from '../create-resolver.ts'
import type { IdentityEntry } from '../identities/identity-book.ts'
import { openKeys } from '../keys/open-keys.ts'

/** A wallet over the folder of this machine, and what has to be closed behind it. */
export interface OpenWallet extends AsyncDisposable {
  readonly wallet: Wallet
}

/** Opens the wallet for one identity: it, and its account, are made known to it where they are not. */
export async function openWallet(
  entry: IdentityEntry,
  prompt: ConsentPrompt,
  context: Context,
): Promise<OpenWallet> {
  const { settings, signal } = context
  const { keys } = await openKeys(context)
  const safeFetch = createSafeFetch({ allowOrigins: originsOf(settings) })
  const wallet = new Wallet({
    prompt,
    store: new FileWalletStore({ directory: settings.paths.wallet }),
    keys,
    boxKeys: memoryBoxKeys(),
    resolver: createResolver(settings),
    safeFetch,
    senders: [new PostReplySender({ safeFetch })],
    fetchers: [new RelayRequestFetcher({ safeFetch })],
    screens: [...defaultScreens, ...ethereumScreens],
    networks: Object.entries(settings.networks).map(([id, { name, rpcUrls }]) => ({
      id,
      name,
      rpcUrl: rpcUrls[0] ?? '',
    })),
    accountKeys: keys,
    openAccount: await accountOpener(entry, keys, safeFetch, context),
    followTransaction: createTransactionFollower({ safeFetch }),
  })
  const opened = { wallet, [Symbol.asyncDispose]: () => safeFetch.close() }
  try {
    await introduce(wallet, entry, signal)
    return opened
  } catch (error) {
    await opened[Symbol.asyncDispose]()
    throw error
  }
}

/** A contract identity acts through its manager; every other account is a key's own. */
async function accountOpener(
  { manager, network }: IdentityEntry,
  keys: KeyStore,
  safeFetch: SafeFetch,
  { settings }: Context,
): Promise<NonNullable<WalletParts['openAccount']>> {
  const openKeyPair = openKeyPairAccounts({ keys, safeFetch })
  const rpc = settings.networks[network]?.rpcUrls[0]
  if (manager === undefined || rpc === undefined) return openKeyPair
  const { contractAccounts } = await import('@uport-kit/account-contract')
  const { openAccount } = contractAccounts({
    keys,
    networks: { [network]: { rpc, manager: { kind: 'identity', address: manager } } },
    recoveryKey: () => {
      throw new CliError('The wallet makes no contract identities: `uport identity create --contract`.')
    },
  })
  return (record, chain, options) =>
    record.network === network ? openAccount(record, chain, options) : openKeyPair(record, chain, options)
}

async function introduce(wallet: Wallet, entry: IdentityEntry, signal: AbortSignal): Promise<void> {
  const { did, key: keyId, claims, name: label } = entry
  const known = await wallet.identities.get(did, { signal })
  if (known?.keyId !== keyId) await wallet.identities.add({ did, keyId, label, claims }, { signal })
  else if (JSON.stringify(known.claims) !== JSON.stringify(claims)) {
    await wallet.identities.setClaims(did, claims, { signal })
  }
  await wallet.identities.setDefault(did, { signal })
  const { network, address, accountKey } = entry
  const account = { kind: 'general', network, address, keyId: accountKey, owner: did } as const
  const accounts = await wallet.accounts.list({ signal })
  if (accounts.every((one) => one.address !== address || one.keyId !== accountKey)) {
    await wallet.accounts.add(account, { signal })
  }
}

/** The person's own relay may be on this machine; a stranger's request may name it, and nothing else that is private. */
function originsOf({ relay, allowOrigins }: Context['settings']): readonly string[] {
  return relay === undefined ? allowOrigins : [...new Set([...allowOrigins, new URL(relay).origin])]
}
