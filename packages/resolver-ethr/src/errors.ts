import type {} from '@uport-kit/core'

declare module '@uport-kit/core' {
  interface UportErrorData {
    // ---- did:ethr
    /** The did:ethr names a network that this resolver does not know. Configure its endpoint. */
    ETHR_NETWORK_UNKNOWN: { readonly network: string; readonly known: readonly string[] }
    /** The Ethereum endpoint failed or answered in no form that is understood. Try again, or use another; `host` is all that is told of its address. */
    ETHR_RPC_FAILED: { readonly network: string; readonly host: string; readonly reason: string }
    /** The Ethereum endpoint serves another chain than the one it is configured for. Correct the configuration. */
    ETHR_WRONG_CHAIN: { readonly network: string; readonly expected: string; readonly found: string }
    /** No ERC-1056 registry answers at the configured address. Correct the configuration. */
    ETHR_REGISTRY_NOT_DEPLOYED: { readonly network: string; readonly registry: string }
    /** The Ethereum endpoint keeps no events of the block in which the DID changed. Use one that keeps them all. */
    ETHR_HISTORY_MISSING: { readonly network: string; readonly block: string }
    /** The DID was changed so often that reading its history takes more requests than allowed. */
    ETHR_HISTORY_TOO_LONG: { readonly did: string; readonly maxRequests: number }
  }
}
