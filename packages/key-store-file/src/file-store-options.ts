import type { Options, RandomBytes } from '@uport-kit/core'
import { type EncryptOptions, type ScryptCost, scryptCost } from '@uport-kit/core/keystore'
import { KeyDirectory, type KeyDirectoryOptions } from './key-directory.ts'
import { nativeDeriveKey } from './native-derive-key.ts'
import { assertPassphraseSource, type PassphraseSource } from './passphrase.ts'
import { systemRandomBytes } from './random-bytes.ts'

/** What a store of signing keys and one of box keys have in common. They may share a directory. */
export interface FileStoreOptions extends KeyDirectoryOptions {
  readonly directory: string
  /** A text that is not empty, or a function that asks for it, by key, each time one is made or unlocked. */
  readonly passphrase: PassphraseSource
  /** Cost of new files. Default n 131 072, r 8, p 1: 128 MiB and about half a second a guess. */
  readonly scrypt?: ScryptCost | undefined
  /** Makes keys, salts and IVs. Default: the operating system's generator. */
  readonly randomBytes?: RandomBytes | undefined
}

/** Checks the options and opens the directory. @throws TypeError; UportError `KEY_STORE_FAILED` */
export async function openDirectory(options: FileStoreOptions, { signal }: Options): Promise<KeyDirectory> {
  signal?.throwIfAborted()
  if (typeof options.directory !== 'string' || options.directory.length === 0) {
    throw new TypeError('directory must be a path')
  }
  assertPassphraseSource(options.passphrase)
  scryptCost(options.scrypt)
  const directory = await KeyDirectory.open(options.directory, options)
  signal?.throwIfAborted()
  return directory
}

/** How a store encrypts what it writes. */
export function encryptOptions(
  options: FileStoreOptions,
): EncryptOptions & { readonly randomBytes: RandomBytes } {
  return {
    cost: options.scrypt,
    randomBytes: options.randomBytes ?? systemRandomBytes,
    deriveKey: nativeDeriveKey,
  }
}
