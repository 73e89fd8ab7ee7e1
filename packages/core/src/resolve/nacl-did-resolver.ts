import { encodeBase64 } from '../bytes/base64.ts'
import { decodeBase64url } from '../bytes/base64url.ts'
import type { DidResolver } from '../ports/did-resolver.ts'
import type { JsonObject } from '../ports/json.ts'
import { idInvalid, type MethodDid, selfDescribingResolver } from './self-describing-resolver.ts'
import { toX25519 } from './to-x25519.ts'

const ID = /^[\w-]{43}$/

/**
 * Resolves did:nacl: the id is an Ed25519 key in base64url, so nobody is asked. The document is that of the nacl-did
 * package: `#key1` signs (tokens with the algorithm `Ed25519`; give `verifyJwt` the algorithms of `didJwtAlgorithms`), `#key2`
 * is the x25519 key that follows from it.
 *
 * What is no key is refused with `DID_INVALID`, `versionTime` with `DID_VERSION_UNSUPPORTED`. A did:nacl cannot be revoked.
 */
export function naclDidResolver(): DidResolver {
  return selfDescribingResolver('nacl', (did) => ({ document: documentOf(did) }))
}

function documentOf({ did, id }: MethodDid): JsonObject {
  const key = ID.test(id) ? decodeBase64url(id) : undefined
  const sealing = key && toX25519(key)
  if (key === undefined || sealing === undefined) {
    throw idInvalid('nacl', 'an Ed25519 key in base64url')
  }
  return {
    '@context': 'https://w3id.org/did/v1',
    id: did,
    publicKey: [
      publicKey(did, 'key1', 'ED25519SignatureVerification', key),
      publicKey(did, 'key2', 'Curve25519EncryptionPublicKey', sealing),
    ],
    authentication: [{ type: 'ED25519SigningAuthentication', publicKey: `${did}#key1` }],
  }
}

function publicKey(did: string, fragment: string, type: string, key: Uint8Array): JsonObject {
  return { id: `${did}#${fragment}`, type, owner: did, publicKeyBase64: encodeBase64(key) }
}
