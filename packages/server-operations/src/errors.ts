import type {} from '@uport-kit/core'

declare module '@uport-kit/core' {
  interface UportErrorData {
    /** A server's address for its operator (metrics and health) cannot be listened on. Choose another port, or leave it out. */
    OPERATIONS_ADDRESS_UNAVAILABLE: {
      readonly host: string
      readonly port: number
      readonly reason: 'in-use' | 'not-allowed' | 'not-here'
    }
  }
}
