import { x25519 } from '@noble/curves/ed25519.js'
import { abortable, type BoxEnvelope, type BoxKeys, type Options, openBox, UportError } from '@uport-kit/core'
import { encryptSecret } from '@uport-kit/core/keystore'
import { decryptBoxKey, formatBoxKeyJson, parseBoxKeyJson } from './box-key-json.ts'
import { damagedFile, storeFailed } from './failure.ts'
import { encodeFileName } from './file-name.ts'
import { encryptOptions, type FileStoreOptions, openDirectory } from './file-store-options.ts'
import type { KeyDirectory } from './key-directory.ts'
import { askPassphrase, assertPassphrase, type PassphraseSource } from './passphrase.ts'
import { UnlockedSecret, UnlockedSecrets } from './unlocked-secrets.ts'

/**
 * Opens a directory of box keys; it may be the one of a `FileKeyStore`. Nothing is unlocked yet.
 *
 * @throws TypeError when an option is out of range
 * @throws UportError `KEY_STORE_FAILED`: other users may use the directory, or it cannot be used at all
 */
export async function openFileBoxKeys(
  options: FileStoreOptions,
  callOptions: Options = {},
): Promise<FileBoxKeys> {
  return new FileBoxKeys(await openDirectory(options, callOptions), options)
}

/**
 * Long-lived x25519 keys by name, each in an encrypted file. A name's first use in a process asks for the passphrase, for
 * `publicKey` too: a public key that was not proven could be an intruder's, and replies would be sealed to them. For keys
 * of single requests `memoryBoxKeys` and `derivedBoxKeys` of core do without a file and a derivation each.
 */
export class FileBoxKeys implements BoxKeys {
  readonly #directory: KeyDirectory
  readonly #passphrase: PassphraseSource
  readonly #encryption: ReturnType<typeof encryptOptions>
  readonly #unlocked = new UnlockedSecrets()

  /** @internal Use `openFileBoxKeys`. */
  constructor(directory: KeyDirectory, options: FileStoreOptions) {
    this.#directory = directory
    this.#passphrase = options.passphrase
    this.#encryption = encryptOptions(options)
  }

  /**
   * The key of a new name is made once for all that ask for it together: one of them that aborts does not undo it.
   *
   * @throws TypeError when the name cannot be a file's name
   * @throws UportError `KEY_PASSPHRASE_WRONG`, `KEY_STORE_FAILED`
   */
  async publicKey(name: string, options: Options = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted()
    return (await this.#secret(name, options)).publicKey.slice()
  }

  /**
   * @throws TypeError when the name cannot be a file's name
   * @throws UportError `BOX_KEY_UNKNOWN`, `BOX_UNSUPPORTED_VERSION`, `BOX_MALFORMED`, `BOX_OPEN_FAILED`,
   * `KEY_PASSPHRASE_WRONG`, `KEY_STORE_FAILED`
   */
  async open(name: string, envelope: BoxEnvelope, options: Options = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted()
    if (!this.#unlocked.has(name) && (await this.#directory.read(fileNameOf(name))) === undefined) {
      throw boxKeyUnknown(name)
    }
    const secret = await this.#secret(name, options)
    return secret.use((secretKey) => openBox(envelope, secretKey))
  }

  /** Deletes the key's file; harmless when repeated. What was sealed for it stays closed for good. */
  async forget(name: string, { signal }: Options = {}): Promise<void> {
    signal?.throwIfAborted()
    this.#unlocked.drop(name)
    await this.#directory.remove(fileNameOf(name), { signal })
  }

  /**
   * Encrypts a key anew under another passphrase, and the store's cost. The store's own source of passphrases has to give
   * the new one from then on.
   *
   * @throws TypeError when a passphrase is empty, or the name cannot be a file's name
   * @throws UportError `BOX_KEY_UNKNOWN`, `KEY_PASSPHRASE_WRONG` (the old one), `KEY_STORE_FAILED` (`changed`: somebody else
   * was faster)
   */
  async changePassphrase(
    name: string,
    oldPassphrase: string,
    newPassphrase: string,
    options: Options = {},
  ): Promise<void> {
    options.signal?.throwIfAborted()
    assertPassphrase(oldPassphrase)
    assertPassphrase(newPassphrase)
    const fileName = fileNameOf(name)
    const text = await this.#directory.read(fileName)
    if (text === undefined) throw boxKeyUnknown(name)
    const replacement = await abortable(
      this.#encryptAnew(name, text, oldPassphrase, newPassphrase),
      options.signal,
    )
    if (await this.#directory.replace(fileName, text, replacement, options)) return
    throw storeFailed('changed', 'Another writer changed or deleted this box key meanwhile: look again', name)
  }

  /** Wipes every unlocked key from memory. The next use asks for the passphrase again. */
  lock(): void {
    this.#unlocked.clear()
  }

  async #secret(name: string, { signal }: Options): Promise<UnlockedSecret> {
    return abortable(
      this.#unlocked.get(name, () => this.#unlockOrCreate(name)),
      signal,
    )
  }

  async #unlockOrCreate(name: string): Promise<UnlockedSecret> {
    const fileName = fileNameOf(name)
    const passphrase = await askPassphrase(this.#passphrase, name, 'box')
    const stored = await this.#unlock(name, fileName, passphrase)
    if (stored !== undefined) return stored
    const secretKey = this.#encryption.randomBytes(32)
    const publicKey = x25519.getPublicKey(secretKey)
    const crypto = await encryptSecret(secretKey, passphrase, this.#encryption)
    if (await this.#directory.create(fileName, formatBoxKeyJson(publicKey, crypto))) {
      return new UnlockedSecret(secretKey, publicKey)
    }
    secretKey.fill(0)
    const others = await this.#unlock(name, fileName, passphrase)
    if (others !== undefined) return others
    throw storeFailed('changed', 'Another process deleted this box key while it was made: try again', name)
  }

  async #encryptAnew(name: string, text: string, passphrase: string, next: string): Promise<string> {
    try {
      const document = parseBoxKeyJson(text)
      const secretKey = await decryptBoxKey(document, passphrase, name)
      try {
        const crypto = await encryptSecret(secretKey, next, this.#encryption)
        return formatBoxKeyJson(document.publicKey, crypto)
      } finally {
        secretKey.fill(0)
      }
    } catch (error) {
      throw damagedFile(error, name)
    }
  }

  async #unlock(name: string, fileName: string, passphrase: string): Promise<UnlockedSecret | undefined> {
    const text = await this.#directory.read(fileName)
    if (text === undefined) return undefined
    try {
      const document = parseBoxKeyJson(text)
      return new UnlockedSecret(await decryptBoxKey(document, passphrase, name), document.publicKey)
    } catch (error) {
      throw damagedFile(error, name)
    }
  }
}

function boxKeyUnknown(name: string): UportError<'BOX_KEY_UNKNOWN'> {
  const message = 'No box key of this name: it was forgotten, or is in another directory'
  return new UportError('BOX_KEY_UNKNOWN', message, { data: { name } })
}

function fileNameOf(name: string): string {
  const fileName = encodeFileName('box', name)
  if (fileName !== undefined) return fileName
  throw new TypeError('The name of a box key must be well-formed text of 1 to 200 bytes as a file name')
}
