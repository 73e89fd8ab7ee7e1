import { secp256k1 } from '@noble/curves/secp256k1.js'
import {
  AbstractKeyStore,
  abortable,
  addressOf,
  type KeyImporter,
  type KeyManager,
  type Options,
  type PublicKeyInfo,
  type RawPublicKey,
  type RawSignature,
  type SignContext,
  UportError,
} from '@uport-kit/core'
import {
  decryptKeystore,
  encryptSecret,
  formatKeystoreJson,
  type KeystoreDocument,
  parseKeystoreJson,
} from '@uport-kit/core/keystore'
import { damagedFile, storeFailed } from './failure.ts'
import { decodeFileName, encodeFileName } from './file-name.ts'
import { encryptOptions, type FileStoreOptions, openDirectory } from './file-store-options.ts'
import type { KeyDirectory } from './key-directory.ts'
import { nativeDeriveKey } from './native-derive-key.ts'
import { askPassphrase, assertPassphrase, type PassphraseSource } from './passphrase.ts'
import { UnlockedSecret, UnlockedSecrets } from './unlocked-secrets.ts'

export interface KeyIdOptions extends Options {
  /** 1 to 200 bytes once encoded as a file name. Default: the key's Ethereum address in lower case. */
  readonly keyId?: string | undefined
}

/**
 * Opens a directory of signing keys, making it (mode 0700) where there is none, and removes what interrupted writers left.
 * Nothing is unlocked yet.
 *
 * @throws TypeError when an option is out of range
 * @throws UportError `KEY_STORE_FAILED`: other users may use the directory, or it cannot be used at all
 */
export async function openFileKeyStore(
  options: FileStoreOptions,
  callOptions: Options = {},
): Promise<FileKeyStore> {
  return new FileKeyStore(await openDirectory(options, callOptions), options)
}

/**
 * secp256k1 keys in Web3 Secret Storage v3 files, one a key, readable by ethers, geth and other wallets. Listing needs no
 * passphrase; the first signature of a key asks for it, and the key then stays in memory until `lock()`.
 */
export class FileKeyStore extends AbstractKeyStore implements KeyManager, KeyImporter {
  readonly #directory: KeyDirectory
  readonly #passphrase: PassphraseSource
  readonly #encryption: ReturnType<typeof encryptOptions>
  readonly #unlocked = new UnlockedSecrets()

  /** @internal Use `openFileKeyStore`. */
  constructor(directory: KeyDirectory, options: FileStoreOptions) {
    super()
    this.#directory = directory
    this.#passphrase = options.passphrase
    this.#encryption = encryptOptions(options)
  }

  /**
   * Makes a key and writes it. It is not unlocked: its first signature proves that the file opens.
   *
   * @throws TypeError when `keyId` cannot be a file's name
   * @throws UportError `KEY_EXISTS`, `KEY_STORE_FAILED`
   */
  async create(options: KeyIdOptions = {}): Promise<PublicKeyInfo> {
    options.signal?.throwIfAborted()
    const seed = this.#encryption.randomBytes(48)
    const privateKey = secp256k1.utils.randomSecretKey(seed)
    seed.fill(0)
    try {
      return await this.#add(privateKey, options)
    } finally {
      privateKey.fill(0)
    }
  }

  /**
   * @throws TypeError when `keyId` cannot be a file's name
   * @throws UportError `KEY_INVALID`, `KEY_EXISTS`, `KEY_STORE_FAILED`
   */
  async import(privateKey: Uint8Array, options: KeyIdOptions = {}): Promise<PublicKeyInfo> {
    options.signal?.throwIfAborted()
    if (!(privateKey instanceof Uint8Array) || !secp256k1.utils.isValidSecretKey(privateKey)) {
      const message = 'The bytes are no secp256k1 private key: give 32 bytes, zero and the order excluded'
      throw new UportError('KEY_INVALID', message, { data: { reason: 'not a private key of secp256k1' } })
    }
    const own = Uint8Array.from(privateKey)
    try {
      return await this.#add(own, options)
    } finally {
      own.fill(0)
    }
  }

  /**
   * Brings in the key of a v3 document that ethers, geth, another wallet or this store wrote (scrypt or PBKDF2).
   *
   * @param passphrase of the document; the key is written anew under the store's own
   * @throws UportError `KEYSTORE_JSON_INVALID`, `KEY_PASSPHRASE_WRONG`, and those of `import`
   */
  async importKeystoreJson(
    json: string,
    passphrase: string,
    options: KeyIdOptions = {},
  ): Promise<PublicKeyInfo> {
    options.signal?.throwIfAborted()
    const decrypted = decryptKeystore(parseKeystoreJson(json), passphrase, {
      deriveKey: nativeDeriveKey,
    })
    const privateKey = await abortable(decrypted, options.signal).catch((error: unknown) => {
      // An aborted call's key still comes out of its derivation: nobody may find it in memory.
      decrypted.then(
        (late) => late.fill(0),
        () => {},
      )
      throw error
    })
    try {
      return await this.#add(privateKey, options)
    } finally {
      privateKey.fill(0)
    }
  }

  /**
   * The key as a v3 document under a passphrase of its own: a backup, or a way to another wallet.
   *
   * @throws TypeError when the passphrase is empty
   * @throws UportError `KEY_NOT_FOUND`, `KEY_PASSPHRASE_WRONG` (the store's), `KEY_STORE_FAILED`
   */
  async exportKeystoreJson(keyId: string, passphrase: string, options: Options = {}): Promise<string> {
    options.signal?.throwIfAborted()
    assertPassphrase(passphrase)
    const secret = await this.#secret(keyId, options)
    const copy = secret.use((bytes) => bytes.slice())
    try {
      const crypto = await abortable(encryptSecret(copy, passphrase, this.#encryption), options.signal)
      return formatKeystoreJson(secret.publicKey, crypto)
    } finally {
      copy.fill(0)
    }
  }

  /**
   * Encrypts a key anew under another passphrase, and the store's cost. A crash leaves the old file or the new one. The
   * store's own source of passphrases has to give the new one from then on; a key that is unlocked stays so. What disk and
   * backups remember of the old file still opens with the old passphrase.
   *
   * @throws TypeError when a passphrase is empty
   * @throws UportError `KEY_NOT_FOUND`, `KEY_PASSPHRASE_WRONG` (the old one), `KEY_STORE_FAILED` (`changed`: somebody else was
   * faster; `busy`: another writer does not come to an end)
   */
  async changePassphrase(
    keyId: string,
    oldPassphrase: string,
    newPassphrase: string,
    options: Options = {},
  ): Promise<void> {
    options.signal?.throwIfAborted()
    assertPassphrase(oldPassphrase)
    assertPassphrase(newPassphrase)
    const stored = await this.#read(keyId)
    if (stored === undefined) throw keyNotFound(keyId)
    const replacement = await abortable(
      this.#encryptAnew(keyId, stored, oldPassphrase, newPassphrase),
      options.signal,
    )
    if (await this.#directory.replace(stored.fileName, stored.text, replacement, options)) return
    throw storeFailed('changed', 'Another writer changed or deleted this key meanwhile: look again', keyId)
  }

  /**
   * Unlocks a key before its first signature, and proves that its file holds the key it names: do so before a public key
   * read from disk is published.
   *
   * @throws UportError `KEY_NOT_FOUND`, `KEY_PASSPHRASE_WRONG`, `KEY_STORE_FAILED` (the file was damaged or exchanged)
   */
  async unlock(keyId: string, options: Options = {}): Promise<void> {
    options.signal?.throwIfAborted()
    await this.#secret(keyId, options)
  }

  /** Wipes every unlocked key from memory. The next signature asks for the passphrase again. */
  lock(): void {
    this.#unlocked.clear()
  }

  /** Removes the key's file; what the disk or a backup remembers of it stays. @throws UportError `KEY_NOT_FOUND` */
  async delete(keyId: string, { signal }: Options = {}): Promise<void> {
    signal?.throwIfAborted()
    const fileName = encodeFileName('key', keyId)
    this.#unlocked.drop(keyId)
    if (fileName === undefined || !(await this.#directory.remove(fileName, { signal })))
      throw keyNotFound(keyId)
  }

  /** The keys in the order of their file names. @throws UportError `KEY_STORE_FAILED` at a damaged file, with its id */
  async *list({ signal }: Options = {}): AsyncIterable<PublicKeyInfo> {
    signal?.throwIfAborted()
    for (const fileName of await this.#directory.fileNames()) {
      const keyId = decodeFileName('key', fileName)
      const info = keyId === undefined ? undefined : await this.get(keyId, { signal })
      if (info !== undefined) yield info
    }
  }

  protected override async loadPublicKey(keyId: string): Promise<RawPublicKey | undefined> {
    const document = await this.#read(keyId)
    return document && { point: document.publicKey }
  }

  protected override async signDigest(
    keyId: string,
    digest: Uint8Array,
    _context: SignContext,
    options: Options,
  ): Promise<RawSignature> {
    const secret = await this.#secret(keyId, options)
    return { compact: secret.use((privateKey) => secp256k1.sign(digest, privateKey, { prehash: false })) }
  }

  /** @param privateKey a valid scalar; the caller wipes it */
  async #add(privateKey: Uint8Array, { keyId: chosen, signal }: KeyIdOptions): Promise<PublicKeyInfo> {
    const publicKey = secp256k1.getPublicKey(privateKey)
    const keyId = chosen ?? addressOf(publicKey)
    const fileName = encodeFileName('key', keyId)
    if (fileName === undefined)
      throw new TypeError('keyId must be well-formed text of 1 to 200 bytes as a file name')
    // Asked before the costly part; whether the name is still free is decided by the file system at the end.
    if ((await this.#directory.read(fileName)) !== undefined) throw keyExists(keyId)
    const passphrase = await abortable(askPassphrase(this.#passphrase, keyId, 'key'), signal)
    const crypto = await abortable(encryptSecret(privateKey, passphrase, this.#encryption), signal)
    if (!(await this.#directory.create(fileName, formatKeystoreJson(publicKey, crypto))))
      throw keyExists(keyId)
    return Object.freeze({ keyId, type: 'secp256k1', publicKey })
  }

  async #secret(keyId: string, { signal }: Options): Promise<UnlockedSecret> {
    return abortable(
      this.#unlocked.get(keyId, () => this.#unlock(keyId)),
      signal,
    )
  }

  async #unlock(keyId: string): Promise<UnlockedSecret> {
    const document = await this.#read(keyId)
    if (document === undefined) throw keyNotFound(keyId)
    try {
      const passphrase = await askPassphrase(this.#passphrase, keyId, 'key')
      const privateKey = await decryptKeystore(document, passphrase, { deriveKey: nativeDeriveKey, keyId })
      return new UnlockedSecret(privateKey, document.publicKey)
    } catch (error) {
      throw damagedFile(error, keyId)
    }
  }

  async #encryptAnew(keyId: string, stored: StoredKey, passphrase: string, next: string): Promise<string> {
    try {
      const privateKey = await decryptKeystore(stored, passphrase, { deriveKey: nativeDeriveKey, keyId })
      try {
        const crypto = await encryptSecret(privateKey, next, this.#encryption)
        return formatKeystoreJson(stored.publicKey, crypto)
      } finally {
        privateKey.fill(0)
      }
    } catch (error) {
      throw damagedFile(error, keyId)
    }
  }

  async #read(keyId: string): Promise<StoredKey | undefined> {
    const fileName = encodeFileName('key', keyId)
    const text = fileName === undefined ? undefined : await this.#directory.read(fileName)
    if (fileName === undefined || text === undefined) return undefined
    try {
      const document = parseKeystoreJson(text)
      const { publicKey } = document
      if (publicKey !== undefined) return { ...document, publicKey, fileName, text }
    } catch (error) {
      throw damagedFile(error, keyId)
    }
    const message =
      'The file of this key was not written by this store: move it away and use importKeystoreJson'
    throw storeFailed('foreign', message, keyId)
  }
}

/** A file of this store as it was read. */
interface StoredKey extends KeystoreDocument {
  readonly publicKey: Uint8Array
  readonly fileName: string
  readonly text: string
}

function keyNotFound(keyId: string): UportError<'KEY_NOT_FOUND'> {
  const message = 'The store holds no key of this id: create or import it'
  return new UportError('KEY_NOT_FOUND', message, { data: { keyId } })
}

function keyExists(keyId: string): UportError<'KEY_EXISTS'> {
  const message = 'A key of this id is there already: choose another id, or delete it first'
  return new UportError('KEY_EXISTS', message, { data: { keyId } })
}
