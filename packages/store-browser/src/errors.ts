declare module '@uport-kit/core' {
  interface UportErrorData {
    /** The page has no storage: no IndexedDB, or the settings or the private window refuse it. Tell the user; nothing was stored. */
    BROWSER_STORAGE_UNAVAILABLE: { readonly reason: 'no-indexeddb' | 'refused' }
    /** The browser's database failed, and what was to be written is not. Where `retryable` is true, make room or close other tabs as the message says, then try again. */
    BROWSER_STORE_FAILED: { readonly reason: string }
  }
}

export {}
