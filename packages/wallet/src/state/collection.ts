import type { Json, Options, WalletStore } from '@uport-kit/core'

/** The records of one kind in a wallet's store. What is read there was written here, so its form is trusted. */
export class Collection<Value extends object> {
  readonly name: string
  readonly #store: WalletStore

  constructor(store: WalletStore, name: string) {
    this.#store = store
    this.name = name
  }

  async get(key: string, options?: Options): Promise<Value | undefined> {
    return (await this.#store.get(this.name, key, options)) as Value | undefined
  }

  async put(key: string, value: Value, options?: Options): Promise<void> {
    await this.#store.put(this.name, key, toJson(value), options)
  }

  create(key: string, value: Value, options?: Options): Promise<boolean> {
    return this.#store.create(this.name, key, toJson(value), options)
  }

  delete(key: string, options?: Options): Promise<boolean> {
    return this.#store.delete(this.name, key, options)
  }

  /** The values, ordered by key. */
  async list(options?: Options): Promise<readonly Value[]> {
    return (await this.#store.list(this.name, options)).map(({ value }) => value as Value)
  }

  async keys(options?: Options): Promise<readonly string[]> {
    return (await this.#store.list(this.name, options)).map(({ key }) => key)
  }
}

/** Members that are undefined vanish. */
function toJson(value: object): Json {
  return JSON.parse(JSON.stringify(value))
}
