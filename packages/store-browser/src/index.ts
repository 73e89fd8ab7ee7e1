export {
  BrowserAnsweredRequests,
  openBrowserAnsweredRequests,
} from './browser-answered-requests.ts'
export { BrowserRequestStore, openBrowserRequestStore } from './browser-request-store.ts'
export { type BrowserStoreOptions, deleteBrowserStores } from './browser-store.ts'
export {
  BrowserWalletStore,
  openBrowserWalletStore,
  type RecordsReplacer,
  type StoredRecord,
} from './browser-wallet-store.ts'
export type { WalletChange } from './change-news.ts'
export type * from './errors.ts'
