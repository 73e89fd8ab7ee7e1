/** Verified content by its address, the longest unused thrown out first. Content never changes, so nothing ever expires. */
export class ContentCache {
  readonly #maxBytes: number
  readonly #entries = new Map<string, Uint8Array>()
  #bytes = 0

  /** @param maxBytes of all content together; 0 keeps nothing */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get(cid: string): Uint8Array | undefined {
    const bytes = this.#entries.get(cid)
    if (bytes === undefined) return undefined
    // A map keeps the order of insertion: the end is what was used last.
    this.#entries.delete(cid)
    this.#entries.set(cid, bytes)
    return bytes
  }

  set(cid: string, bytes: Uint8Array): void {
    if (bytes.length > this.#maxBytes) return
    this.#bytes += bytes.length - (this.#entries.get(cid)?.length ?? 0)
    this.#entries.delete(cid)
    this.#entries.set(cid, bytes)
    for (const [oldest, { length }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return
      this.#entries.delete(oldest)
      this.#bytes -= length
    }
  }
}
