import type { Json, JsonObject } from '@uport-kit/core'
import type { StoredRecord } from '@uport-kit/store-browser'
import { damaged } from './backup-file.ts'

/** A key as a key store exports it, under the passphrase of the contents. */
export interface BackedUpKey {
  readonly keyId: string
  readonly keystore: string
}

/** What a backup holds. */
export interface BackupContents {
  /** Opens the keys: 32 random bytes in hex, so that the person's passphrase is stretched once and not for each key. */
  readonly keyPassphrase: string
  readonly keys: readonly BackedUpKey[]
  readonly records: readonly StoredRecord[]
}

/**
 * What is worth keeping. Left out is what lives for a moment (requests that wait, answers under way), and who may push:
 * the keys of mailboxes leave no browser, so a restored wallet is asked for leave anew. So is it about private networks: no
 * file says which endpoints are asked.
 */
const KEPT: ReadonlySet<string> = new Set([
  'identities',
  'identity-choices',
  'accounts',
  'credentials',
  'activity',
  'answered',
  'transactions',
  'known-names',
])

const MAX_KEYS = 1000
const MAX_RECORDS = 100_000

export function isKept({ collection }: StoredRecord): boolean {
  return KEPT.has(collection)
}

export function toJson({ keyPassphrase, keys, records }: BackupContents): JsonObject {
  return {
    keyPassphrase,
    keys: keys.map(({ keyId, keystore }) => ({ keyId, keystore })),
    records: records.map(({ collection, key, value }) => ({ collection, key, value })),
  }
}

/**
 * Reads the contents of a backup that its passphrase opened. Who knows the passphrase wrote them, which is no reason to
 * trust their form.
 *
 * @throws Error where they are none
 */
export function parseContents(value: unknown): BackupContents {
  const { keyPassphrase, keys, records } = Object(value) as Readonly<Record<string, unknown>>
  if (typeof keyPassphrase !== 'string' || keyPassphrase === '') throw damaged()
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MAX_KEYS) throw damaged()
  if (!Array.isArray(records) || records.length > MAX_RECORDS) throw damaged()
  return { keyPassphrase, keys: keys.map(parseKey), records: records.map(parseRecord).filter(isKept) }
}

function parseKey(value: unknown): BackedUpKey {
  const { keyId, keystore } = Object(value) as Readonly<Record<string, unknown>>
  if (typeof keyId !== 'string' || typeof keystore !== 'string') throw damaged()
  return { keyId, keystore }
}

function parseRecord(value: unknown): StoredRecord {
  const { collection, key, value: stored } = Object(value) as Readonly<Record<string, unknown>>
  if (typeof collection !== 'string' || typeof key !== 'string' || stored === undefined) throw damaged()
  // It comes out of JSON.parse, so it is JSON.
  return { collection, key, value: stored as Json }
}
