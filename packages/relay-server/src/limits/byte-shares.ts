import type { Clock } from '@uport-kit/core'
import { toLeave } from './to-leave.ts'

export interface ByteSharesOptions {
  readonly perAddress: number
  /** Between two removals of what has expired. */
  readonly sweepSeconds: number
  readonly clock: Clock
}

/** What one topic holds, by who sent it. */
interface Account {
  expiresAt: number
  /** That it was to live when it was first counted. */
  readonly seconds: number
  readonly bytes: Map<string, number>
}

/** Who stored how much, so that nobody fills the store alone. Kept in memory: it starts empty with the process. */
export class ByteShares {
  readonly #options: ByteSharesOptions
  readonly #topics = new Map<string, Account>()
  readonly #addresses = new Map<string, number>()
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(options: ByteSharesOptions) {
    this.#options = options
  }

  /** How many bytes of the store an address must leave free to others. */
  leaves(address: string): number {
    return toLeave(this.#used(address))
  }

  /** Takes room for a message, until its topic ends or is removed. @returns false where the address has its share */
  take(address: string, topic: string, bytes: number, expiresAt: number): boolean {
    const { perAddress, sweepSeconds, clock } = this.#options
    const isOver = (): boolean => this.#used(address) + bytes > perAddress
    const age = clock.now() - this.#sweptAt
    // A clock that was set back has no age to wait for.
    if (age < 0 || age >= sweepSeconds || (age >= 1 && isOver())) this.#sweep()
    if (isOver()) return false
    // Another topic of that name, which has ended.
    if ((this.#topics.get(topic)?.expiresAt ?? expiresAt) <= clock.now()) this.remove(topic)
    const account = this.#topics.get(topic) ?? {
      expiresAt,
      seconds: expiresAt - clock.now(),
      bytes: new Map<string, number>(),
    }
    this.#topics.set(topic, account)
    add(account.bytes, address, bytes)
    add(this.#addresses, address, bytes)
    return true
  }

  /** Gives back what was taken for a message that was not stored. */
  giveBack(address: string, topic: string, bytes: number): void {
    const account = this.#topics.get(topic)
    // Removed meanwhile, and given back with all the topic held.
    if (account === undefined || (account.bytes.get(address) ?? 0) < bytes) return
    add(account.bytes, address, -bytes)
    add(this.#addresses, address, -bytes)
    if (account.bytes.size === 0) this.#topics.delete(topic)
  }

  /** Gives back all that a topic held. */
  remove(topic: string): void {
    for (const [address, bytes] of this.#topics.get(topic)?.bytes ?? []) add(this.#addresses, address, -bytes)
    this.#topics.delete(topic)
  }

  #used(address: string): number {
    return this.#addresses.get(address) ?? 0
  }

  #sweep(): void {
    this.#sweptAt = this.#options.clock.now()
    for (const [topic, account] of [...this.#topics]) {
      if (account.expiresAt <= this.#sweptAt) this.remove(topic)
      // Counted by a clock that was fast.
      else account.expiresAt = Math.min(account.expiresAt, this.#sweptAt + account.seconds)
    }
  }
}

function add(counts: Map<string, number>, key: string, bytes: number): void {
  const sum = (counts.get(key) ?? 0) + bytes
  if (sum > 0) counts.set(key, sum)
  else counts.delete(key)
}
