import { disclosureScreen } from './disclosure-screen.ts'
import type { FlowScreen } from './flow-screen.ts'

/** The flows that a wallet answers unless it is told otherwise. */
export const defaultScreens: readonly FlowScreen[] = Object.freeze([disclosureScreen])
