import { timingSafeEqual } from 'node:crypto'
import { concatBytes, decodeBase64url, encodeUtf8, sha256 } from '@uport-kit/core'

/** What lives under an id. Each kind hashes with a prefix of its own, so that no secret opens two kinds. */
export type SecretKind = 'topic' | 'reference' | 'receipt'

const SECRET_BYTES = 32

/**
 * Whether an `Authorization` header holds the secret of an id (RFC 6750, section 2.1). Needs no store, and so tells
 * nothing about what exists; takes the same time wherever the two differ.
 */
export function holdsSecret(kind: SecretKind, id: string, authorization: string | undefined): boolean {
  const token = /^bearer ([\w-]{43})$/i.exec(authorization ?? '')?.[1]
  const secret = token === undefined ? undefined : decodeBase64url(token)
  const expected = decodeBase64url(id)
  if (secret?.length !== SECRET_BYTES || expected?.length !== SECRET_BYTES) return false
  return timingSafeEqual(hashOf(kind, secret), expected)
}

/** The bytes of the id: SHA-256 of the kind's label and the secret. */
function hashOf(kind: SecretKind, secret: Uint8Array): Uint8Array {
  return sha256(concatBytes(encodeUtf8(`uport-kit/${kind}/1`), secret))
}
