import type { Json, Options, WalletRecord, WalletStore } from '@uport-kit/core'

/** A store that tells of the changes of others: other tabs, the service worker. */
export interface WatchedStore extends WalletStore {
  watch(listener: () => void): () => void
}

/** Tells of every change, of this page's own ones too: what is on the screen is what is stored. */
export class NotifyingStore implements WalletStore {
  readonly #store: WatchedStore
  readonly #listeners = new Set<() => void>()

  constructor(store: WatchedStore) {
    this.#store = store
    store.watch(() => this.#tell())
  }

  /** @returns ends it */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get(collection: string, key: string, options?: Options): Promise<Json | undefined> {
    return this.#store.get(collection, key, options)
  }

  list(collection: string, options?: Options): Promise<readonly WalletRecord[]> {
    return this.#store.list(collection, options)
  }

  async put(collection: string, key: string, value: Json, options?: Options): Promise<void> {
    await this.#store.put(collection, key, value, options)
    this.#tell()
  }

  async create(collection: string, key: string, value: Json, options?: Options): Promise<boolean> {
    const isNew = await this.#store.create(collection, key, value, options)
    if (isNew) this.#tell()
    return isNew
  }

  async delete(collection: string, key: string, options?: Options): Promise<boolean> {
    const was = await this.#store.delete(collection, key, options)
    if (was) this.#tell()
    return was
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
