import {
  browserSafeFetch,
  type DidResolver,
  keyDidResolver,
  MethodRouter,
  naclDidResolver,
  type SafeFetch,
} from '@uport-kit/core'
import {
  type BrowserBoxKeys,
  type BrowserKeyStore,
  openBrowserBoxKeys,
  openBrowserKeyStore,
} from '@uport-kit/key-store-browser'
import { UportResolver } from '@uport-kit/resolver-uport'
import { type BrowserWalletStore, openBrowserWalletStore } from '@uport-kit/store-browser'
import type { WorldConfig } from '../../../src/shared/world-config.ts'
import { NotifyingStore } from './notifying-store.ts'

/** What the wallet is made of, in a page and in its service worker alike. */
export interface WalletParts {
  readonly config: WorldConfig
  /** Tells of each change, whoever made it. */
  readonly store: NotifyingStore
  /** The same records, for backups. */
  readonly records: BrowserWalletStore
  readonly keys: BrowserKeyStore
  readonly boxKeys: BrowserBoxKeys
  readonly resolver: DidResolver
  readonly safeFetch: SafeFetch
}

/**
 * Opens the databases of this browser and names the servers of the wallet's world. Keys are wrapped by a key that no script
 * can read; records (credentials, the queue, the log) lie beside them.
 *
 * @throws UportError `KEY_STORAGE_UNAVAILABLE`, `BROWSER_STORAGE_UNAVAILABLE` and the like: the browser stores nothing
 */
export async function openParts(config: WorldConfig): Promise<WalletParts> {
  const [keys, boxKeys, records] = await Promise.all([
    openBrowserKeyStore(),
    openBrowserBoxKeys(),
    openBrowserWalletStore(),
  ])
  const { network, gatewayUrl, relayUrl, appUrl, issuerUrl } = config
  // The sites of this world are on this machine, where no https is needed. Every other address must be public and https.
  const safeFetch = browserSafeFetch({
    allowOrigins: [relayUrl, appUrl, issuerUrl].map((url) => new URL(url).origin),
  })
  const resolver = new MethodRouter([
    new UportResolver({
      networks: { [network.id]: { rpcUrls: [network.rpcUrl], registry: network.registry } },
      gateways: [gatewayUrl],
    }),
    keyDidResolver(),
    naclDidResolver(),
  ])
  return { config, store: new NotifyingStore(records), records, keys, boxKeys, resolver, safeFetch }
}
