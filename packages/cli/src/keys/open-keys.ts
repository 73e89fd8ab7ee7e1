import type { FileKeyStore } from '@uport-kit/key-store-file'
import type { Context } from '../context.ts'
import { Passphrases } from './passphrases.ts'

/** The person's keys, and where their passphrase comes from. */
export interface OpenKeys {
  readonly keys: FileKeyStore
  readonly passphrases: Passphrases
}

/** Opens the folder of keys. Nothing is unlocked, and nobody asked, before a key is used. */
export async function openKeys(context: Context): Promise<OpenKeys> {
  const { openFileKeyStore } = await import('@uport-kit/key-store-file')
  const { settings, signal } = context
  const passphrases = new Passphrases(context)
  const keys = await openFileKeyStore(
    { directory: settings.paths.keys, passphrase: () => passphrases.get(), scrypt: settings.scrypt },
    { signal },
  )
  return { keys, passphrases }
}
