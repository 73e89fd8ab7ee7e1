import { equalBytes } from '../bytes/equal.ts'
import { encodeHex } from '../bytes/hex.ts'
import { createNobleEngine } from '../jwt/noble-engine.ts'
import { addressOf } from '../keys/address.ts'
import {
  type CryptoBlock,
  type DecryptOptions,
  decryptSecret,
  type EncryptedSecret,
  parseCryptoBlock,
} from './crypto-block.ts'
import { jsonInvalid } from './json-invalid.ts'
import { hexMember, type JsonMembers, objectMember, parseJsonObject } from './json-members.ts'

/** A v3 document takes 700 characters; more than this is no key. */
const MAX_DOCUMENT_LENGTH = 2 ** 16

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

/** Writes a v3 document around an encrypted key. @param publicKey 33 bytes, compressed */
export function formatKeystoreJson(publicKey: Uint8Array, block: CryptoBlock): string {
  const document = {
    address: addressOf(publicKey).slice(2),
    crypto: block,
    id: crypto.randomUUID(),
    version: 3,
    [EXTENSION]: { publicKey: encodeHex(publicKey) },
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

/**
 * Reads a v3 document of this framework, ethers, geth or another writer.
 *
 * @throws UportError `KEYSTORE_JSON_INVALID`, also when the file asks for more memory or work than a key is worth
 */
export function parseKeystoreJson(text: string): KeystoreDocument {
  if (text.length > MAX_DOCUMENT_LENGTH) throw jsonInvalid('it is too large')
  const document = parseJsonObject(text)
  if (document['version'] !== 3) throw jsonInvalid('version is not 3')
  const block = objectMember(document, document['crypto'] === undefined ? 'Crypto' : 'crypto')
  const address = document['address'] === undefined ? undefined : hexMember(document, 'address', 20, 20)
  const publicKey = parsePublicKey(document)
  if (publicKey !== undefined && address !== undefined && !isAddressOf(address, publicKey)) {
    throw jsonInvalid('address and public key differ')
  }
  return { encrypted: parseCryptoBlock(block), address, publicKey }
}

/**
 * Decrypts the private key and compares it with what the document says of it.
 *
 * @returns 32 bytes, a valid scalar; the caller wipes them
 * @throws UportError `KEY_PASSPHRASE_WRONG`, `KEYSTORE_JSON_INVALID` (another key than the document says)
 */
export async function decryptKeystore(
  document: KeystoreDocument,
  passphrase: string,
  options: DecryptOptions = {},
): Promise<Uint8Array> {
  const privateKey = await decryptSecret(document.encrypted, passphrase, options)
  try {
    const engine = createNobleEngine()
    if (!engine.isPrivateKey(privateKey)) throw jsonInvalid('it holds no key of secp256k1')
    const publicKey = engine.publicKeyOf(privateKey)
    if (document.publicKey !== undefined && !equalBytes(publicKey, document.publicKey)) {
      throw jsonInvalid('it holds the key of another public key')
    }
    if (document.address !== undefined && !isAddressOf(document.address, publicKey)) {
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
  if (createNobleEngine().decompress(publicKey) !== undefined) return publicKey
  throw jsonInvalid('publicKey is no point of secp256k1')
}

function isAddressOf(address: Uint8Array, publicKey: Uint8Array): boolean {
  return addressOf(publicKey) === `0x${encodeHex(address)}`
}
