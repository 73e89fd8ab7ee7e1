import { encodeBase64url } from '../bytes/base64url.ts'
import { concatBytes } from '../bytes/concat.ts'
import { sha256 } from '../bytes/hash.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { UportError } from '../errors/uport-error.ts'
import { foldDid } from '../identity/did.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import type { KeyStore, RecoverableSignature } from '../ports/key-store.ts'
import type { Options } from '../ports/options.ts'

/** The signature algorithms of uPort tokens: ECDSA over secp256k1 with SHA-256, `-R` with the recovery id appended. */
export type JwtAlgorithm = 'ES256K' | 'ES256K-R'

/** What a token says. Members that are undefined are left out, as `JSON.stringify` does. */
export type JwtClaims = { readonly [claim: string]: Json | undefined }

/** Who signs. An `Identity` fits. */
export interface JwtSigner {
  /** Written as `iss` exactly so: a DID, or a bare MNID where an old peer demands it. */
  readonly did: string
  readonly keyId: string
  readonly keys: Pick<KeyStore, 'sign'>
  /** Default: `ES256K` for did:uport and MNID, whose old verifiers know nothing else; `ES256K-R` for every other DID. */
  readonly alg?: JwtAlgorithm | undefined
}

export interface SignJwtOptions extends Options {
  /** Unix seconds, the token's `iat`. Default: this machine's clock. */
  readonly now?: number | undefined
  /** Seconds until `exp`, counted from `nbf` where the payload has one, else from `now`. Absent: no `exp`. */
  readonly expiresIn?: number | undefined
}

/**
 * Signs a JWT.
 *
 * The bytes are those of the original signers: header `typ`, `alg`; payload `iat`, `exp`, the claims in their order, `iss`
 * last. Claims named `iat` or `exp` replace the computed ones, also by `undefined`; one named `iss` is ignored. The key
 * store sees the signing input and, as preview, the payload exactly as it will be read.
 *
 * @returns the token in compact form (RFC 7515, section 7.1)
 * @throws TypeError where `now` or `expiresIn` is no finite number
 * @throws UportError `DID_INVALID` or `MNID_INVALID` for the signer's `did`, and whatever `keys.sign` throws
 */
export async function signJwt(
  claims: JwtClaims,
  signer: JwtSigner,
  options: SignJwtOptions = {},
): Promise<string> {
  const algorithm = signer.alg ?? defaultAlgorithm(signer.did)
  const payload = JSON.stringify(orderClaims(claims, signer.did, options))
  const signingInput = encodeSigningInput(JSON.stringify({ typ: 'JWT', alg: algorithm }), payload)
  const preimage = encodeUtf8(signingInput)
  const preview: JsonObject = JSON.parse(payload)
  const signature = await signer.keys.sign(
    signer.keyId,
    sha256(preimage),
    { purpose: 'jwt', hash: 'sha256', preimage, preview },
    { signal: options.signal },
  )
  return `${signingInput}.${encodeBase64url(joseSignature(signature, algorithm, signer.keyId))}`
}

/** Header and payload, each JSON text, as the bytes that a JWS signature covers (RFC 7515, section 5.1). */
export function encodeSigningInput(header: string, payload: string): string {
  return `${encodeBase64url(encodeUtf8(header))}.${encodeBase64url(encodeUtf8(payload))}`
}

function defaultAlgorithm(did: string): JwtAlgorithm {
  return foldDid(did).startsWith('did:uport:') ? 'ES256K' : 'ES256K-R'
}

function orderClaims(claims: JwtClaims, did: string, options: SignJwtOptions): JwtClaims {
  const { iss: _, ...rest } = claims
  const now = Math.floor(finite(options.now ?? Date.now() / 1000, 'now'))
  return { iat: now, exp: expiry(claims, now, options.expiresIn), ...rest, iss: did }
}

function expiry(claims: JwtClaims, now: number, expiresIn: number | undefined): number | undefined {
  if (expiresIn === undefined) return undefined
  const start = typeof claims['nbf'] === 'number' ? claims['nbf'] : now
  return start + Math.floor(finite(expiresIn, 'expiresIn'))
}

function finite(value: number, name: string): number {
  if (!Number.isFinite(value)) throw new TypeError(`${name} must be a finite number of seconds`)
  return value
}

function joseSignature(signature: RecoverableSignature, algorithm: JwtAlgorithm, keyId: string): Uint8Array {
  const { r, s, recovery } = signature
  if (r.length !== 32 || s.length !== 32 || (recovery !== 0 && recovery !== 1)) {
    throw new UportError(
      'KEY_SIGNATURE_INVALID',
      'The key store returned a malformed signature: correct the store',
      {
        data: { keyId, reason: 'r and s must be 32 bytes each, recovery 0 or 1' },
      },
    )
  }
  return algorithm === 'ES256K' ? concatBytes(r, s) : concatBytes(r, s, Uint8Array.of(recovery))
}
