import {
  AbstractKeyStore,
  abortable,
  addressOf,
  concatBytes,
  createNobleEngine,
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
  parseKeystoreJson,
  scryptCost,
} from '@uport-kit/core/keystore'
import type { BrowserKeyStoreOptions } from './browser-store-options.ts'
import { keyExists, keyNotFound, storeFailed } from './failure.ts'
import { type Persistence, requestPersistence } from './persistence.ts'
import { rotateWrappingKey } from './rotate-wrapping-key.ts'
import { assertSecretName, isSecretName } from './secret-name.ts'
import { SecretTable } from './secret-table.ts'

/** All but one of 2^127 draws are a private key: a source that fails this often is broken. */
const MAX_DRAWS = 4

export interface KeyIdOptions extends Options {
  /** 1 to 256 characters of well-formed Unicode. Default: the key's Ethereum address in lower case. */
  readonly keyId?: string | undefined
}

/**
 * Opens the keys of this site, making the database where there is none.
 *
 * @throws TypeError when an option is out of range
 * @throws UportError `KEY_STORAGE_UNAVAILABLE` (no IndexedDB, no HTTPS, or the browser refuses), `KEY_STORE_FAILED`
 */
export async function openBrowserKeyStore(
  options: BrowserKeyStoreOptions = {},
  { signal }: Options = {},
): Promise<BrowserKeyStore> {
  signal?.throwIfAborted()
  const store = new BrowserKeyStore(options)
  try {
    await abortable(store.connect(), signal)
    return store
  } catch (error) {
    store.close()
    throw error
  }
}

/**
 * secp256k1 keys in IndexedDB, each wrapped by a key of Web Cryptography whose bytes no script can read. A private key is
 * unwrapped for one signature and wiped after it. Every tab of the site sees the same keys: what one makes or deletes, the next
 * call of any other finds made or deleted.
 */
export class BrowserKeyStore extends AbstractKeyStore implements KeyManager, KeyImporter {
  readonly #secrets: SecretTable
  readonly #options: BrowserKeyStoreOptions
  readonly #engine = createNobleEngine()
  #persistence: Promise<Persistence> | undefined

  /**
   * The database is opened by the first call.
   *
   * @throws TypeError when an option is out of range
   * @throws UportError `KEY_STORAGE_UNAVAILABLE`
   */
  constructor(options: BrowserKeyStoreOptions = {}) {
    super()
    scryptCost(options.scrypt)
    this.#options = options
    this.#secrets = new SecretTable('keys', options)
  }

  /** Opens the database now. @throws UportError `KEY_STORAGE_UNAVAILABLE`, `KEY_STORE_FAILED` */
  connect(): Promise<void> {
    return this.#secrets.database.connect()
  }

  /**
   * Asks the browser, once, not to delete the keys by itself, and says what it answered. Making and importing keys asks too,
   * without waiting. Where the answer is not `persistent`, make backups.
   */
  persistence(): Promise<Persistence> {
    this.#persistence ??= requestPersistence(this.#options.storage ?? globalThis.navigator?.storage)
    return this.#persistence
  }

  /**
   * @throws TypeError when `keyId` is empty, too long or not well-formed
   * @throws UportError `KEY_EXISTS`, `KEY_STORE_FAILED`, `KEY_STORAGE_UNAVAILABLE`
   */
  async create(options: KeyIdOptions = {}): Promise<PublicKeyInfo> {
    options.signal?.throwIfAborted()
    return this.#addAndWipe(this.#draw(), options)
  }

  /**
   * @throws TypeError when `keyId` is empty, too long or not well-formed
   * @throws UportError `KEY_INVALID`, `KEY_EXISTS`, `KEY_STORE_FAILED`, `KEY_STORAGE_UNAVAILABLE`
   */
  async import(privateKey: Uint8Array, options: KeyIdOptions = {}): Promise<PublicKeyInfo> {
    options.signal?.throwIfAborted()
    if (!(privateKey instanceof Uint8Array) || !this.#engine.isPrivateKey(privateKey)) {
      const message = 'The bytes are no secp256k1 private key: give 32 bytes, zero and the order excluded'
      throw new UportError('KEY_INVALID', message, { data: { reason: 'not a private key of secp256k1' } })
    }
    return this.#addAndWipe(Uint8Array.from(privateKey), options)
  }

  /**
   * Brings in the key of a backup: a Web3 Secret Storage v3 document (scrypt or PBKDF2) of this store, a file store, ethers, geth
   * or another wallet.
   *
   * @throws UportError `KEYSTORE_JSON_INVALID`, `KEY_PASSPHRASE_WRONG`, and those of `import`
   */
  async importKeystoreJson(
    json: string,
    passphrase: string,
    options: KeyIdOptions = {},
  ): Promise<PublicKeyInfo> {
    options.signal?.throwIfAborted()
    const decrypted = decryptKeystore(parseKeystoreJson(json), passphrase)
    const privateKey = await abortable(decrypted, options.signal).catch((error: unknown) => {
      // An aborted call's key still comes out of its derivation: nobody may find it in memory.
      decrypted.then(
        (late) => late.fill(0),
        () => {},
      )
      throw error
    })
    return this.#addAndWipe(privateKey, options)
  }

  /**
   * The key as a Web3 Secret Storage v3 document under a passphrase: a backup, or a way to another wallet. The only way out
   * of the store.
   *
   * @throws TypeError when the passphrase is empty
   * @throws UportError `KEY_NOT_FOUND`, `KEY_STORE_FAILED`
   */
  async exportKeystoreJson(keyId: string, passphrase: string, { signal }: Options = {}): Promise<string> {
    signal?.throwIfAborted()
    if (typeof passphrase !== 'string' || passphrase.length === 0) {
      throw new TypeError('The passphrase must be a text that is not empty')
    }
    const [copy, publicKey] = await this.#use(keyId, (secret, point) => [secret.slice(), point] as const)
    try {
      const encrypted = encryptSecret(copy, passphrase, {
        cost: this.#options.scrypt,
        randomBytes: (length) => this.#secrets.randomBytes(length),
      })
      return formatKeystoreJson(publicKey, await abortable(encrypted, signal))
    } finally {
      copy.fill(0)
    }
  }

  /**
   * Deletes the key for every tab. The store keeps no copy; backups that were made of it stay, as does what the disk remembers
   * until the browser writes over it.
   *
   * @throws UportError `KEY_NOT_FOUND`, `KEY_STORE_FAILED`
   */
  async delete(keyId: string, { signal }: Options = {}): Promise<void> {
    signal?.throwIfAborted()
    if (!isSecretName(keyId) || !(await this.#secrets.remove(keyId))) throw keyNotFound(keyId)
  }

  /** The keys in the order of their ids. @throws UportError `KEY_STORE_FAILED` at a damaged one, with its id */
  async *list({ signal }: Options = {}): AsyncIterable<PublicKeyInfo> {
    signal?.throwIfAborted()
    for (const keyId of await this.#secrets.names()) {
      const info = await this.get(keyId, { signal })
      if (info !== undefined) yield info
    }
  }

  /**
   * Wraps every key of the database, box keys included, under a fresh wrapping key, and deletes the old one: all of them or none.
   *
   * @throws UportError `KEY_STORE_FAILED` (`busy`: other tabs keep changing keys; `damaged` with the key's id)
   */
  async rotateWrappingKey(options: Options = {}): Promise<void> {
    options.signal?.throwIfAborted()
    const randomBytes = (length: number) => this.#secrets.randomBytes(length)
    await abortable(rotateWrappingKey(this.#secrets.database, randomBytes, options), options.signal)
  }

  /** Lets go of the database; the keys stay in it. Calls after it are refused. */
  close(): void {
    this.#secrets.database.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  protected override async loadPublicKey(keyId: string): Promise<RawPublicKey | undefined> {
    const point = isSecretName(keyId) ? await this.#secrets.publicKey(keyId) : undefined
    return point && { point }
  }

  protected override async signDigest(
    keyId: string,
    digest: Uint8Array,
    _context: SignContext,
  ): Promise<RawSignature> {
    const { r, s } = await this.#use(keyId, (privateKey) => this.#engine.sign(digest, privateKey))
    return { compact: concatBytes(r, s) }
  }

  async #use<T>(keyId: string, work: (privateKey: Uint8Array, publicKey: Uint8Array) => T): Promise<T> {
    const used = isSecretName(keyId)
      ? await this.#secrets.use(keyId, (...lent) => ({ result: work(...lent) }))
      : undefined
    if (used === undefined) throw keyNotFound(keyId)
    return used.result
  }

  /** @param privateKey a valid scalar, wiped whatever happens */
  async #addAndWipe(privateKey: Uint8Array, { keyId: chosen, signal }: KeyIdOptions): Promise<PublicKeyInfo> {
    try {
      const publicKey = this.#engine.publicKeyOf(privateKey)
      const keyId = chosen ?? addressOf(publicKey)
      assertSecretName('keyId', keyId)
      if (!(await this.#secrets.add(privateKey, { name: keyId, publicKey, signal }))) throw keyExists(keyId)
      if (this.#options.persist !== false) void this.persistence()
      return Object.freeze({ keyId, type: 'secp256k1', publicKey })
    } finally {
      privateKey.fill(0)
    }
  }

  #draw(): Uint8Array {
    for (let draw = 0; draw < MAX_DRAWS; draw++) {
      const bytes = this.#secrets.randomBytes(32)
      if (this.#engine.isPrivateKey(bytes)) return bytes
    }
    throw storeFailed('random source', 'The source of random bytes gives no private keys: replace it')
  }
}
