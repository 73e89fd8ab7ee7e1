/** How many violations are told in words; all are counted. */
const MAX_TOLD = 20

/** What was acknowledged, and what came: every acknowledged message must come once, in order. */
export class Ledger {
  readonly counts = {
    exchanges: 0,
    acknowledged: 0,
    received: 0,
    retried: 0,
    lost: 0,
    twice: 0,
    disordered: 0,
    other: 0,
  }
  readonly told: string[] = []
  /** Milliseconds from a post's begin to its arrival, of the time since the last look. */
  #latencies: number[] = []
  readonly #allLatencies: number[] = []

  get violations(): number {
    const { lost, twice, disordered, other } = this.counts
    return lost + twice + disordered + other
  }

  arrived(milliseconds: number): void {
    this.#latencies.push(milliseconds)
    // A sample is enough for the whole run.
    if (this.#allLatencies.length < 200_000) this.#allLatencies.push(milliseconds)
  }

  /** Of the time since the last call. */
  recentMedian(): number {
    const median = quantile(this.#latencies, 0.5)
    this.#latencies = []
    return median
  }

  latencies(): { readonly p50: number; readonly p99: number; readonly max: number } {
    const all = this.#allLatencies
    return { p50: quantile(all, 0.5), p99: quantile(all, 0.99), max: quantile(all, 1) }
  }

  /**
   * Compares the numbers that were acknowledged, in that order, with those that came.
   *
   * @param where says who received them
   */
  compare(where: string, acknowledged: readonly number[], received: readonly number[]): void {
    const seen = new Set<number>()
    for (const n of received) {
      if (seen.has(n)) this.violate('twice', `${where}: ${n} came twice, in [${received}]`)
      seen.add(n)
    }
    for (const n of acknowledged)
      if (!seen.has(n)) this.violate('lost', `${where}: ${n} never came; what came was [${received}]`)
    const order = [...seen].filter((n) => acknowledged.includes(n))
    if (order.some((n, index) => index > 0 && n < (order[index - 1] ?? 0)))
      this.violate('disordered', `${where}: came as [${received}]`)
  }

  violate(kind: 'lost' | 'twice' | 'disordered' | 'other', text: string): void {
    this.counts[kind] += 1
    if (this.told.length < MAX_TOLD) this.told.push(`${kind}: ${text}`)
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
