import type { Options } from './options.ts'

/** Reads bytes by content address. What it returns **was** hashed and matches: the caller need not trust the source. */
export interface ContentSource {
  /**
   * @param cid a CIDv0 string
   * @throws UportError `CONTENT_NOT_FOUND` (no source has it; retryable), `CONTENT_MISMATCH` (every source that
   * answered sent other bytes), `CONTENT_TOO_LARGE`
   */
  get(cid: string, limits: { readonly maxBytes: number }, options?: Options): Promise<Uint8Array>
}

/** Stores bytes under their content address. */
export interface ContentPublisher {
  /** @returns the CIDv0, checked against the one computed from `bytes` here */
  add(bytes: Uint8Array, options?: Options): Promise<string>
}
