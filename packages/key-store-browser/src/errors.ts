declare module '@uport-kit/core' {
  interface UportErrorData {
    /** The page has no storage for keys: no IndexedDB, or no Web Cryptography outside of HTTPS. Tell the user; keep no key. */
    KEY_STORAGE_UNAVAILABLE: { readonly reason: 'insecure-context' | 'no-indexeddb' | 'refused' }
  }
}

export {}
