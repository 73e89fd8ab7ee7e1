import type { TopicBus } from '@uport-kit/core'

/** Watchers that are woken at once when hints may have been missed: each of them reads the store. */
const BATCH = 256

/** Wakes whoever waits for a topic to change, in this process and, where there is a bus, in those that share its store. */
export class TopicChanges {
  readonly #bus: TopicBus | undefined
  readonly #leaveBus: (() => void) | undefined
  readonly #watchers = new Map<string, Set<() => void>>()
  readonly #removedElsewhere: (name: string) => void
  readonly #self = crypto.randomUUID()
  #stopped = false

  /** @param removedElsewhere told of topics that another process removed */
  constructor(bus?: TopicBus, removedElsewhere: (name: string) => void = () => {}) {
    this.#bus = bus
    this.#removedElsewhere = removedElsewhere
    this.#leaveBus = bus?.subscribe({
      changed: (hint) => this.#hear(hint),
      lost: () => this.#wakeInTurn([...this.#watchers.keys()]),
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

  /** Also lets the other processes strike the topic off their accounts. No topic's name begins as the hint does. */
  notifyRemoved(name: string): void {
    this.#wake(name)
    this.#bus?.publish(`removed ${this.#self} ${name}`)
  }

  /** Wakes all, and from now on nobody waits. */
  stop(): void {
    this.#stopped = true
    this.#leaveBus?.()
    this.#wakeAll()
  }

  #hear(hint: string): void {
    const [, self, removed] = /^removed (\S+) (.*)$/s.exec(hint) ?? []
    // One's own comes back late: a new topic may have that name by now.
    if (removed !== undefined && self !== this.#self) this.#removedElsewhere(removed)
    this.#wake(removed ?? hint)
  }

  #wake(name: string): void {
    for (const wake of [...(this.#watchers.get(name) ?? [])]) wake()
  }

  /** Some, and after whatever else there is to do the next ones: ten thousand at once would hold everybody up. */
  #wakeInTurn(names: string[]): void {
    for (const name of names.splice(0, BATCH)) this.#wake(name)
    if (names.length > 0) setImmediate(() => this.#wakeInTurn(names))
  }

  #wakeAll(): void {
    for (const name of [...this.#watchers.keys()]) this.#wake(name)
  }
}
