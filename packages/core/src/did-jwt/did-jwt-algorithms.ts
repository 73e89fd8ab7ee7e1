import { verifyJWS } from 'did-jwt'
import { encodeBase64url } from '../bytes/base64url.ts'
import { encodeHex } from '../bytes/hex.ts'
import { readVerificationKeys, type VerificationKey } from '../identity/did-document.ts'
import type { SignatureVerifier, SignedToken } from '../jwt/signature-verifier.ts'
import type { DidDocument } from '../ports/did-resolver.ts'
import type { DidJwtMethod } from './did-jwt-method.ts'
import { p256Method, readP256Keys } from './p256-keys.ts'

/** The one function of did-jwt that judges signatures. It takes no options, so it remembers nothing between calls. */
export type VerifyJws = (jws: string, keys: DidJwtMethod) => unknown

export interface DidJwtAlgorithmsOptions {
  /** Default: the one of the installed did-jwt. Give it to use another copy of the library. */
  readonly verifyJWS?: VerifyJws | undefined
}

/**
 * The algorithms that did-jwt knows beside uPort's own, for the rules of `verifyJwt`: `EdDSA` (RFC 8037) and its older name
 * `Ed25519`, as did:nacl tokens have it, and `ES256` (RFC 7518, section 3.4).
 *
 * @example
 * await verifyJwt(token, { resolver, now, algorithms: didJwtAlgorithms() })
 */
export function didJwtAlgorithms(
  options: DidJwtAlgorithmsOptions = {},
): ReadonlyMap<string, SignatureVerifier> {
  const verify: VerifyJws = options.verifyJWS ?? verifyJWS
  const edDsa = createVerifier(verify, readEd25519Keys, ed25519Method)
  const es256 = createVerifier(verify, readP256Keys, p256Method)
  return new Map([
    ['EdDSA', edDsa],
    ['Ed25519', edDsa],
    ['ES256', es256],
  ])
}

function createVerifier(
  verify: VerifyJws,
  readKeys: (document: DidDocument) => readonly VerificationKey[],
  toMethod: (key: VerificationKey, document: DidDocument) => DidJwtMethod,
): SignatureVerifier {
  return Object.freeze<SignatureVerifier>({
    signatureLength: 64,
    readKeys,
    verify(token, keys) {
      const jws = toJws(token)
      return keys.find((key) => signed(verify, jws, toMethod(key, token.document)))
    },
  })
}

/** One key at a time: an odd one makes did-jwt throw and must not hide the others. */
function signed(verify: VerifyJws, jws: string, method: DidJwtMethod): boolean {
  try {
    verify(jws, method)
    return true
  } catch {
    return false
  }
}

function toJws(token: SignedToken): string {
  return `${token.signingInput}.${encodeBase64url(token.signature)}`
}

function readEd25519Keys(document: DidDocument): readonly VerificationKey[] {
  return readVerificationKeys(document).filter((key) => key.ed25519 !== undefined)
}

function ed25519Method(key: VerificationKey): DidJwtMethod {
  return {
    id: key.id,
    type: 'Ed25519VerificationKey2018',
    controller: key.controller ?? '',
    publicKeyHex: encodeHex(key.ed25519 ?? new Uint8Array()),
  }
}
