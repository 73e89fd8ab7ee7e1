import { concatBytes, decodeBase64url, encodeBase64url, encodeUtf8, sha256Base64url } from '@uport-kit/core'

/** What lives under an id. Each kind hashes with a prefix of its own, so that no secret opens two kinds. */
export type SecretKind = 'topic' | 'reference'

/** Bytes of a secret. */
const SECRET_BYTES = 32

/** A secret with the public id that follows from it. */
export interface SecretId {
  /** base64url of 32 bytes. */
  readonly secret: string
  /** base64url SHA-256 of `uport-kit/<kind>/1` and the 32 bytes. */
  readonly id: string
}

/**
 * The id of a secret; the way back from the id is as hard as finding a preimage of SHA-256.
 *
 * @throws TypeError where the secret is not 32 bytes in base64url
 */
export function secretIdOf(kind: SecretKind, secret: string): SecretId {
  const bytes = decodeBase64url(secret)
  if (bytes?.length !== SECRET_BYTES) throw new TypeError('the secret must be 32 bytes in base64url')
  return { secret, id: sha256Base64url(concatBytes(encodeUtf8(`uport-kit/${kind}/1`), bytes)) }
}

/** A new secret and its id. @param randomBytes must be a cryptographically secure source */
export function createSecretId(kind: SecretKind, randomBytes: (length: number) => Uint8Array): SecretId {
  return secretIdOf(kind, encodeBase64url(randomBytes(SECRET_BYTES)))
}
