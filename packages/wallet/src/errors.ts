import type {} from '@uport-kit/core'

declare module '@uport-kit/core' {
  interface UportErrorData {
    /** The wallet has no identity that can answer. Add one, or name one that it has. */
    WALLET_IDENTITY_UNKNOWN: { readonly did?: string }
    /** The wallet holds as many of these as it may. Answer or delete some, or raise the bound. */
    WALLET_FULL: { readonly collection: string; readonly max: number }
    /** The wallet has no account for what is asked, and cannot make one. */
    WALLET_ACCOUNT_UNAVAILABLE: { readonly kind: string; readonly network: string }
    /** The wallet knows no such network, and the request brings none that it may use. */
    WALLET_NETWORK_UNKNOWN: { readonly network: string }
    /** The host's decision does not fit the screen it was asked with: it names what was not offered. Nothing was sent. */
    WALLET_DECISION_INVALID: { readonly reason: string }
  }
}
