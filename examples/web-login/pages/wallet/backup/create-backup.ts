import { encodeHex } from '@uport-kit/core'
import type { BrowserKeyStore } from '@uport-kit/key-store-browser'
import type { BrowserWalletStore } from '@uport-kit/store-browser'
import { isKept, toJson } from './backup-contents.ts'
import { type SealOptions, sealBackup } from './backup-file.ts'

export interface BackupParts {
  /** Exports the keys. Its own cost of exporting may be the least: it does so under 32 random bytes. */
  readonly keys: Pick<BrowserKeyStore, 'exportKeystoreJson' | 'list'>
  readonly records: Pick<BrowserWalletStore, 'exportRecords'>
}

/** All keys and all that is worth keeping, under a passphrase. */
export async function createBackup(
  { keys, records }: BackupParts,
  passphrase: string,
  createdAt: Date,
  options?: SealOptions,
): Promise<string> {
  const keyPassphrase = encodeHex(crypto.getRandomValues(new Uint8Array(32)))
  const kept = (await records.exportRecords()).filter(isKept)
  const exported = []
  for await (const { keyId } of keys.list()) {
    exported.push({ keyId, keystore: await keys.exportKeystoreJson(keyId, keyPassphrase) })
  }
  return sealBackup(toJson({ keyPassphrase, keys: exported, records: kept }), passphrase, createdAt, options)
}
