import { claimSignatureScreen } from './claim-signature-screen.ts'
import { credentialScreen } from './credential-screen.ts'
import { disclosureScreen } from './disclosure-screen.ts'
import type { FlowScreen } from './flow-screen.ts'
import { personalSignScreen } from './personal-sign-screen.ts'

/** The flows that a wallet answers unless it is told otherwise. */
export const defaultScreens: readonly FlowScreen[] = Object.freeze([
  disclosureScreen,
  credentialScreen,
  claimSignatureScreen,
  personalSignScreen,
])
