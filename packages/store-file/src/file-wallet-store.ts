import { join } from 'node:path'
import {
  type Json,
  type Options,
  sha256Base64url,
  UportError,
  type WalletRecord,
  type WalletStore,
} from '@uport-kit/core'
import { AtomicFiles } from './atomic-files.ts'

/** How many files of a collection are read at a time. */
const CONCURRENCY = 16

/**
 * A wallet's records in files, one for each, that the processes of one machine share. Names of files are hashes, so
 * that a key from outside is never part of a path. The files are for their owner only, and not encrypted.
 */
export class FileWalletStore implements WalletStore {
  readonly #directory: string
  readonly #collections = new Map<string, AtomicFiles>()

  /** @param options.directory made with mode 0700 where it does not exist */
  constructor({ directory }: { readonly directory: string }) {
    this.#directory = directory
  }

  async get(collection: string, key: string, { signal }: Options = {}): Promise<Json | undefined> {
    signal?.throwIfAborted()
    const text = await this.#filesOf(collection).read(fileOf(key))
    return text === undefined ? undefined : parseRecord(text).value
  }

  async put(collection: string, key: string, value: Json, { signal }: Options = {}): Promise<void> {
    signal?.throwIfAborted()
    await this.#filesOf(collection).replace(fileOf(key), JSON.stringify({ key, value }))
  }

  async create(collection: string, key: string, value: Json, { signal }: Options = {}): Promise<boolean> {
    signal?.throwIfAborted()
    return this.#filesOf(collection).create(fileOf(key), JSON.stringify({ key, value }))
  }

  async delete(collection: string, key: string, { signal }: Options = {}): Promise<boolean> {
    signal?.throwIfAborted()
    return this.#filesOf(collection).remove(fileOf(key))
  }

  async list(collection: string, { signal }: Options = {}): Promise<readonly WalletRecord[]> {
    signal?.throwIfAborted()
    const files = this.#filesOf(collection)
    const names = await files.names()
    const records: WalletRecord[] = []
    for (let start = 0; start < names.length; start += CONCURRENCY) {
      const batch = names.slice(start, start + CONCURRENCY).map((name) => files.read(name))
      // A file may go between listing and reading; then its record is gone, too.
      for (const text of await Promise.all(batch)) if (text !== undefined) records.push(parseRecord(text))
    }
    return records.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  #filesOf(collection: string): AtomicFiles {
    const known = this.#collections.get(collection)
    if (known !== undefined) return known
    const files = new AtomicFiles(join(this.#directory, nameOf(collection)))
    this.#collections.set(collection, files)
    return files
  }
}

/** As JSON, because the hash is of UTF-8, which would make one of two texts that differ in a lone surrogate. */
function nameOf(text: string): string {
  return sha256Base64url(JSON.stringify(text))
}

function fileOf(key: string): string {
  return `${nameOf(key)}.json`
}

function parseRecord(text: string): WalletRecord {
  try {
    const record: unknown = JSON.parse(text)
    if (typeof record === 'object' && record !== null && 'key' in record && 'value' in record) {
      return record as WalletRecord
    }
  } catch {
    // Said below: the parser's own error quotes the record.
  }
  throw new UportError('FILE_STORE_FAILED', 'A record of the wallet is damaged; restore it from a backup.', {
    data: { reason: 'damaged record' },
  })
}
