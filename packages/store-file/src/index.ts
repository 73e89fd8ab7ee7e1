export type {} from './errors.ts'
export { FileAnsweredRequests } from './file-answered-requests.ts'
export { FileRequestStore, type FileStoreOptions } from './file-request-store.ts'
export { FileWalletStore } from './file-wallet-store.ts'
