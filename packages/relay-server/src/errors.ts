import type {} from '@uport-kit/core'

declare module '@uport-kit/core' {
  interface UportErrorData {
    /** An option of the message relay is unknown or out of its range. Correct the option that the data names. */
    RELAY_CONFIG_INVALID: { readonly option: string; readonly reason: string }
    /** The message relay cannot listen on the address. Choose another port, or stop what listens there. */
    RELAY_ADDRESS_UNAVAILABLE: {
      readonly host: string
      readonly port: number
      readonly reason: 'in-use' | 'not-allowed' | 'not-here'
    }
    /** The message relay's store cannot be opened, or failed. The reason says which. */
    RELAY_STORE_FAILED: { readonly reason: RelayStoreProblem }
  }
}

/** `locked`: another process has it open. `unwritable`: the directory cannot be made or written. `full`: its disk is. */
export type RelayStoreProblem = 'locked' | 'unwritable' | 'damaged' | 'full' | 'closed'
