export interface Notice {
  readonly id: number
  readonly text: string
  readonly kind: 'info' | 'warning'
}

/** Short words about what happened in the background. They go by themselves. */
export class Notices {
  #next = 0
  #list: readonly Notice[] = []
  readonly #listeners = new Set<() => void>()

  get list(): readonly Notice[] {
    return this.#list
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  add(text: string, kind: Notice['kind'] = 'info', milliseconds = 6000): void {
    const notice = { id: this.#next++, text, kind }
    this.#set([...this.#list.filter((one) => one.text !== text), notice])
    setTimeout(() => this.#set(this.#list.filter((one) => one !== notice)), milliseconds)
  }

  #set(list: readonly Notice[]): void {
    this.#list = list
    for (const listener of [...this.#listeners]) listener()
  }
}
