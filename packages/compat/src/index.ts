export type { AbiEntry, AbiParameter } from './abi-entry.ts'
export type {
  ContractAt,
  ContractFactory,
  ContractMethod,
  EncodeCall,
} from './contract.ts'
export { type CallEncoder, createContractFactory } from './contract.ts'
export { Credentials } from './credentials.ts'
export type { DisclosureProfile, VerifiedClaim } from './disclosure-profile.ts'
export type { LegacySignature, LegacySigner } from './legacy-signer.ts'
export type { CreatedIdentity } from './private-key.ts'
export type {
  DisclosureRequestParams,
  SignatureRequestOptions,
  TypedData,
  VerificationParams,
  VerificationSignatureParams,
} from './request-payloads.ts'
export type { CredentialsSettings } from './settings.ts'
export type { TransactionParams, TransactionRequestOptions } from './transaction-payload.ts'
