import type { Json, Options, WalletRecord, WalletStore } from '@uport-kit/core'
import { outcome } from '@uport-kit/core/indexeddb'
import { BrowserStore, type BrowserStoreOptions, connected } from './browser-store.ts'
import { ChangeNews, type WalletChange } from './change-news.ts'
import { damaged, STORE_LAYOUT } from './store-layout.ts'

/** The value as JSON text, so that what comes out is what went in. */
interface WalletRow {
  readonly collection: string
  readonly key: string
  readonly value: string
}

/**
 * Opens the store of a wallet's records, making the database where there is none.
 *
 * @throws TypeError when an option is out of range
 * @throws UportError `BROWSER_STORAGE_UNAVAILABLE`, `BROWSER_STORE_FAILED`
 */
export async function openBrowserWalletStore(
  options: BrowserStoreOptions = {},
  { signal }: Options = {},
): Promise<BrowserWalletStore> {
  signal?.throwIfAborted()
  return connected(new BrowserWalletStore(options), { signal })
}

/**
 * A wallet's records in IndexedDB, shared by the tabs and workers of a site: what its service worker stores while no tab
 * is open, the next tab finds. Not encrypted.
 */
export class BrowserWalletStore extends BrowserStore implements WalletStore {
  readonly #news: ChangeNews

  /**
   * The database is opened by the first call.
   *
   * @throws TypeError when an option is out of range
   * @throws UportError `BROWSER_STORAGE_UNAVAILABLE`
   */
  constructor(options: BrowserStoreOptions = {}) {
    super(options)
    this.#news = new ChangeNews(options.databaseName ?? STORE_LAYOUT.defaultName)
  }

  /** @throws UportError `BROWSER_STORE_FAILED`, `BROWSER_STORAGE_UNAVAILABLE` */
  async get(collection: string, key: string, { signal }: Options = {}): Promise<Json | undefined> {
    signal?.throwIfAborted()
    const row = await this.database.transact('readonly', (transaction) =>
      outcome<WalletRow | undefined>(transaction.objectStore('wallet').get([collection, key])),
    )
    return row === undefined ? undefined : parseValue(row)
  }

  /** @throws UportError `BROWSER_STORE_FAILED`, `BROWSER_STORAGE_UNAVAILABLE` */
  async put(collection: string, key: string, value: Json, { signal }: Options = {}): Promise<void> {
    signal?.throwIfAborted()
    const row: WalletRow = { collection, key, value: JSON.stringify(value) }
    await this.database.transact('readwrite', (transaction) =>
      outcome(transaction.objectStore('wallet').put(row)),
    )
    this.#news.tell({ collection, key })
  }

  /** @throws UportError `BROWSER_STORE_FAILED`, `BROWSER_STORAGE_UNAVAILABLE` */
  async create(collection: string, key: string, value: Json, { signal }: Options = {}): Promise<boolean> {
    signal?.throwIfAborted()
    const row: WalletRow = { collection, key, value: JSON.stringify(value) }
    const created = await this.database.transact('readwrite', async (transaction) => {
      const rows = transaction.objectStore('wallet')
      if ((await outcome(rows.getKey([collection, key]))) !== undefined) return false
      await outcome(rows.add(row))
      return true
    })
    if (created) this.#news.tell({ collection, key })
    return created
  }

  /** @throws UportError `BROWSER_STORE_FAILED`, `BROWSER_STORAGE_UNAVAILABLE` */
  async delete(collection: string, key: string, { signal }: Options = {}): Promise<boolean> {
    signal?.throwIfAborted()
    const deleted = await this.database.transact('readwrite', async (transaction) => {
      const rows = transaction.objectStore('wallet')
      if ((await outcome(rows.getKey([collection, key]))) === undefined) return false
      await outcome(rows.delete([collection, key]))
      return true
    })
    if (deleted) this.#news.tell({ collection, key })
    return deleted
  }

  /** @throws UportError `BROWSER_STORE_FAILED`, `BROWSER_STORAGE_UNAVAILABLE` */
  async list(collection: string, { signal }: Options = {}): Promise<readonly WalletRecord[]> {
    signal?.throwIfAborted()
    // Rows of one collection come in the order of their own keys, which end with the record's.
    const rows = await this.database.transact('readonly', (transaction) =>
      outcome<WalletRow[]>(transaction.objectStore('wallet').index('collection').getAll(collection)),
    )
    return rows.map((row) => ({ key: row.key, value: parseValue(row) }))
  }

  /**
   * Calls `listener` after each change that another tab, a worker or another store of this page has made: a record was
   * written or removed, or a backup was restored (`collection` is then absent). Changes of this very store are not told, and
   * none is told twice.
   *
   * @returns a function that ends it
   */
  watch(listener: (change: WalletChange) => void): () => void {
    return this.#news.listen(listener)
  }

  /**
   * Every record of every collection, of one moment: what a backup needs.
   *
   * @throws UportError `BROWSER_STORE_FAILED`, `BROWSER_STORAGE_UNAVAILABLE`
   */
  async exportRecords({ signal }: Options = {}): Promise<readonly StoredRecord[]> {
    signal?.throwIfAborted()
    const rows = await this.database.transact('readonly', (transaction) =>
      outcome<WalletRow[]>(transaction.objectStore('wallet').getAll()),
    )
    return rows.map(parseRow)
  }

  /**
   * Replaces every record of every collection by these, all or none.
   *
   * @param records or a function that makes them of the records that are there, in the same transaction: it waits for
   * nothing, and returns undefined to leave everything as it is
   * @returns whether they were replaced
   * @throws UportError `BROWSER_STORE_FAILED`, `BROWSER_STORAGE_UNAVAILABLE`
   */
  async replaceRecords(
    records: readonly StoredRecord[] | RecordsReplacer,
    { signal }: Options = {},
  ): Promise<boolean> {
    signal?.throwIfAborted()
    const replaced = await this.database.transact('readwrite', async (transaction) => {
      const rows = transaction.objectStore('wallet')
      const fresh =
        typeof records === 'function'
          ? records((await outcome<WalletRow[]>(rows.getAll())).map(parseRow))
          : records
      if (fresh === undefined) return false
      await outcome(rows.clear())
      for (const { collection, key, value } of fresh) {
        const row: WalletRow = { collection, key, value: JSON.stringify(value) }
        await outcome(rows.put(row))
      }
      return true
    })
    if (replaced) this.#news.tell({})
    return replaced
  }

  /** Lets go of the database and of the news; the records stay. Calls after it are refused. */
  override close(): void {
    this.#news.close()
    super.close()
  }
}

/** A record, and the collection that it is in. */
export interface StoredRecord extends WalletRecord {
  readonly collection: string
}

/** Makes the records that take the place of those that are there; undefined where none is to. */
export type RecordsReplacer = (present: readonly StoredRecord[]) => readonly StoredRecord[] | undefined

function parseRow(row: WalletRow): StoredRecord {
  return { collection: row.collection, key: row.key, value: parseValue(row) }
}

function parseValue({ value }: WalletRow): Json {
  try {
    const parsed: Json = JSON.parse(value)
    return parsed
  } catch {
    throw damaged()
  }
}
