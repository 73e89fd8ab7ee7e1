import { defineModule, type KitModule, optional, TOKENS } from '@uport-kit/core/di'
import { BrowserAnsweredRequests } from '../browser-answered-requests.ts'
import { BrowserRequestStore } from '../browser-request-store.ts'
import type { BrowserStoreOptions } from '../browser-store.ts'
import { BrowserWalletStore } from '../browser-wallet-store.ts'

/**
 * What a page keeps in the browser's IndexedDB: the requests that wait, those that were answered, and the records of a wallet.
 * The database is opened by the first call of each.
 */
export function browserStoresModule(options: BrowserStoreOptions = {}): KitModule {
  return defineModule('store-browser', (m) => {
    const needs = { clock: optional(TOKENS.Clock) }
    m.bind(TOKENS.RequestStore, needs, ({ clock }) => new BrowserRequestStore({ clock, ...options }))
    m.bind(TOKENS.AnsweredRequests, needs, ({ clock }) => new BrowserAnsweredRequests({ clock, ...options }))
    m.bind(TOKENS.WalletStore, needs, ({ clock }) => new BrowserWalletStore({ clock, ...options }))
  })
}
