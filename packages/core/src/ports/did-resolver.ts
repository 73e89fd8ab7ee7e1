import type { Did } from './did.ts'
import type { Json, JsonObject } from './json.ts'
import type { Options } from './options.ts'

/**
 * A DID document in either vocabulary (W3C v1 `verificationMethod`, or w3id v1 `publicKey`), as published or as
 * converted by its resolver. Untrusted until `parseDidDocument` has read it; `id` is the DID asked for.
 */
export interface DidDocument {
  readonly id: Did
  readonly [member: string]: Json | undefined
}

/** One answer of a resolver. Frozen or fresh: a caller's change reaches nobody else. */
export interface ResolvedDid {
  readonly did: Did
  readonly document: DidDocument
  /** What the document is pinned by: for did:uport the CID of the stored bytes. */
  readonly versionId?: string | undefined
  /** Unix seconds after which a cache must ask again. Absent: the cache's own rule. */
  readonly validUntil?: number | undefined
  /** Facts a caller may want to show: registry block, gateway, transaction. Never needed for trust. */
  readonly metadata?: JsonObject | undefined
}

export interface ResolveOptions extends Options {
  /** Unix seconds: the document that was valid then. A method without history rejects with `DID_VERSION_UNSUPPORTED`. */
  readonly versionTime?: number | undefined
  /** Ask the source again, past every cache of mutable state. Content addressed by hash may stay cached. */
  readonly fresh?: boolean | undefined
}

/** DID to DID document, for one or more methods. */
export interface DidResolver {
  /** Method names without `did:`, such as `['uport']`. */
  readonly methods: readonly string[]
  /**
   * @throws UportError with a code that says which layer failed: `DID_INVALID`, `DID_METHOD_UNSUPPORTED`,
   * `DID_NOT_FOUND`, `DID_DOCUMENT_INVALID`, `DID_DOCUMENT_ID_MISMATCH`, `DID_VERSION_UNSUPPORTED`, `DID_RESOLUTION_FAILED`
   * (retryable) or a method's own. Never answers with an empty document.
   */
  resolve(did: Did, options?: ResolveOptions): Promise<ResolvedDid>
}
