import { defineModule, type KitModule, optional, TOKENS, type Token, token } from '@uport-kit/core/di'
import { BrowserBoxKeys } from '../browser-box-keys.ts'
import { BrowserKeyStore } from '../browser-key-store.ts'
import type { BrowserKeyStoreOptions } from '../browser-store-options.ts'

/** The store that an assembly signs with, for its administrator's side: making, listing, backing up and deleting keys. */
export const BROWSER_KEY_STORE: Token<BrowserKeyStore> = token('key-store-browser/BrowserKeyStore')

/**
 * Signing keys and box keys in the browser's IndexedDB. The database is opened by the first call; call `connect()` of
 * `BROWSER_KEY_STORE` first to learn whether the browser has one.
 */
export function browserKeysModule(options: BrowserKeyStoreOptions = {}): KitModule {
  return defineModule('key-store-browser', (m) => {
    const needs = { clock: optional(TOKENS.Clock) }
    m.bind(BROWSER_KEY_STORE, needs, ({ clock }) => new BrowserKeyStore({ clock, ...options }))
    m.bind(TOKENS.KeyStore, { store: BROWSER_KEY_STORE }, ({ store }) => store)
    m.bind(TOKENS.BoxKeys, needs, ({ clock }) => new BrowserBoxKeys({ clock, ...options }))
  })
}
