/** Counts equal results until one has the quorum. */
export class VoteCount {
  readonly failures: unknown[] = []
  /** The first result that reached the quorum. */
  winner: string | undefined
  /** How many answered, whatever they said. */
  answers = 0
  readonly #quorum: number
  readonly #counts = new Map<string, number>()

  constructor(quorum: number) {
    this.#quorum = quorum
  }

  add(result: string): void {
    const count = (this.#counts.get(result) ?? 0) + 1
    this.#counts.set(result, count)
    this.answers++
    if (count >= this.#quorum) this.winner ??= result
  }
}
