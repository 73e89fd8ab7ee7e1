import type { Fees } from '@uport-kit/core/ethereum'
import type { MetricReading } from '@uport-kit/server-operations'
import { currentPrice } from '../outbox/fee-policy.ts'
import { dayBudget, type Sponsor } from '../services/sponsor.ts'
import { type SponsorMetrics, toEther, toGwei } from './sponsor-metrics.ts'

/** How long an answer of the node is good enough for whoever watches. */
const FRESH_SECONDS = 10
/** How long the node may take. */
const DEADLINE_SECONDS = 5

type SponsorView = Pick<Sponsor, 'chain' | 'address' | 'outbox' | 'budgets' | 'clock'>

interface ChainFacts {
  readonly balance: bigint
  readonly fees: Fees
}

/** Shows what the sponsor has, may still spend, and waits for. The node is asked only when somebody reads. */
export function observeSponsor(sponsor: SponsorView, metrics: SponsorMetrics): void {
  const { outbox, budgets, clock } = sponsor
  const facts = rememberedFacts(sponsor)
  const one = (value: number): readonly MetricReading[] => [{ value }]
  metrics.observe('balance', async () => one(toEther((await facts()).balance)))
  metrics.observe('gasPrice', async () => one(toGwei(currentPrice((await facts()).fees))))
  metrics.observe('budgetLeft', () => {
    const { key, limit } = dayBudget(budgets, clock.now())
    const left = limit - outbox.book.used(key)
    return one(toEther(left > 0n ? left : 0n))
  })
  metrics.observe('pending', () => one(outbox.pending.length))
  metrics.observe('oldestPending', () => {
    const oldest = outbox.pending.map(({ createdAt }) => createdAt)
    return one(oldest.length === 0 ? 0 : Math.max(0, clock.now() - Math.min(...oldest)))
  })
}

/** The node's answer, asked for once by all who read at about the same time. */
function rememberedFacts({ chain, address, clock }: SponsorView): () => Promise<ChainFacts> {
  let known: { readonly at: number; readonly facts: Promise<ChainFacts> } | undefined
  return () => {
    const now = clock.now()
    if (known === undefined || Math.abs(now - known.at) >= FRESH_SECONDS) known = { at: now, facts: read() }
    return known.facts
  }

  async function read(): Promise<ChainFacts> {
    const deadline = new AbortController()
    const cancel = clock.after(DEADLINE_SECONDS, () => deadline.abort())
    const options = { signal: deadline.signal }
    try {
      const [balance, fees] = await Promise.all([
        chain.balance(address, 'latest', options),
        chain.fees(options),
      ])
      return { balance, fees }
    } finally {
      cancel()
    }
  }
}
