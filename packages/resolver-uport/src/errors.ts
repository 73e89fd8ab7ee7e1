import type {} from '@uport-kit/core'

declare module '@uport-kit/core' {
  interface UportErrorData {
    // ---- did:uport
    /** The MNID names a network that this resolver does not know. Configure its endpoints and its registry. */
    NETWORK_UNKNOWN: { readonly network: string; readonly known: readonly string[] }
    /** No endpoint of the network gave an answer that counts. Try again. */
    RPC_UNAVAILABLE: { readonly network: string; readonly endpoints: number }
    /** Too few endpoints answered for the quorum. Try again, or add endpoints. */
    RPC_QUORUM_UNREACHED: { readonly network: string; readonly answers: number; readonly quorum: number }
    /** Endpoints contradict one another about the same block. One of them lies or is broken: find out which. */
    RPC_DISAGREE: { readonly network: string; readonly answers: number; readonly quorum: number }
    /** No uPort registry answers at the configured address. `hasCode` says whether there is a contract at all. */
    REGISTRY_NOT_DEPLOYED: { readonly network: string; readonly registry: string; readonly hasCode: boolean }
    /** The registry has no document for the identity. Its owner must register one. */
    IDENTITY_NOT_REGISTERED: { readonly did: string; readonly network: string; readonly registry: string }

    // ---- publishing and registering
    /** The IPFS node did not take the content. */
    CONTENT_PUBLISH_FAILED: { readonly host: string; readonly status?: number }
    /** The registry holds another value than the one just written. Somebody else uses the same key. */
    REGISTRATION_MISMATCH: {
      readonly expected: string
      readonly found: string
      readonly transactionHash: string
    }
  }
}
