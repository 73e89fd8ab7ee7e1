import { addressOf, decodeHex, encodeBase58, type KeyStore, MemoryKeyStore } from '@uport-kit/core'

/** A key that was given as such. It fits as the payer's `keys` and `keyId`, and as the issuer of fuel tokens. */
export interface ImportedKey {
  readonly keys: KeyStore
  readonly keyId: string
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
  /** did:key of the same key. */
  readonly did: string
}

/** Of a compressed secp256k1 key, as an unsigned varint. */
const MULTICODEC = [0xe7, 0x01]

/**
 * Takes a private key into memory: for development networks, and for hosts that keep secrets in their environment. A key
 * store of files or of a cloud's KMS is the better place.
 *
 * @param privateKey 32 bytes as hex, with or without `0x`
 * @throws TypeError where it is no hex of 32 bytes
 * @throws UportError `KEY_INVALID`
 */
export async function importKey(privateKey: string): Promise<ImportedKey> {
  const bytes = decodeHex(privateKey)
  if (bytes?.length !== 32) throw new TypeError('privateKey must be 32 bytes in hex')
  const keys = new MemoryKeyStore()
  const { keyId, publicKey } = await keys.import(bytes)
  bytes.fill(0)
  const did = `did:key:z${encodeBase58(Uint8Array.of(...MULTICODEC, ...publicKey))}`
  return Object.freeze({ keys, keyId, address: addressOf(publicKey), did })
}
