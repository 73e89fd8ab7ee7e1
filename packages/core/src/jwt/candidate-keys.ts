import { UportError } from '../errors/uport-error.ts'
import type { VerificationKey } from '../identity/did-document.ts'
import type { Did } from '../ports/did.ts'
import type { DidDocument } from '../ports/did-resolver.ts'
import type { SignatureVerifier } from './signature-verifier.ts'

/**
 * The keys of a document that may have signed, in its order.
 *
 * @param authentication only keys that the document lists under `authentication`
 * @throws UportError `JWT_NO_SUITABLE_KEY`
 */
export function candidateKeys(
  document: DidDocument,
  issuer: Did,
  algorithm: string,
  verifier: SignatureVerifier,
  authentication: boolean,
): readonly VerificationKey[] {
  const all = verifier.readKeys(document)
  const keys = authentication ? all.filter((key) => key.authentication) : all
  if (keys.length > 0) return keys
  const purpose = authentication ? ' that may authenticate' : ''
  throw new UportError(
    'JWT_NO_SUITABLE_KEY',
    `The issuer's document lists no key for ${algorithm}${purpose}: its owner must publish one`,
    { data: { issuer, algorithm, authentication } },
  )
}
