import { PostReplySender, RelayRequestFetcher } from '@uport-kit/channel-relay'
import { memoryBoxKeys } from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { FileWalletStore } from '@uport-kit/store-file'
import { type ConsentPrompt, defaultScreens, Wallet } from '@uport-kit/wallet'
import { ethereumScreens, openKeyPairAccounts } from '@uport-kit/wallet/ethereum'
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
    openAccount: openKeyPairAccounts({ keys, safeFetch }),
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
  if ((await wallet.accounts.list({ signal })).every((one) => one.address !== address)) {
    await wallet.accounts.add(account, { signal })
  }
}

/** The person's own relay may be on this machine; a stranger's request may name it, and nothing else that is private. */
function originsOf({ relay, allowOrigins }: Context['settings']): readonly string[] {
  return relay === undefined ? allowOrigins : [...new Set([...allowOrigins, new URL(relay).origin])]
}
