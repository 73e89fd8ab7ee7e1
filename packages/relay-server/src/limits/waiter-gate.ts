export interface WaiterGateOptions {
  readonly total: number
  readonly perAddress: number
  readonly perTopic: number
}

/** `crowded`: the relay as a whole is full. `too-many`: this address or topic has its share. */
export type WaiterRefusal = 'crowded' | 'too-many'

/** Counts the readers that wait. */
export class WaiterGate {
  readonly #options: WaiterGateOptions
  readonly #addresses = new Map<string, number>()
  readonly #topics = new Map<string, number>()
  #total = 0

  constructor(options: WaiterGateOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#total
  }

  /** @returns a function that lets the reader out again (calling it twice is harmless), or why there is no room */
  enter(address: string, topic: string): (() => void) | WaiterRefusal {
    const ofAddress = this.#addresses.get(address) ?? 0
    const ofTopic = this.#topics.get(topic) ?? 0
    if (ofAddress >= this.#options.perAddress || ofTopic >= this.#options.perTopic) return 'too-many'
    if (this.#total >= this.#options.total) return 'crowded'
    this.#total += 1
    this.#addresses.set(address, ofAddress + 1)
    this.#topics.set(topic, ofTopic + 1)
    let inside = true
    return () => {
      if (!inside) return
      inside = false
      this.#total -= 1
      decrease(this.#addresses, address)
      decrease(this.#topics, topic)
    }
  }
}

function decrease(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 0) - 1
  if (left > 0) counts.set(key, left)
  else counts.delete(key)
}
