import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { encodeBase64url } from './base64url.ts'
import { hashKeccak } from './keccak.ts'
import { platformKeccak, platformSha256 } from './platform.ts'
import { encodeUtf8 } from './utf8.ts'

const hash256 = platformSha256 ?? hashPortably
const keccak = platformKeccak ?? hashKeccak

function hashPortably(input: Uint8Array | string): Uint8Array {
  return nobleSha256(typeof input === 'string' ? encodeUtf8(input) : input)
}

/** SHA-256 (FIPS 180-4): 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash256(bytes)
}

/** SHA-256 of a text's UTF-8 bytes, without a copy of them where the platform hashes text. */
export function sha256OfText(text: string): Uint8Array {
  return hash256(text)
}

/** SHA-256 as 43 characters of base64url; a text is hashed as its UTF-8 bytes. */
export function sha256Base64url(input: string | Uint8Array): string {
  return encodeBase64url(hash256(input))
}

/** Keccak-256 as Ethereum uses it (the padding from before FIPS 202): 32 bytes. */
export function keccak256(bytes: Uint8Array): Uint8Array {
  return keccak(bytes, 0x01)
}

/** The first four bytes of SHA3-256 (FIPS 202), which is not Keccak-256, over the first `length` bytes. */
export function sha3Checksum(bytes: Uint8Array, length: number): Uint8Array {
  return keccak(bytes, 0x06, length, 4)
}
