export type * from './errors.ts'
export { RelayClient, type RelayClientOptions } from './relay-client.ts'
export { PostReplySender, type PostReplySenderOptions } from './wallet/post-reply-sender.ts'
export { RelayRequestFetcher, type RelayRequestFetcherOptions } from './wallet/relay-request-fetcher.ts'
