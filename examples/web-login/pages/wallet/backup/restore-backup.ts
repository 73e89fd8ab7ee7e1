import { encodeHex, isUportError, type KeyStore } from '@uport-kit/core'
import { type KeystoreDocument, parseKeystoreJson } from '@uport-kit/core/keystore'
import type { BrowserKeyStore } from '@uport-kit/key-store-browser'
import type { BrowserWalletStore, StoredRecord } from '@uport-kit/store-browser'
import { type BackupContents, parseContents } from './backup-contents.ts'
import { damaged, openBackup } from './backup-file.ts'

export interface RestoreParts {
  readonly keys: Pick<BrowserKeyStore, 'importKeystoreJson'> & Pick<KeyStore, 'get'>
  readonly records: Pick<BrowserWalletStore, 'replaceRecords'>
}

/**
 * Brings keys and records of a backup into this browser. Keys come first and are never overwritten; records then take the
 * place of those that are here, all or none, but never that of a wallet. A restoration that failed can be tried again.
 *
 * @returns when the backup was made
 * @throws UportError `KEY_PASSPHRASE_WRONG`, the codes of the stores
 * @throws Error where it is no backup, or a damaged one: nothing was restored then
 */
export async function restoreBackup(
  text: string,
  passphrase: string,
  { keys, records }: RestoreParts,
): Promise<Date> {
  const { createdAt, contents } = await openBackup(text, passphrase)
  const backup = parseContents(contents)
  assertWhole(backup)
  for (const { keyId, keystore } of backup.keys) {
    const known = await keys.get(keyId)
    if (known === undefined) await importKey(keys, keystore, keyId, backup.keyPassphrase)
    else if (!isSame(known.publicKey, keystore)) {
      throw new Error(
        'This browser holds another key of the same name: delete everything here first, or restore elsewhere.',
      )
    }
  }
  const isRestored = await records.replaceRecords((present) => inPlaceOf(present, backup.records))
  if (!isRestored) throw inUse()
  return createdAt
}

/** What a backup must not take the place of: who has it would be lost. */
export function inUse(): Error {
  return new Error(
    'This browser holds a wallet already. Back it up and delete it first, or restore in another browser.',
  )
}

/** Opening a backup takes time, in which another tab may have made a wallet; and what was answered stays answered. */
function inPlaceOf(
  present: readonly StoredRecord[],
  restored: readonly StoredRecord[],
): readonly StoredRecord[] | undefined {
  if (present.some(({ collection }) => collection === 'identities')) return undefined
  return [...restored, ...present.filter(({ collection }) => collection === 'answered')]
}

/** Every identity and account needs its key, or the wallet could show what it cannot use. */
function assertWhole({ keys, records }: BackupContents): void {
  const ids = new Set(keys.map(({ keyId }) => keyId))
  for (const { keystore } of keys) readKeystore(keystore)
  for (const { collection, value } of records) {
    if (collection !== 'identities' && collection !== 'accounts') continue
    const { keyId } = Object(value) as { readonly keyId?: unknown }
    if (typeof keyId !== 'string' || !ids.has(keyId)) throw damaged()
  }
}

function readKeystore(text: string): KeystoreDocument {
  try {
    return parseKeystoreJson(text)
  } catch {
    throw damaged()
  }
}

function isSame(publicKey: Uint8Array, keystore: string): boolean {
  const stated = readKeystore(keystore).publicKey
  return stated !== undefined && encodeHex(stated) === encodeHex(publicKey)
}

async function importKey(
  keys: RestoreParts['keys'],
  keystore: string,
  keyId: string,
  passphrase: string,
): Promise<void> {
  try {
    await keys.importKeystoreJson(keystore, passphrase, { keyId })
  } catch (error) {
    // Of the passphrase that stands in the backup itself, not of the person's.
    if (isUportError(error, 'KEY_PASSPHRASE_WRONG')) throw damaged()
    throw error
  }
}
