declare module '@uport-kit/core' {
  interface UportErrorData {
    /** The directory of a file store cannot be read or written. Check that it exists, its owner and the free space. */
    FILE_STORE_FAILED: { readonly reason: string }
  }
}

export {}
