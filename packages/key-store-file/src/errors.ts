declare module '@uport-kit/core' {
  interface UportErrorData {
    /** The passphrase does not open the key, or somebody altered its file. Ask for the passphrase again. */
    KEY_PASSPHRASE_WRONG: { readonly keyId?: string }
    /** The text is not a Web3 Secret Storage v3 document that this store reads. */
    KEYSTORE_JSON_INVALID: { readonly reason: string }
  }
}

export {}
