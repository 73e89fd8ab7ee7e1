import type {} from '@uport-kit/core'

declare module '@uport-kit/core' {
  interface UportErrorData {
    // ---- did:web
    /** The domain of the DID sends its readers elsewhere, and only the domain itself may speak for the DID. Its owner must serve the document there. */
    DID_WEB_REDIRECTED: { readonly did: string; readonly to: string }
  }
}
