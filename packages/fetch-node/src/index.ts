export type { Dial, Lookup } from './checked-connector.ts'
export { createSafeFetch, NodeSafeFetch } from './node-safe-fetch.ts'
export { isPublicAddress } from './public-address.ts'
export type { SafeFetchOptions } from './safe-fetch-options.ts'
