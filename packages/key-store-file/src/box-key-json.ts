import { x25519 } from '@noble/curves/ed25519.js'
import {
  type CryptoBlock,
  decryptSecret,
  type EncryptedSecret,
  hexMember,
  jsonInvalid,
  objectMember,
  parseCryptoBlock,
  parseJsonObject,
} from '@uport-kit/core/keystore'
import { nativeDeriveKey } from './native-derive-key.ts'

/** Not a v3 document, so that no wallet takes a box key for an account. */
const KIND = 'uport-kit/box-key'
const VERSION = 1

export interface BoxKeyDocument {
  readonly encrypted: EncryptedSecret
  /** 32 bytes; proven only by decrypting. */
  readonly publicKey: Uint8Array
}

/** Writes the file of a box key: its public key, and the secret in the `crypto` block of Web3 Secret Storage v3. */
export function formatBoxKeyJson(publicKey: Uint8Array, crypto: CryptoBlock): string {
  const document = { kind: KIND, version: VERSION, publicKey: Buffer.from(publicKey).toString('hex'), crypto }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

/** @throws UportError `KEYSTORE_JSON_INVALID` */
export function parseBoxKeyJson(text: string): BoxKeyDocument {
  const document = parseJsonObject(text)
  if (document['kind'] !== KIND || document['version'] !== VERSION)
    throw jsonInvalid('it is no box key of version 1')
  return {
    encrypted: parseCryptoBlock(objectMember(document, 'crypto')),
    publicKey: hexMember(document, 'publicKey', 32, 32),
  }
}

/**
 * @param name for the error only
 * @returns 32 bytes; the caller wipes them
 * @throws UportError `KEY_PASSPHRASE_WRONG`, `KEYSTORE_JSON_INVALID` (another key than the document says)
 */
export async function decryptBoxKey(
  document: BoxKeyDocument,
  passphrase: string,
  name: string,
): Promise<Uint8Array> {
  const secretKey = await decryptSecret(document.encrypted, passphrase, {
    deriveKey: nativeDeriveKey,
    keyId: name,
  })
  if (Buffer.compare(x25519.getPublicKey(secretKey), document.publicKey) === 0) return secretKey
  secretKey.fill(0)
  throw jsonInvalid('it holds the key of another public key')
}
