import { equalBytes } from '../bytes/equal.ts'
import { UportError } from '../errors/uport-error.ts'
import { compressPoint } from '../jwt/points.ts'
import { addressOf } from '../keys/address.ts'
import type { DidResolver } from '../ports/did-resolver.ts'
import type { Identity } from '../ports/identity.ts'
import type { Options } from '../ports/options.ts'
import { foldDid } from './did.ts'
import { readVerificationKeys } from './did-document.ts'

/**
 * Checks that the identity's key is one of its own document: with another one every token it signs would be refused,
 * at the other end and without a word. Worth a call at start.
 *
 * @throws UportError `KEY_NOT_FOUND`, `IDENTITY_KEY_MISMATCH`, and the resolver's codes
 */
export async function verifyIdentity(
  identity: Identity,
  resolver: DidResolver,
  options: Options = {},
): Promise<void> {
  const { did, keyId, keys } = identity
  const held = await keys.get(keyId, options)
  if (held === undefined) {
    throw new UportError('KEY_NOT_FOUND', 'The key store has no such key; check the key id.', {
      data: { keyId },
    })
  }
  const { document } = await resolver.resolve(foldDid(did), { ...options, fresh: true })
  const address = addressOf(held.publicKey)
  const listed = readVerificationKeys(document).some(
    ({ publicKey, ethereumAddress }) =>
      ethereumAddress === address ||
      (publicKey !== undefined && equalBytes(compressed(publicKey), held.publicKey)),
  )
  if (listed) return
  throw new UportError(
    'IDENTITY_KEY_MISMATCH',
    `The key ${keyId} is not in the document of ${did}; register the key, or use the one that is registered.`,
    { data: { did, keyId } },
  )
}

function compressed(publicKey: Uint8Array): Uint8Array {
  return publicKey.length === 65 ? compressPoint(publicKey) : publicKey
}
