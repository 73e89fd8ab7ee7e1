import { decodeBase64url } from '../bytes/base64url.ts'
import { sha256 } from '../bytes/hash.ts'
import { encodeHex } from '../bytes/hex.ts'
import { decodeUtf8, encodeUtf8 } from '../bytes/utf8.ts'
import type { JsonObject } from '../ports/json.ts'
import type { KeyStore } from '../ports/key-store.ts'

/** A signature as did-jwt writes it: hex without `0x`, 64 digits each. Good for `ES256K` and `ES256K-R` alike. */
export interface DidJwtSignature {
  r: string
  s: string
  recoveryParam?: number
}

/** What did-jwt 8 and 9 call to sign: their `Signer`. */
export type DidJwtSigner = (data: string | Uint8Array) => Promise<DidJwtSignature>

/**
 * A key of a key store as did-jwt's `Signer`, for `createJWT` with the algorithm `ES256K` or `ES256K-R`.
 *
 * The store sees the signing input and the payload as with `signJwt`, so what is no JWT is not signed.
 *
 * @returns a function that rejects with a TypeError for data that is no JWS signing input with a JSON object as payload,
 * and with whatever `keys.sign` throws
 */
export function toDidJwtSigner(keys: Pick<KeyStore, 'sign'>, keyId: string): DidJwtSigner {
  return async (data) => {
    const preimage = typeof data === 'string' ? encodeUtf8(data) : data.slice()
    const preview = readPayload(preimage)
    const context = { purpose: 'jwt', hash: 'sha256', preimage, preview } as const
    const { r, s, recovery } = await keys.sign(keyId, sha256(preimage), context)
    return { r: encodeHex(r), s: encodeHex(s), recoveryParam: recovery }
  }
}

function readPayload(signingInput: Uint8Array): JsonObject {
  const parts = decodeUtf8(signingInput)?.split('.', 3)
  const bytes = parts?.length === 2 ? decodeBase64url(parts[1]!) : undefined
  const text = bytes === undefined ? undefined : decodeUtf8(bytes)
  const value = text === undefined ? undefined : parseJson(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw new TypeError('Only the signing input of a JWT can be signed: its payload must be a JSON object')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
