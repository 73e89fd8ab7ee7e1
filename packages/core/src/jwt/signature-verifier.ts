import type { VerificationKey } from '../identity/did-document.ts'
import type { DidDocument } from '../ports/did-resolver.ts'

/** A token whose signature is to be judged. */
export interface SignedToken {
  /** The header's `alg`. */
  readonly algorithm: string
  /** What is signed: ASCII text. */
  readonly signingInput: string
  readonly signature: Uint8Array
  /** The issuer's document, for verifiers whose keys are not among the members of `VerificationKey`. */
  readonly document: DidDocument
}

/** Judges the signatures of one algorithm. Without state: one verifier serves every token. */
export interface SignatureVerifier {
  /** The one length in bytes that a signature of this algorithm has. */
  readonly signatureLength: number
  /** The keys of a document that are of a kind for this algorithm, in its order; whatever cannot be read is left out. */
  readKeys(document: DidDocument): readonly VerificationKey[]
  /**
   * The key that made the signature.
   *
   * @param keys some of those that `readKeys` found, one or more, in their order
   * @returns one of `keys`; `undefined` where none made it. A key that is malformed is passed over, never thrown about
   */
  verify(
    token: SignedToken,
    keys: readonly VerificationKey[],
  ): VerificationKey | undefined | Promise<VerificationKey | undefined>
}
