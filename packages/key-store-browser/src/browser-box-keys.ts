import {
  abortable,
  type BoxEnvelope,
  type BoxKeys,
  boxPublicKey,
  type Options,
  openBox,
  UportError,
} from '@uport-kit/core'
import type { BrowserStoreOptions } from './browser-store-options.ts'
import { storeFailed } from './failure.ts'
import { assertSecretName } from './secret-name.ts'
import { SecretTable } from './secret-table.ts'

/**
 * Opens the box keys of this site, making the database where there is none. It may be the one of a `BrowserKeyStore`.
 *
 * @throws TypeError when an option is out of range
 * @throws UportError `KEY_STORAGE_UNAVAILABLE`, `KEY_STORE_FAILED`
 */
export async function openBrowserBoxKeys(
  options: BrowserStoreOptions = {},
  { signal }: Options = {},
): Promise<BrowserBoxKeys> {
  signal?.throwIfAborted()
  const keys = new BrowserBoxKeys(options)
  try {
    await abortable(keys.connect(), signal)
    return keys
  } catch (error) {
    keys.close()
    throw error
  }
}

/**
 * x25519 keys by name in IndexedDB, wrapped as those of `BrowserKeyStore`. They outlive the page: a reply that comes back by a
 * redirect, or after a reload, still opens. A key that was made with `expiresAt` is cleared away some time after.
 */
export class BrowserBoxKeys implements BoxKeys {
  readonly #secrets: SecretTable

  /**
   * The database is opened by the first call.
   *
   * @throws TypeError when an option is out of range
   * @throws UportError `KEY_STORAGE_UNAVAILABLE`
   */
  constructor(options: BrowserStoreOptions = {}) {
    this.#secrets = new SecretTable('box-keys', options)
  }

  /** Opens the database now. @throws UportError `KEY_STORAGE_UNAVAILABLE`, `KEY_STORE_FAILED` */
  connect(): Promise<void> {
    return this.#secrets.database.connect()
  }

  /**
   * Of several tabs that ask for a new name, all get the one key that is made.
   *
   * @throws TypeError when the name is empty, longer than 256 characters or not well-formed
   * @throws UportError `KEY_STORE_FAILED`, `KEY_STORAGE_UNAVAILABLE`
   */
  async publicKey(
    name: string,
    { signal, expiresAt }: Options & { readonly expiresAt?: number | undefined } = {},
  ): Promise<Uint8Array> {
    signal?.throwIfAborted()
    assertSecretName('The name of a box key', name)
    return abortable(this.#findOrMake(name, expiresAt), signal)
  }

  /**
   * @throws TypeError when the name is empty, longer than 256 characters or not well-formed
   * @throws UportError `BOX_KEY_UNKNOWN`, `BOX_UNSUPPORTED_VERSION`, `BOX_MALFORMED`, `BOX_OPEN_FAILED`, `KEY_STORE_FAILED`
   */
  async open(name: string, envelope: BoxEnvelope, { signal }: Options = {}): Promise<Uint8Array> {
    signal?.throwIfAborted()
    assertSecretName('The name of a box key', name)
    const using = this.#secrets.use(name, (secretKey) => openBox(envelope, secretKey))
    const opened = await abortable(using, signal)
    if (opened !== undefined) return opened
    const message = 'No box key of this name: it was forgotten, or the storage of this site was cleared'
    throw new UportError('BOX_KEY_UNKNOWN', message, { data: { name } })
  }

  /** Deletes the key for every tab; harmless when repeated. What was sealed for it stays closed for good. */
  async forget(name: string, { signal }: Options = {}): Promise<void> {
    signal?.throwIfAborted()
    assertSecretName('The name of a box key', name)
    await this.#secrets.remove(name)
  }

  /** Lets go of the database; the keys stay in it. Calls after it are refused. */
  close(): void {
    this.#secrets.database.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  async #findOrMake(name: string, expiresAt: number | undefined): Promise<Uint8Array> {
    const stored = await this.#secrets.publicKey(name)
    if (stored !== undefined) return stored
    const secretKey = this.#secrets.randomBytes(32)
    try {
      const publicKey = boxPublicKey(secretKey)
      if (await this.#secrets.add(secretKey, { name, publicKey, expiresAt })) return publicKey
    } finally {
      secretKey.fill(0)
    }
    const others = await this.#secrets.publicKey(name)
    if (others !== undefined) return others
    const message = 'Another tab deleted this box key while it was made: try again'
    throw storeFailed('changed', message, { keyId: name, retryable: true })
  }
}
