declare module '@uport-kit/core' {
  interface UportErrorData {
    /** There is no binding of libsecp256k1 for this machine. Install the package's prebuilt or compiled binding, or give a fallback. */
    ENGINE_UNAVAILABLE: { readonly platform: string; readonly arch: string }
  }
}

export {}
