export type { ConformanceCase } from './conformance-case.ts'
export {
  ConformanceFailure,
  type ConformanceTools,
  type ConformanceToolsOptions,
  check,
  checkSame,
  createConformanceTools,
} from './conformance-tools.ts'
export { CONFORMANCE_VERSION } from './conformance-version.ts'
export { type DidResolverSubject, didResolverCases } from './did-resolver-cases.ts'
export { keyDeviceCases } from './key-device-cases.ts'
export { keyManagerCases } from './key-manager-cases.ts'
export { type KeyDevice, type KeyStoreSubject, keyStoreCases } from './key-store-cases.ts'
export { type ReplyChannelSubject, replyChannelCases } from './reply-channel-cases.ts'
export { type RequestStoreSubject, requestStoreCases } from './request-store-cases.ts'
export { type TopicStoreSubject, topicStoreCases } from './topic-store-cases.ts'
export { type TransportSubject, transportCases } from './transport-cases.ts'
export { type WalletStoreSubject, walletStoreCases } from './wallet-store-cases.ts'
