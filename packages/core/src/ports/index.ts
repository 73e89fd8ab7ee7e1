export type { Account, TransactionRequest } from './account.ts'
export type { BoxEnvelope, BoxKeys } from './box-keys.ts'
export type { Clock } from './clock.ts'
export type { ContentPublisher, ContentSource } from './content.ts'
export type { Did } from './did.ts'
export type { DidDocument, DidResolver, ResolvedDid, ResolveOptions } from './did-resolver.ts'
export type { Identity } from './identity.ts'
export type { Json, JsonObject } from './json.ts'
export type {
  KeyImporter,
  KeyManager,
  KeyStore,
  PublicKeyInfo,
  RecoverableSignature,
  SignContext,
  SignPurpose,
} from './key-store.ts'
export type { Options } from './options.ts'
export type { RateBucket, RateStore } from './rate-store.ts'
export type { ReplyAddress, ReplyBody, ReplyChannel, ReplyParams } from './reply-channel.ts'
export type { ConsumeResult, PendingRequest, RequestStore } from './request-store.ts'
export type { SafeFetch, SafeRequest, SafeResponse } from './safe-fetch.ts'
export type { TopicBus } from './topic-bus.ts'
export type {
  AppendOptions,
  AppendResult,
  OpenTopicResult,
  ReadTopicOptions,
  TopicMessage,
  TopicStore,
  TopicToStore,
} from './topic-store.ts'
export type {
  Delivery,
  DeliveryEnd,
  OutgoingRequest,
  PublishedRequest,
  ReplyMode,
  RequestPublisher,
  Transport,
  UriForm,
} from './transport.ts'
export type {
  AnsweredRequests,
  Arrival,
  FetchedRequest,
  IncomingRequest,
  Intake,
  ReplySender,
  RequestFetcher,
} from './wallet.ts'
export type { WalletRecord, WalletStore } from './wallet-store.ts'
