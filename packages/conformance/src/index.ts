export {
  CONFORMANCE_VERSION,
  type ConformanceCase,
  ConformanceFailure,
  type ConformanceTools,
  type ConformanceToolsOptions,
  check,
  checkSame,
  createConformanceTools,
  type DidResolverSubject,
  didResolverCases,
  type KeyDevice,
  type KeyStoreSubject,
  keyDeviceCases,
  keyManagerCases,
  keyStoreCases,
  type ReplyChannelSubject,
  type RequestStoreSubject,
  replyChannelCases,
  requestStoreCases,
  type TopicStoreSubject,
  type TransportSubject,
  topicStoreCases,
  transportCases,
  type WalletStoreSubject,
  walletStoreCases,
} from '@uport-kit/core/conformance'
export { registerConformance, type TestContext, type TestRunner } from './register-conformance.ts'
export type { CommandReport, ReportedCase } from './reporters/report.ts'
export {
  type CaseResult,
  type DisposeSubject,
  type MakeSubject,
  type Report,
  type RunOptions,
  runConformance,
} from './run-conformance.ts'
export type { SubjectModule } from './subject-module.ts'
