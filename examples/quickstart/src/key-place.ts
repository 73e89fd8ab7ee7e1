import type { KeyManager, KeyStore } from '@uport-kit/core'
import type { ScryptCost } from '@uport-kit/key-store-file'

/** Where the files of a file store are, and what opens them. */
export interface KeyFiles {
  readonly directory: string
  readonly passphrase: string
  readonly scrypt?: ScryptCost | undefined
}

/** Whose key is wanted, and what a store may be made of. */
export interface KeyWish {
  readonly name: 'app' | 'user'
  readonly files: KeyFiles
  /** A variable of the environment, where secrets come from; `SECRET` is `APP_SECRET` or `USER_SECRET`. */
  readonly env: (name: string) => string
}

/** A key store, and what it calls the key. One that makes no keys holds it already. */
export interface KeyPlace {
  readonly keyId: string
  readonly keys: KeyStore & Partial<Pick<KeyManager, 'create'>>
}

/** @throws Error where the variable is not set */
export function fromEnvironment(name: KeyWish['name']): KeyWish['env'] {
  return (variable) => {
    const full = `${name.toUpperCase()}_${variable}`
    const value = process.env[full]
    if (value === undefined || value === '') throw new Error(`Set ${full} in the environment.`)
    return value
  }
}
