import { createCipheriv, timingSafeEqual } from 'node:crypto'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { UportError } from '@uport-kit/core'
import { jsonInvalid } from './failure.ts'
import { hexMember, type JsonMembers, objectMember, textMember } from './json-members.ts'
import { deriveKey, type KdfParameters, parseKdf, type ScryptCost, scryptCost } from './key-derivation.ts'
import type { RandomBytes } from './random-bytes.ts'

const SECRET_BYTES = 32
const CIPHER = 'aes-128-ctr'

/** The `crypto` member of a file: a secret under a passphrase (Web3 Secret Storage, version 3). Hex without `0x`. */
export interface CryptoBlock {
  readonly cipher: typeof CIPHER
  readonly cipherparams: { readonly iv: string }
  readonly ciphertext: string
  readonly kdf: 'scrypt'
  readonly kdfparams: {
    readonly dklen: number
    readonly n: number
    readonly p: number
    readonly r: number
    readonly salt: string
  }
  readonly mac: string
}

/** The same as read, decoded and within bounds. */
export interface EncryptedSecret {
  readonly kdf: KdfParameters
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
  readonly mac: Uint8Array
}

/** Reads a `crypto` member that somebody else may have written. @throws UportError `KEYSTORE_JSON_INVALID` */
export function parseCryptoBlock(block: JsonMembers): EncryptedSecret {
  if (textMember(block, 'cipher') !== CIPHER) throw jsonInvalid(`cipher is not ${CIPHER}`)
  return {
    kdf: parseKdf(textMember(block, 'kdf'), objectMember(block, 'kdfparams')),
    iv: hexMember(objectMember(block, 'cipherparams'), 'iv', 16, 16),
    // Old writers dropped a key's leading zero bytes.
    ciphertext: hexMember(block, 'ciphertext', 1, SECRET_BYTES),
    mac: hexMember(block, 'mac', 32, 32),
  }
}

/** Encrypts 32 bytes under a passphrase, with a fresh salt and IV. */
export async function encryptSecret(
  secret: Uint8Array,
  passphrase: string,
  cost: ScryptCost | undefined,
  randomBytes: RandomBytes,
): Promise<CryptoBlock> {
  const kdf = { kdf: 'scrypt', salt: randomBytes(32), ...scryptCost(cost) } as const
  const iv = randomBytes(16)
  const derived = await deriveKey(kdf, passphrase)
  try {
    const ciphertext = applyCipher(derived, iv, secret)
    return {
      cipher: CIPHER,
      cipherparams: { iv: toHex(iv) },
      ciphertext: toHex(ciphertext),
      kdf: 'scrypt',
      kdfparams: { dklen: derived.length, n: kdf.n, p: kdf.p, r: kdf.r, salt: toHex(kdf.salt) },
      mac: toHex(macOf(derived, ciphertext)),
    }
  } finally {
    derived.fill(0)
  }
}

/**
 * The inverse: 32 bytes, the caller's to wipe.
 *
 * @param keyId for the error only
 * @throws UportError `KEY_PASSPHRASE_WRONG`
 */
export async function decryptSecret(
  encrypted: EncryptedSecret,
  passphrase: string,
  keyId?: string,
): Promise<Uint8Array> {
  const derived = await deriveKey(encrypted.kdf, passphrase)
  try {
    if (!timingSafeEqual(macOf(derived, encrypted.ciphertext), encrypted.mac)) throw passphraseWrong(keyId)
    const plaintext = applyCipher(derived, encrypted.iv, encrypted.ciphertext)
    const secret = new Uint8Array(SECRET_BYTES)
    secret.set(plaintext, SECRET_BYTES - plaintext.length)
    plaintext.fill(0)
    return secret
  } finally {
    derived.fill(0)
  }
}

function passphraseWrong(keyId: string | undefined): UportError<'KEY_PASSPHRASE_WRONG'> {
  const message =
    'The passphrase does not open the key, or its file was altered: ask for the passphrase again'
  return new UportError('KEY_PASSPHRASE_WRONG', message, { data: keyId === undefined ? {} : { keyId } })
}

/** Counter mode: encrypting and decrypting are the same. */
function applyCipher(derived: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Uint8Array {
  return createCipheriv(CIPHER, derived.subarray(0, 16), iv).update(bytes)
}

function macOf(derived: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return keccak_256(Buffer.concat([derived.subarray(16, 32), ciphertext]))
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
