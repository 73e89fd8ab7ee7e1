/** Counts equal results until one has the quorum. */
export class VoteCount {
  readonly #quorum: number
  readonly #counts = new Map<string, number>()
  readonly failures: unknown[] = []
  #winner: string | undefined
  #answers = 0

  constructor(quorum: number) {
    this.#quorum = quorum
  }

  /** The first result that reached the quorum. */
  get winner(): string | undefined {
    return this.#winner
  }

  /** How many answered, whatever they said. */
  get answers(): number {
    return this.#answers
  }

  add(result: string): void {
    const count = (this.#counts.get(result) ?? 0) + 1
    this.#counts.set(result, count)
    this.#answers++
    if (count >= this.#quorum) this.#winner ??= result
  }

  fail(error: unknown): void {
    this.failures.push(error)
  }
}
