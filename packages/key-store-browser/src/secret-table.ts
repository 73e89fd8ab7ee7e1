import { type Clock, type Options, type RandomBytes, systemClock } from '@uport-kit/core'
import { type IndexedDatabase, outcome } from '@uport-kit/core/indexeddb'
import type { BrowserStoreOptions } from './browser-store-options.ts'
import { busy } from './failure.ts'
import { keyDatabase } from './key-database.ts'
import {
  parseWrappedSecret,
  type SecretKind,
  unwrapSecret,
  type WrappedSecret,
  wrapSecret,
} from './wrapped-secret.ts'
import { generateWrappingKey, readWrappingKey, type WrappingKey, writeWrappingKey } from './wrapping-key.ts'

/** Rotations that may come between reading the wrapping key and storing what it wrapped. */
const MAX_ATTEMPTS = 4
/** Seconds a box key outlives what it was made for. */
const RETENTION = 300
/** Expired keys that a new one clears away. */
const MAX_SWEPT = 100

/** What is known of a secret when it is stored. */
export interface NewSecret extends Options {
  readonly name: string
  readonly publicKey: Uint8Array
  readonly expiresAt?: number | undefined
}

/** The secrets of one kind in a database, each wrapped. They come out for one use, and are wiped after it. */
export class SecretTable {
  readonly database: IndexedDatabase
  readonly #kind: SecretKind
  readonly #randomBytes: RandomBytes
  readonly #clock: Clock

  constructor(kind: SecretKind, options: BrowserStoreOptions) {
    this.#kind = kind
    this.database = keyDatabase(options)
    this.#randomBytes = options.randomBytes ?? platformRandomBytes
    this.#clock = options.clock ?? systemClock()
  }

  randomBytes(length: number): Uint8Array {
    return this.#randomBytes(length)
  }

  /** Stores a secret. @returns false where the name is taken: of all tabs that want it, one gets it */
  async add(secret: Uint8Array, { name, publicKey, expiresAt, signal }: NewSecret): Promise<boolean> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const wrapping = await this.#wrappingKey()
      const label = { kind: this.#kind, name, publicKey, expiresAt }
      const record = await wrapSecret(label, secret, wrapping, this.#randomBytes)
      signal?.throwIfAborted()
      const ending = await this.database.transact('readwrite', (transaction) =>
        this.#insert(transaction, record),
      )
      if (ending !== 'rotated') return ending === 'added'
    }
    throw busy()
  }

  /** The public key, proven to be the one it was stored with. @throws UportError `KEY_STORE_FAILED` (`damaged`) */
  async publicKey(name: string): Promise<Uint8Array | undefined> {
    return this.use(name, (_secret, publicKey) => publicKey.slice())
  }

  /** Lends a secret for one synchronous use. @returns undefined where there is none of this name */
  async use<T>(name: string, work: (secret: Uint8Array, publicKey: Uint8Array) => T): Promise<T | undefined> {
    const [stored, wrapping] = await this.database.transact('readonly', async (transaction) => [
      await outcome<unknown>(transaction.objectStore(this.#kind).get(name)),
      await readWrappingKey(transaction),
    ])
    if (stored === undefined) return undefined
    const record = parseWrappedSecret(this.#kind, name, stored)
    const secret = await unwrapSecret(this.#kind, record, wrapping)
    try {
      return work(secret, record.publicKey)
    } finally {
      secret.fill(0)
    }
  }

  /** @returns false where there is none of this name */
  async remove(name: string): Promise<boolean> {
    return this.database.transact('readwrite', async (transaction) => {
      const store = transaction.objectStore(this.#kind)
      if ((await outcome(store.getKey(name))) === undefined) return false
      await outcome(store.delete(name))
      return true
    })
  }

  async names(): Promise<readonly string[]> {
    const names = await this.database.transact('readonly', (transaction) =>
      outcome(transaction.objectStore(this.#kind).getAllKeys()),
    )
    return names.filter((name) => typeof name === 'string')
  }

  async #insert(transaction: IDBTransaction, record: WrappedSecret): Promise<'added' | 'taken' | 'rotated'> {
    const current = await readWrappingKey(transaction)
    if (current?.id !== record.wrappedBy) return 'rotated'
    const store = transaction.objectStore(this.#kind)
    if ((await outcome(store.getKey(record.name))) !== undefined) return 'taken'
    await outcome(store.add(record))
    if (this.#kind === 'box-keys') await this.#sweep(store)
    return 'added'
  }

  async #sweep(store: IDBObjectStore): Promise<void> {
    const first: { readonly name: string; readonly expiresAt: number }[] = await outcome(
      store.index('expiresAt').getAll(undefined, MAX_SWEPT),
    )
    const now = this.#clock.now()
    for (const { name, expiresAt } of first) {
      if (now > expiresAt + RETENTION) await outcome(store.delete(name))
    }
  }

  /** The wrapping key. Of several tabs that make the first one, all get the one that was stored. */
  async #wrappingKey(): Promise<WrappingKey> {
    const stored = await this.database.transact('readonly', readWrappingKey)
    if (stored !== undefined) return stored
    const fresh = await generateWrappingKey()
    return this.database.transact('readwrite', async (transaction) => {
      const others = await readWrappingKey(transaction)
      if (others !== undefined) return others
      await writeWrappingKey(transaction, fresh)
      return fresh
    })
  }
}

function platformRandomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}
