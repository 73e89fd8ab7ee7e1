/** A map that forgets the entry unused for longest when it holds more than it may. */
export class LruMap<Value> {
  readonly #maxEntries: number
  /** In the order of use, the latest last. */
  readonly #entries = new Map<string, Value>()
  /** What was used last is last already: nothing need be moved for whom one asks again and again. */
  #latest: string | undefined

  /** @param maxEntries 0 keeps nothing */
  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get size(): number {
    return this.#entries.size
  }

  /** Counts as a use. */
  get(key: string): Value | undefined {
    const value = this.#entries.get(key)
    if (value !== undefined && key !== this.#latest) this.set(key, value)
    return value
  }

  set(key: string, value: Value): void {
    this.#latest = key
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size > this.#maxEntries) this.#entries.delete(this.#entries.keys().next().value!)
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }
}
