import { concatBytes } from '../bytes/concat.ts'
import { equalBytes } from '../bytes/equal.ts'
import { keccak256 } from '../bytes/hash.ts'
import { encodeHex } from '../bytes/hex.ts'
import { type RandomBytes, systemRandomBytes } from '../encryption/random-bytes.ts'
import { UportError } from '../errors/uport-error.ts'
import { jsonInvalid } from './json-invalid.ts'
import { hexMember, type JsonMembers, objectMember, textMember } from './json-members.ts'
import {
  type DeriveKey,
  deriveFromPassphrase,
  type KdfParameters,
  parseKdf,
  portableDeriveKey,
  type ScryptCost,
  scryptCost,
} from './key-derivation.ts'

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

export interface DecryptOptions {
  /** Default: scrypt and PBKDF2 in JavaScript. A native one is several times faster. */
  readonly deriveKey?: DeriveKey | undefined
  /** For the error only. */
  readonly keyId?: string | undefined
}

export interface EncryptOptions {
  /** Default n 131 072, r 8, p 1. */
  readonly cost?: ScryptCost | undefined
  /** Makes salt and IV. Default: the platform's generator. */
  readonly randomBytes?: RandomBytes | undefined
  /** Default: scrypt in JavaScript. */
  readonly deriveKey?: DeriveKey | undefined
}

/** Encrypts 32 bytes under a passphrase, with a fresh salt and IV. @throws TypeError when the cost is out of range */
export async function encryptSecret(
  secret: Uint8Array,
  passphrase: string,
  options: EncryptOptions = {},
): Promise<CryptoBlock> {
  const { randomBytes = systemRandomBytes, deriveKey = portableDeriveKey } = options
  const kdf = { kdf: 'scrypt', salt: randomBytes(32), ...scryptCost(options.cost) } as const
  const iv = randomBytes(16)
  const derived = await deriveFromPassphrase(deriveKey, kdf, passphrase)
  try {
    const ciphertext = await applyCipher(derived, iv, secret)
    return {
      cipher: CIPHER,
      cipherparams: { iv: encodeHex(iv) },
      ciphertext: encodeHex(ciphertext),
      kdf: 'scrypt',
      kdfparams: { dklen: derived.length, n: kdf.n, p: kdf.p, r: kdf.r, salt: encodeHex(kdf.salt) },
      mac: encodeHex(macOf(derived, ciphertext)),
    }
  } finally {
    derived.fill(0)
  }
}

/** The inverse: 32 bytes, the caller's to wipe. @throws UportError `KEY_PASSPHRASE_WRONG` */
export async function decryptSecret(
  encrypted: EncryptedSecret,
  passphrase: string,
  options: DecryptOptions = {},
): Promise<Uint8Array> {
  const { deriveKey = portableDeriveKey, keyId } = options
  const derived = await deriveFromPassphrase(deriveKey, encrypted.kdf, passphrase)
  try {
    if (!equalBytes(macOf(derived, encrypted.ciphertext), encrypted.mac)) throw passphraseWrong(keyId)
    const plaintext = await applyCipher(derived, encrypted.iv, encrypted.ciphertext)
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

/** AES-128 in counter mode over the whole block: encrypting and decrypting are the same. */
async function applyCipher(derived: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Promise<Uint8Array> {
  const raw = derived.slice(0, 16)
  const key = await crypto.subtle.importKey('raw', raw, 'AES-CTR', false, ['encrypt'])
  raw.fill(0)
  const copy = bytes.slice()
  try {
    const counter = { name: 'AES-CTR', counter: iv.slice(), length: 128 }
    return new Uint8Array(await crypto.subtle.encrypt(counter, key, copy))
  } finally {
    copy.fill(0)
  }
}

function macOf(derived: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return keccak256(concatBytes(derived.subarray(16, 32), ciphertext))
}
