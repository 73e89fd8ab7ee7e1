export type { AccountSignature } from '../messages/account-signature.ts'
export { parseAddress } from './address.ts'
export { answerTransaction, type TransactionAnswer } from './answer-transaction.ts'
export { answerTypedData, type TypedDataAnswer } from './answer-typed-data.ts'
export type { CarriedCall, CarriedCallReader } from './carried-call.ts'
export { type ChainProvisioning, parseChainProvisioning } from './chain-provisioning.ts'
export {
  ChainReader,
  type ChainTransaction,
  type Fees,
  type LogFilter,
  type NodeError,
  nodeErrorOf,
  type Receipt,
  type TransactionLog,
  type Trial,
} from './chain-reader.ts'
export { type FollowOptions, followTransaction } from './confirm-transaction.ts'
export { type FunctionCall, parseFunctionText } from './function-text.ts'
export {
  type EthereumRpc,
  type HttpRpcOptions,
  httpRpc,
  RpcAnswerError,
  type RpcEndpoint,
  rpcFailed,
  safeRpc,
} from './json-rpc.ts'
export { type KeyPairAccountOptions, keyPairAccount } from './key-pair-account.ts'
export { KeyStoreSigner } from './key-store-signer.ts'
export {
  ANY_SENDER,
  type MetaTransaction,
  metaTransactionPreimage,
  metaTransactionSender,
  type SignedMetaTransaction,
  signMetaTransaction,
  type VerifyMetaTransactionOptions,
  verifyMetaTransaction,
} from './meta-transaction.ts'
export type { MetaTransactionSender } from './meta-transaction-sender.ts'
export {
  type MetaTransactionAdvice,
  type ParsedMetaTransaction,
  parseMetaTransaction,
  relayCallData,
  serializeMetaTransaction,
} from './meta-transaction-wire.ts'
export { MnemonicKeyStore, type MnemonicKeyStoreOptions, UPORT_PATH } from './mnemonic-key-store.ts'
export {
  type PrivateChain,
  type PrivateChainRequest,
  type ProbeParts,
  parsePrivateChain,
  privateChainAccount,
  probePrivateChain,
} from './private-chain.ts'
export { isRevert, revertReason } from './revert-reason.ts'
export { type ParsedTransaction, parseSignedTransaction } from './signed-transaction.ts'
export {
  PUBLIC_KEY_MESSAGE,
  type SignerKeyStoreOptions,
  type SignerLike,
  signerKeyStore,
} from './signer-key-store.ts'
export {
  SponsorClient,
  type SponsorClientOptions,
  type Sponsored,
  type SponsoredIdentity,
  type SponsorOptions,
} from './sponsor-client.ts'
export {
  type ConfirmedTransaction,
  type ConfirmOptions,
  type SubmittedTransaction,
  type TransactionFlow,
  type TransactionOptions,
  transaction,
} from './transaction-flow.ts'
export type { ContractCall, TransactionParams } from './transaction-payload.ts'
export { type EthereumTransactionRequest, parseTransactionRequest } from './transaction-request.ts'
export { type CheckedTypedData, checkTypedData, type TypedData, type TypedDataHash } from './typed-data.ts'
export { type SignedTypedData, type TypedDataParams, typedData } from './typed-data-flow.ts'
export { parseTypedDataRequest, type TypedDataRequest } from './typed-data-request.ts'
