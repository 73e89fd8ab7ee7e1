/** What is known: the XOR of the fragments in `mask` is `data`. */
interface Row {
  mask: bigint
  readonly data: Uint8Array
}

/**
 * Recovers fragments from their mixtures by Gaussian elimination over GF(2): no set of parts that determines the message
 * is ever too small, and there are never more rows than fragments, whatever arrives.
 */
export class FountainSolver {
  readonly #count: number
  /** By lowest fragment of their mask. */
  readonly #rows = new Map<number, Row>()

  constructor(count: number) {
    this.#count = count
  }

  /** Independent parts so far; the message is known at `count`. */
  get rank(): number {
    return this.#rows.size
  }

  get complete(): boolean {
    return this.rank === this.#count
  }

  /** @returns false where the part says nothing new */
  add(fragments: readonly number[], data: Uint8Array): boolean {
    const row: Row = { mask: 0n, data: data.slice() }
    for (const fragment of fragments) row.mask ^= 1n << BigInt(fragment)
    for (let fragment = 0; fragment < this.#count; fragment++) {
      if (!has(row.mask, fragment)) continue
      const known = this.#rows.get(fragment)
      if (known === undefined) {
        this.#rows.set(fragment, row)
        return true
      }
      mix(row, known)
    }
    return false
  }

  /** The fragments in their order; call it when complete. */
  solve(): readonly Uint8Array[] {
    for (let fragment = this.#count - 1; fragment >= 0; fragment--) {
      const row = this.#rows.get(fragment)
      if (row === undefined) throw new TypeError('fragments are missing')
      for (let later = fragment + 1; later < this.#count; later++) {
        const known = this.#rows.get(later)
        if (known !== undefined && has(row.mask, later)) mix(row, known)
      }
    }
    return Array.from(
      { length: this.#count },
      (_, fragment) => this.#rows.get(fragment)?.data ?? new Uint8Array(),
    )
  }
}

function has(mask: bigint, fragment: number): boolean {
  return ((mask >> BigInt(fragment)) & 1n) === 1n
}

function mix(row: Row, other: Row): void {
  row.mask ^= other.mask
  for (const [at, byte] of other.data.entries()) row.data[at] = (row.data[at] ?? 0) ^ byte
}
