import type { Clock } from '@uport-kit/core'
import { toLeave } from './to-leave.ts'

export interface TopicLedgerOptions {
  readonly total: number
  readonly perAddress: number
  readonly clock: Clock
}

interface Entry {
  readonly address: string
  expiresAt: number
  /** That it was to live when it was entered. */
  readonly seconds: number
}

/** `crowded`: the relay as a whole is full. `too-many`: this address has its share. */
export type LedgerRefusal = 'crowded' | 'too-many'

/** Who opened what, so that nobody fills the store alone. Kept in memory: it starts empty with the process. */
export class TopicLedger {
  readonly #options: TopicLedgerOptions
  readonly #topics = new Map<string, Entry>()
  readonly #addresses = new Map<string, Set<string>>()
  #sweptAt: number | undefined

  constructor(options: TopicLedgerOptions) {
    this.#options = options
  }

  /** When the topic ends, where this process opened it. */
  expiryOf(name: string): number | undefined {
    return this.#topics.get(name)?.expiresAt
  }

  /** How many places an address must leave free to others. */
  leaves(address: string): number {
    return toLeave(this.#countOf(address))
  }

  /** Enters a topic, unless as many as `total` are, less what its address leaves; one that is entered already stays as it is. */
  enter(
    name: string,
    address: string,
    expiresAt: number,
    total = this.#options.total,
  ): 'entered' | 'known' | LedgerRefusal {
    this.#dropIfExpired(name)
    if (this.#topics.has(name)) return 'known'
    if (this.#countOf(address) >= this.#options.perAddress) {
      for (const each of [...(this.#addresses.get(address) ?? [])]) this.#dropIfExpired(each)
      if (this.#countOf(address) >= this.#options.perAddress) return 'too-many'
    }
    if (this.#isFull(Math.min(total, this.#options.total) - this.leaves(address))) return 'crowded'
    this.#topics.set(name, { address, expiresAt, seconds: expiresAt - this.#options.clock.now() })
    const names = this.#addresses.get(address) ?? new Set()
    this.#addresses.set(address, names.add(name))
    return 'entered'
  }

  remove(name: string): void {
    const entry = this.#topics.get(name)
    if (entry === undefined) return
    this.#topics.delete(name)
    const names = this.#addresses.get(entry.address)
    names?.delete(name)
    if (names?.size === 0) this.#addresses.delete(entry.address)
  }

  /** Looks for expired topics once a second at most, and only when the room is needed. */
  #isFull(total: number): boolean {
    if (this.#topics.size < total) return false
    const now = this.#options.clock.now()
    if (now !== this.#sweptAt) for (const name of [...this.#topics.keys()]) this.#dropIfExpired(name)
    this.#sweptAt = now
    return this.#topics.size >= total
  }

  #countOf(address: string): number {
    return this.#addresses.get(address)?.size ?? 0
  }

  #dropIfExpired(name: string): void {
    const entry = this.#topics.get(name)
    if (entry === undefined) return
    const now = this.#options.clock.now()
    if (entry.expiresAt <= now) this.remove(name)
    // Entered by a clock that was fast, and has been set back.
    else entry.expiresAt = Math.min(entry.expiresAt, now + entry.seconds)
  }
}
