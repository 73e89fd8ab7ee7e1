export { type Caller, directCaller } from './caller.ts'
export { type ContractAccountOptions, contractAccount } from './contract-account.ts'
export {
  type AccountToOpen,
  type ContractAccounts,
  type ContractAccountsOptions,
  type ContractNetwork,
  contractAccounts,
  type DeviceKey,
} from './contract-accounts.ts'
export type { ManagerContract } from './contracts.ts'
export type * from './errors.ts'
export {
  type CreatedIdentity,
  type FirstCall,
  type IdentityKeys,
  IdentityManager,
  type IdentityManagerOptions,
  type ManagerReceipt,
  type Migration,
  type NewIdentity,
} from './identity-manager.ts'
export { type MetaCallerOptions, metaCaller } from './meta-caller.ts'
export type { IdentityOwner } from './owners.ts'
export { payingSender } from './paying-sender.ts'
export { proxyCallReader, type TrustedContracts } from './proxy-call-reader.ts'
export {
  type DocumentRegistration,
  type RegisteredDocument,
  registerDocument,
  registrationCall,
} from './register-document.ts'
export { TxRelay } from './tx-relay.ts'
