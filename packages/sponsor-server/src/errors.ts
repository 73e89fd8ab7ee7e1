import type {} from '@uport-kit/core'

declare module '@uport-kit/core' {
  interface UportErrorData {
    /** An option of the sponsor is unknown or out of its range. Correct the option that the data names. */
    SPONSOR_CONFIG_INVALID: { readonly option: string; readonly reason: string }
    /** The sponsor cannot listen on the address. Choose another port, or stop what listens there. */
    SPONSOR_ADDRESS_UNAVAILABLE: {
      readonly host: string
      readonly port: number
      readonly reason: 'in-use' | 'not-allowed' | 'not-here'
    }
    /** The sponsor's store cannot be opened, or failed. The reason says which. */
    SPONSOR_STORE_FAILED: { readonly reason: SponsorStoreProblem }
  }
}

/** `locked`: another process has it open. `unwritable`: the directory cannot be made or written. */
export type SponsorStoreProblem = 'locked' | 'unwritable' | 'damaged' | 'closed'
