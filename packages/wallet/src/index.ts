export type { Approval, ConsentDecision, ConsentPrompt } from './consent-prompt.ts'
export type { ConsentScreen, ConsentWarning, ShownRequester } from './consent-screen.ts'
export { displayText, displayUrl, MAX_NAME, MAX_TEXT, type ShownText } from './display-text.ts'
export type * from './errors.ts'
export type { RunOptions } from './run-wallet.ts'
export { claimSignatureScreen } from './screens/claim-signature-screen.ts'
export { credentialScreen } from './screens/credential-screen.ts'
export { defaultScreens } from './screens/default-screens.ts'
export {
  createDisclosureScreen,
  type DisclosureScreenOptions,
  disclosureScreen,
  type PushGranter,
} from './screens/disclosure-screen.ts'
export {
  defineFlowScreen,
  type FailureMeaning,
  type FlowScreen,
  type FlowView,
  type OpenView,
  type PreparedAnswer,
  type ScreenContext,
} from './screens/flow-screen.ts'
export { personalSignScreen } from './screens/personal-sign-screen.ts'
export type {
  AskedAccount,
  AskedClaim,
  AskedCredential,
  CredentialDetails,
  DisclosureDetails,
  Leaving,
  OfferedCredential,
  OtherDetails,
  ScreenDetails,
  SignatureDetails,
  TransactionDetails,
  UnsignedDetails,
} from './screens/screen-details.ts'
export type { AccountKind, AccountRecord, Accounts, AccountWish } from './state/accounts.ts'
export type { Activity, ActivityKind, ActivityLog } from './state/activity-log.ts'
export type { CredentialFilter, CredentialRecord, Credentials, NewCredential } from './state/credentials.ts'
export type { Identities, IdentityRecord, NewIdentity } from './state/identities.ts'
export type { ChainProbe, Networks, PrivateNetwork, WalletNetwork } from './state/networks.ts'
export type { PendingRecord, PendingRequests } from './state/pending-requests.ts'
export type { SentTransaction, SentTransactions, TransactionFollower } from './state/sent-transactions.ts'
export { Wallet } from './wallet.ts'
export type { WalletOutcome } from './wallet-outcome.ts'
export type { UnsignedHandler, UnsignedRequest, WalletLimits, WalletParts } from './wallet-parts.ts'
