import type { TopicBus } from '@uport-kit/core'

/** Wakes whoever waits for a topic to change, in this process and, where there is a bus, in those that share its store. */
export class TopicChanges {
  readonly #bus: TopicBus | undefined
  readonly #leaveBus: (() => void) | undefined
  readonly #watchers = new Map<string, Set<() => void>>()
  #stopped = false

  constructor(bus?: TopicBus) {
    this.#bus = bus
    this.#leaveBus = bus?.subscribe({
      changed: (name) => this.#wake(name),
      lost: () => this.#wakeAll(),
    })
  }

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
    this.#wake(name)
    this.#bus?.publish(name)
  }

  /** Wakes all, and from now on nobody waits. */
  stop(): void {
    this.#stopped = true
    this.#leaveBus?.()
    this.#wakeAll()
  }

  #wake(name: string): void {
    for (const wake of [...(this.#watchers.get(name) ?? [])]) wake()
  }

  #wakeAll(): void {
    for (const name of [...this.#watchers.keys()]) this.#wake(name)
  }
}
