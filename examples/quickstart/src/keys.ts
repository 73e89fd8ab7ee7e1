import { openFileKeyStore } from '@uport-kit/key-store-file'
import type { KeyPlace, KeyWish } from './key-place.ts'

/** Where the keys of the app and of the person lie: one line, and another one for another key store (see the README). */
export async function openKeys(key: KeyWish): Promise<KeyPlace> {
  return { keyId: key.name, keys: await openFileKeyStore(key.files) }
}
