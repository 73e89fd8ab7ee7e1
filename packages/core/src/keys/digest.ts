import { equalBytes } from '../bytes/equal.ts'
import { keccak256, sha256 } from '../bytes/hash.ts'
import { UportError } from '../errors/uport-error.ts'
import type { SignContext } from '../ports/key-store.ts'

/**
 * Sees to it that a digest is the hash of what the context says is signed, so that no policy or person judges one thing
 * while the key signs another.
 *
 * @throws TypeError where the digest is not 32 bytes, or the hash is none of the two
 * @throws UportError `KEY_DIGEST_MISMATCH`
 */
export function requireDigest(keyId: string, digest: Uint8Array, context: SignContext): void {
  if (!(digest instanceof Uint8Array) || digest.length !== 32) {
    throw new TypeError('A digest to sign must be 32 bytes')
  }
  if (equalBytes(hashOf(context), digest)) return
  throw new UportError(
    'KEY_DIGEST_MISMATCH',
    'The digest is not the hash of the preimage, so nothing was signed: correct the caller',
    { data: { keyId } },
  )
}

function hashOf(context: SignContext): Uint8Array {
  switch (context.hash) {
    case 'sha256':
      return sha256(context.preimage)
    case 'keccak256':
      return keccak256(context.preimage)
    default:
      throw new TypeError("The context's hash must be 'sha256' or 'keccak256'")
  }
}
