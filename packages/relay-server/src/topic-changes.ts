/** Wakes whoever waits for a topic to change. */
export class TopicChanges {
  readonly #watchers = new Map<string, Set<() => void>>()
  #stopped = false

  /** Whether waiting has ended for good. */
  get stopped(): boolean {
    return this.#stopped
  }

  /** Calls `wake` at every change until the returned function is called. */
  watch(name: string, wake: () => void): () => void {
    const watchers = this.#watchers.get(name) ?? new Set()
    this.#watchers.set(name, watchers.add(wake))
    return () => {
      watchers.delete(wake)
      if (watchers.size === 0 && this.#watchers.get(name) === watchers) this.#watchers.delete(name)
    }
  }

  notify(name: string): void {
    for (const wake of [...(this.#watchers.get(name) ?? [])]) wake()
  }

  /** Wakes all, and from now on nobody waits. */
  stop(): void {
    this.#stopped = true
    for (const name of [...this.#watchers.keys()]) this.notify(name)
  }
}
