import type {} from '@uport-kit/core'

declare module '@uport-kit/core' {
  interface UportErrorData {
    /** The message relay did not answer, or answered that it cannot now. Check that it runs at this address; try again. */
    RELAY_UNREACHABLE: { readonly host: string; readonly status?: number }
  }
}
