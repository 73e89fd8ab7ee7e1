import { randomUUID } from 'node:crypto'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { type CryptoBlock, decryptSecret, type EncryptedSecret, parseCryptoBlock } from './crypto-block.ts'
import { jsonInvalid } from './failure.ts'
import { hexMember, type JsonMembers, objectMember, parseJsonObject } from './json-members.ts'
import { MAX_FILE_BYTES } from './key-directory.ts'

/** Our member of the document; other readers ignore it. It makes listing possible without the passphrase. */
const EXTENSION = 'x-uport'

/** A Web3 Secret Storage v3 document as read. Nothing in it is proven before it is decrypted. */
export interface KeystoreDocument {
  readonly encrypted: EncryptedSecret
  /** 20 bytes; some writers leave it out. */
  readonly address: Uint8Array | undefined
  /** 33 bytes, compressed; only our own files have it. */
  readonly publicKey: Uint8Array | undefined
}

/** Writes a v3 document. */
export function formatKeystoreJson(publicKey: Uint8Array, crypto: CryptoBlock): string {
  const document = {
    address: Buffer.from(ethereumAddress(publicKey)).toString('hex'),
    crypto,
    id: randomUUID(),
    version: 3,
    [EXTENSION]: { publicKey: Buffer.from(publicKey).toString('hex') },
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

/**
 * Reads a v3 document of this framework, ethers, geth or another writer.
 *
 * @throws UportError `KEYSTORE_JSON_INVALID`, also when the file asks for more memory or work than a key is worth
 */
export function parseKeystoreJson(text: string): KeystoreDocument {
  if (text.length > MAX_FILE_BYTES) throw jsonInvalid('it is too large')
  const document = parseJsonObject(text)
  if (document['version'] !== 3) throw jsonInvalid('version is not 3')
  const block = objectMember(document, document['crypto'] === undefined ? 'Crypto' : 'crypto')
  const address = document['address'] === undefined ? undefined : hexMember(document, 'address', 20, 20)
  const publicKey = parsePublicKey(document)
  if (publicKey !== undefined && address !== undefined && !equal(ethereumAddress(publicKey), address)) {
    throw jsonInvalid('address and public key differ')
  }
  return { encrypted: parseCryptoBlock(block), address, publicKey }
}

/**
 * Decrypts the private key and compares it with what the document says of it.
 *
 * @param keyId for the error only
 * @returns 32 bytes, a valid scalar; the caller wipes them
 * @throws UportError `KEY_PASSPHRASE_WRONG`, `KEYSTORE_JSON_INVALID` (another key than the document says)
 */
export async function decryptKeystore(
  document: KeystoreDocument,
  passphrase: string,
  keyId?: string,
): Promise<Uint8Array> {
  const privateKey = await decryptSecret(document.encrypted, passphrase, keyId)
  try {
    if (!secp256k1.utils.isValidSecretKey(privateKey)) throw jsonInvalid('it holds no key of secp256k1')
    const publicKey = secp256k1.getPublicKey(privateKey)
    if (document.publicKey !== undefined && !equal(publicKey, document.publicKey)) {
      throw jsonInvalid('it holds the key of another public key')
    }
    if (document.address !== undefined && !equal(ethereumAddress(publicKey), document.address)) {
      throw jsonInvalid('it holds the key of another address')
    }
    return privateKey
  } catch (error) {
    privateKey.fill(0)
    throw error
  }
}

function parsePublicKey(document: JsonMembers): Uint8Array | undefined {
  if (document[EXTENSION] === undefined) return undefined
  const publicKey = hexMember(objectMember(document, EXTENSION), 'publicKey', 33, 33)
  if (!secp256k1.utils.isValidPublicKey(publicKey)) throw jsonInvalid('publicKey is no point of secp256k1')
  return publicKey
}

/** 20 bytes: the end of the Keccak-256 hash of the uncompressed point. */
export function ethereumAddress(publicKey: Uint8Array): Uint8Array {
  return keccak_256(secp256k1.Point.fromBytes(publicKey).toBytes(false).subarray(1)).subarray(12)
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
