import { Refusal } from '../refusal.ts'
import { formatWei } from '../sponsor-budgets.ts'
import type { SponsorChange } from '../stores/sponsor-store.ts'

/** One account of the sponsor's spending: what pays for a transaction must have room in each that applies. */
export interface BudgetScope {
  /** Such as `token/…`, `address/…/20580`, `day/20580`. */
  readonly key: string
  /** What the refused are told. */
  readonly name: 'token' | 'address' | 'day'
  /** Wei. */
  readonly limit: bigint
  /** Unix seconds from which on nothing is charged to it any more. */
  readonly endsAt: number
}

interface Balance {
  readonly reserved: bigint
  readonly spent: bigint
  readonly endsAt: number
}

const PREFIX = 'b/'
const WHAT = {
  token: 'of this fuel token',
  address: 'of this address for today',
  day: 'of the sponsor for today',
} as const

/** An answer to "may this be spent", and the changes that write it down. Nothing changes here before they are written. */
export interface BookEntry {
  readonly changes: readonly SponsorChange[]
  /** Call it once the changes are stored. */
  apply(): void
}

/**
 * Reserved and spent sums. A reserve covers the most a transaction can cost and becomes what it did cost; whoever stores
 * the changes of a reserve together with the transaction can neither lose it nor count it twice.
 */
export class BudgetBook {
  readonly #balances = new Map<string, Balance>()

  /** @param entries the store's, under `BudgetBook.prefix` */
  async load(entries: AsyncIterable<readonly [string, string]>): Promise<void> {
    for await (const [key, value] of entries) {
      const { reserved, spent, endsAt }: Record<'reserved' | 'spent', string> & { endsAt: number } =
        JSON.parse(value)
      this.#balances.set(key.slice(PREFIX.length), {
        reserved: BigInt(reserved),
        spent: BigInt(spent),
        endsAt,
      })
    }
  }

  static readonly prefix = PREFIX

  /** @throws Refusal `BUDGET_EXHAUSTED`: which budget, what is left of it, what was asked */
  require(scopes: readonly BudgetScope[], wei: bigint): void {
    for (const { key, name, limit } of scopes) {
      const { reserved, spent } = this.#balance(key)
      const left = limit - reserved - spent
      if (wei <= left) continue
      const remaining = left > 0n ? left : 0n
      const text = `the budget ${WHAT[name]} is used up: ${formatWei(remaining)} of ${formatWei(limit)} is left, ${formatWei(wei)} is needed`
      const facts = {
        budget: name,
        limit: limit.toString(),
        left: remaining.toString(),
        needed: wei.toString(),
      }
      throw new Refusal('BUDGET_EXHAUSTED', text, { facts })
    }
  }

  reserve(scopes: readonly BudgetScope[], wei: bigint): BookEntry {
    return this.#entry(
      scopes.map(({ key, endsAt }) => {
        const { reserved, spent, endsAt: before } = this.#balance(key)
        return [key, { reserved: reserved + wei, spent, endsAt: Math.max(before, endsAt) }]
      }),
    )
  }

  /** Turns a reserve into what was spent. */
  settle(keys: readonly string[], reservedWei: bigint, spentWei: bigint): BookEntry {
    return this.#entry(
      keys.map((key) => {
        const { reserved, spent, endsAt } = this.#balance(key)
        return [key, { reserved: reserved - reservedWei, spent: spent + spentWei, endsAt }]
      }),
    )
  }

  /** Forgets what has ended. */
  forget(now: number): BookEntry {
    const ended = [...this.#balances].filter(([, { endsAt, reserved }]) => endsAt <= now && reserved === 0n)
    return {
      changes: ended.map(([key]) => ({ key: PREFIX + key, value: undefined })),
      apply: () => {
        for (const [key] of ended) this.#balances.delete(key)
      },
    }
  }

  /** Reserved and spent together. */
  used(key: string): bigint {
    const { reserved, spent } = this.#balance(key)
    return reserved + spent
  }

  #balance(key: string): Balance {
    return this.#balances.get(key) ?? { reserved: 0n, spent: 0n, endsAt: 0 }
  }

  #entry(balances: readonly (readonly [string, Balance])[]): BookEntry {
    return {
      changes: balances.map(([key, { reserved, spent, endsAt }]) => ({
        key: PREFIX + key,
        value: JSON.stringify({ reserved: reserved.toString(), spent: spent.toString(), endsAt }),
      })),
      apply: () => {
        for (const [key, balance] of balances) this.#balances.set(key, balance)
      },
    }
  }
}
