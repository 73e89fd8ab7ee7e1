export { decodeBase58, encodeBase58 } from './bytes/base58.ts'
export { decodeBase64, encodeBase64 } from './bytes/base64.ts'
export { decodeBase64url, encodeBase64url } from './bytes/base64url.ts'
export { concatBytes } from './bytes/concat.ts'
export { keccak256, sha256, sha256Base64url } from './bytes/hash.ts'
export { decodeHex, encodeHex } from './bytes/hex.ts'
export { decodeUtf8, encodeUtf8 } from './bytes/utf8.ts'
export {
  type CallbackChannel,
  type CallbackChannelOptions,
  type CallbackOutcome,
  callbackChannel,
} from './channels/callback-channel.ts'
export { ManualClock } from './clock/manual-clock.ts'
export { systemClock } from './clock/system-clock.ts'
export { BOX_VERSION, openBox, parseBoxEnvelope, type SealBoxOptions, sealBox } from './encryption/box.ts'
export { type LegacyBox, openLegacyBox, parseLegacyBox, sealLegacyBox } from './encryption/legacy-box.ts'
export { boxPublicKey } from './encryption/nacl-box.ts'
export { openAnyBox } from './encryption/open-any-box.ts'
export { padWithSpaces, stripSpaces } from './encryption/padding.ts'
export type { RandomBytes } from './encryption/random-bytes.ts'
// A star, not a list: declaration merging by other packages reaches the interface only through it.
export * from './errors/error-data.ts'
export { isUportError, UportError, type UportErrorCode, type UportErrorInit } from './errors/uport-error.ts'
export type { Exchange } from './exchange/exchange.ts'
export type { ExchangeState } from './exchange/exchange-state.ts'
export type { IssuerClaims } from './exchange/issuer-claims.ts'
export type { ExchangeContext, Middleware, Phase, PhasedMiddleware } from './exchange/middleware.ts'
export type { Sealing } from './exchange/open-reply.ts'
export type { PendingConsent } from './exchange/pending-consent.ts'
export type { RecipientTrust } from './exchange/recipient.ts'
export { judgeRedirect, parseRedirectUrl } from './exchange/redirect-url.ts'
export {
  type RemoteExchangeOptions,
  type RequestStatus,
  remoteExchange,
} from './exchange/remote-exchange.ts'
export {
  appendToFragment,
  parseReplyFragment,
  REPLY_PARAM_NAMES,
  type ReplyFragment,
} from './exchange/reply-fragment.ts'
export type { UnsignedParameters } from './exchange/request-parameters.ts'
export {
  createRequestUri,
  type ParsedRequestUri,
  parseRequestUri,
  type RequestLinks,
} from './exchange/request-uri.ts'
export {
  type CreatedRequest,
  type CreateOptions,
  Requester,
  type RequestOptions,
  type StartOptions,
  type VerifyOptions,
} from './exchange/requester.ts'
export { DEFAULT_LIFETIME, type RequesterParts } from './exchange/requester-parts.ts'
export { Responder } from './exchange/responder.ts'
export type { ResponderParts } from './exchange/responder-parts.ts'
export type { Route, Routes } from './exchange/routes.ts'
export { createDelivery, type ShownRequest } from './exchange/shown-delivery.ts'
export { type BrowserSafeFetchOptions, browserSafeFetch } from './fetch/browser-safe-fetch.ts'
export { readBounded } from './fetch/read-bounded.ts'
export { answerClaimSignature, type ClaimSignatureAnswer } from './flows/answer-claim-signature.ts'
export {
  type AnswerDisclosureOptions,
  answerDisclosure,
  createAnswerDisclosure,
  type DisclosureAnswer,
  type MadePushCapability,
  type PushOffer,
} from './flows/answer-disclosure.ts'
export { answerPersonalSign, type PersonalSignAnswer } from './flows/answer-personal-sign.ts'
export { answerVerifiedClaim, type VerifiedClaimAnswer } from './flows/answer-verified-claim.ts'
export { type ClaimSignatureParams, claimSignature, type SignedClaim } from './flows/claim-signature.ts'
export type { DisclosedAccount, DisclosedKey, PushGrant } from './flows/disclosed-parts.ts'
export {
  type ClaimSpec,
  type Disclosure,
  type DisclosureFlow,
  type DisclosureParams,
  disclosure,
  type Own,
  type VerifiableSpec,
} from './flows/disclosure.ts'
export {
  type AnyReplyFlow,
  type Ask,
  type DeviceBinding,
  defineReplyFlow,
  defineRequestFlow,
  type Outcome,
  type ReplyContext,
  type ReplyFlow,
  type ReplyJwtRules,
  type RequestFlow,
  type RequestFlowDefinition,
  type RequestFlowOf,
  type RequestType,
  requestTypeName,
  type SubjectRule,
  type Verified,
  type VerifiedReply,
  type VerifiedStatement,
  type VerifyContext,
} from './flows/flow.ts'
export type { Credential, JudgedCredentials, UnacceptedCredential } from './flows/judge-credentials.ts'
export { type PersonalSignParams, personalSign, type SignedMessage } from './flows/personal-sign.ts'
export { type DeliveredClaim, type VerifiedClaimParams, verifiedClaim } from './flows/verified-claim.ts'
export { type AccountReference, parseAccountReference } from './identity/account-reference.ts'
export { cidFromDigest, digestFromCid, isCid } from './identity/cid.ts'
export {
  didFromMnid,
  foldDid,
  isDid,
  mnidFromDid,
  type ParsedDid,
  parseDid,
  sameDid,
} from './identity/did.ts'
export {
  parseDidDocument,
  readEncryptionKey,
  readProfile,
  readVerificationKeys,
  type VerificationKey,
} from './identity/did-document.ts'
export {
  type CreateIdentityDocumentInput,
  createIdentityDocument,
  type IdentityDocument,
  type IdentityDocumentType,
  parseIdentityDocument,
  serializeIdentityDocument,
} from './identity/identity-document.ts'
export { parseIpfsLink, readProfileImage } from './identity/ipfs-link.ts'
export {
  type CreateDidDocumentInput,
  createDidDocument,
  toDidDocument,
  toLegacyDidDocument,
  toW3cDidDocument,
} from './identity/legacy-conversion.ts'
export {
  encodeMnid,
  isMnid,
  type Mnid,
  type MnidInput,
  mnidFromCaip10,
  mnidToCaip10,
  parseMnid,
} from './identity/mnid.ts'
export {
  fromCaip2,
  networkToHex,
  parseNetworkId,
  type ToCaip2Options,
  toCaip2,
} from './identity/network-id.ts'
export { verifyIdentity } from './identity/verify-identity.ts'
export { abortable } from './jwt/abortable.ts'
export { type DecodedJwt, type DecodeJwtOptions, decodeJwt, type JwtHeader } from './jwt/decode.ts'
export {
  type JwtAlgorithm,
  type JwtClaims,
  type JwtSigner,
  type SignJwtOptions,
  signJwt,
} from './jwt/encode.ts'
export { createNobleEngine, type NobleEngine, type NobleEngineOptions } from './jwt/noble-engine.ts'
export type { DeferrableEngine, Secp256k1Engine } from './jwt/secp256k1-engine.ts'
export { SignatureVerdicts, type SignatureVerdictsOptions } from './jwt/signature-verdicts.ts'
export type { SignatureVerifier, SignedToken } from './jwt/signature-verifier.ts'
export { type VerifiedJwt, type VerifyJwtRules, verifyJwt } from './jwt/verify.ts'
export { type VerifyManyOptions, verifyMany } from './jwt/verify-many.ts'
export {
  AbstractKeyStore,
  type AbstractKeyStoreOptions,
  type RawPublicKey,
  type RawSignature,
} from './keys/abstract-key-store.ts'
export { addressOf } from './keys/address.ts'
export { derivedBoxKeys } from './keys/derived-box-keys.ts'
export { type MemoryBoxKeysOptions, memoryBoxKeys } from './keys/memory-box-keys.ts'
export { MemoryKeyStore, type MemoryKeyStoreOptions } from './keys/memory-key-store.ts'
export type { AccountSignature } from './messages/account-signature.ts'
export type { ClaimSignatureRequest } from './messages/claim-signature-request.ts'
export type { OwnClaimSpec, VerifiableClaimSpec } from './messages/claim-specs.ts'
export { type CredentialContent, parseCredential } from './messages/credential.ts'
export type { AccountType, DisclosureRequest } from './messages/disclosure-request.ts'
export type { PersonalSignRequest } from './messages/personal-sign-request.ts'
export type * from './ports/index.ts'
export { CachingResolver, type CachingResolverOptions } from './resolve/caching-resolver.ts'
export {
  type ForeignDidRegistry,
  type ForeignDidResolver,
  type FromDidResolverOptions,
  fromDidResolver,
} from './resolve/from-did-resolver.ts'
export { keyDidResolver } from './resolve/key-did-resolver.ts'
export { MethodRouter } from './resolve/method-router.ts'
export { MuportDidResolver, type MuportDidResolverOptions } from './resolve/muport-did-resolver.ts'
export { naclDidResolver } from './resolve/nacl-did-resolver.ts'
export { SharedCalls } from './resolve/shared-calls.ts'
export {
  type DidResolutionResult,
  type DidResolverRegistry,
  type LegacyDidRegistry,
  registerLegacyMethods,
  toDidResolverRegistry,
  toLegacyRegistry,
} from './resolve/to-did-resolver.ts'
export {
  type MemoryAnsweredRequestsOptions,
  memoryAnsweredRequests,
} from './stores/memory-answered-requests.ts'
export { type MemoryRequestStoreOptions, memoryRequestStore } from './stores/memory-request-store.ts'
export { memoryWalletStore } from './stores/memory-wallet-store.ts'
export { EventStreamParser, EventTooLarge, type StreamEvent } from './stream/event-stream-parser.ts'
