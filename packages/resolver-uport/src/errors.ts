import type {} from '@uport-kit/core'

declare module '@uport-kit/core' {
  interface UportErrorData {
    // ---- did:uport
    /** The MNID names a network that this resolver does not know. Configure its endpoints and its registry. */
    NETWORK_UNKNOWN: { readonly network: string; readonly known: readonly string[] }
    /** One endpoint failed: network, status, size, form, or an error of its own. `host` is all that is told of its address. */
    RPC_FAILED: { readonly host: string; readonly reason: string }
    /** The endpoint serves another chain than the one it is configured for. Correct the configuration. */
    RPC_WRONG_CHAIN: { readonly host: string; readonly expected: string; readonly found: string }
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
    /** The account cannot pay for the transaction. Send it funds. */
    ACCOUNT_FUNDS_INSUFFICIENT: { readonly address: string; readonly chainId: string }
    /** The chain did not take the transaction, or reverted it. */
    TRANSACTION_FAILED: { readonly reason: string; readonly transactionHash?: string }
    /** The transaction was sent but not included in time. It may still be: look it up before you send another. */
    TRANSACTION_TIMEOUT: { readonly milliseconds: number; readonly transactionHash?: string }
    /** The registry holds another value than the one just written. Somebody else uses the same key. */
    REGISTRATION_MISMATCH: {
      readonly expected: string
      readonly found: string
      readonly transactionHash: string
    }
  }
}
