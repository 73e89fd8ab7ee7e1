/** Passes items from many givers to one taker, one at a time; a giver goes on when its item was dealt with. */
export class Handover<Item> {
  readonly #waiting: { readonly item: Item; readonly settle: () => void }[] = []
  #wake: (() => void) | undefined
  #end: { readonly error: unknown } | undefined

  /** Resolves when the taker has come back for the next item. */
  give(item: Item): Promise<void> {
    if (this.#end !== undefined) return Promise.resolve()
    return new Promise((settle) => {
      this.#waiting.push({ item, settle })
      this.#wake?.()
    })
  }

  /** Ends the taking; with an error, by that error. */
  end(error?: unknown): void {
    this.#end ??= { error }
    for (const { settle } of this.#waiting.splice(0)) settle()
    this.#wake?.()
  }

  async *take(): AsyncGenerator<Item, void> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next !== undefined) {
        try {
          yield next.item
        } finally {
          next.settle()
        }
      } else if (this.#end !== undefined) {
        if (this.#end.error !== undefined) throw this.#end.error
        return
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        this.#wake = undefined
      }
    }
  }
}
