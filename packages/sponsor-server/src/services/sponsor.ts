import type { Clock } from '@uport-kit/core'
import type { ChainReader } from '@uport-kit/core/ethereum'
import type { KeyedQueue } from '@uport-kit/server-operations'
import type { BudgetScope } from '../outbox/budget-book.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { OutboxEntry, Payment } from '../outbox/outbox-entry.ts'
import { Refusal } from '../refusal.ts'
import type { SponsorBudgets } from '../sponsor-budgets.ts'
import type { SponsorLimits } from '../sponsor-limits.ts'
import type { FuelToken } from '../tokens/fuel-token.ts'

/** Contracts of one chain that the sponsor sends to. Addresses in lower case. */
export interface SponsorContracts {
  /** The `TxRelay`. Without it no meta-transactions are relayed. */
  readonly txRelay?: string | undefined
  /** The `MetaIdentityManager` that makes identities. Without it none are made. */
  readonly identityManager?: string | undefined
  /** Where given: the only contracts that meta-transactions may call. */
  readonly destinations?: ReadonlySet<string> | undefined
}

/** What the services of one sponsor share. */
export interface Sponsor {
  readonly chain: ChainReader
  readonly chainId: bigint
  readonly address: string
  readonly contracts: SponsorContracts
  readonly outbox: Outbox
  readonly limits: SponsorLimits
  readonly budgets: SponsorBudgets
  readonly clock: Clock
  readonly dryRun: boolean
  /** One request at a time for each device address: what it is owed depends on what it was given. */
  readonly senders: KeyedQueue
}

/** How a request is to be answered. */
export interface Terms {
  /** Check everything and send nothing. */
  readonly dryRun: boolean
  /** Seconds to wait for a block. */
  readonly wait: number
  readonly signal: AbortSignal
}

/** What a service has done. */
export type Outcome =
  | { readonly kind: 'sent'; readonly entry: OutboxEntry }
  /** `wei`: the most it would have cost. */
  | { readonly kind: 'tried'; readonly wei: bigint }

const SECONDS_OF_DAY = 86_400

/** The budget of everybody together, for the day of a time. */
export function dayBudget({ perDay }: SponsorBudgets, now: number): BudgetScope {
  const day = Math.floor(now / SECONDS_OF_DAY)
  return { key: `day/${day}`, name: 'day', limit: perDay, endsAt: (day + 1) * SECONDS_OF_DAY }
}

/** Every budget that pays for a token's subject. */
function scopesOf({ budgets, clock }: Sponsor, token: FuelToken): readonly BudgetScope[] {
  const now = clock.now()
  const day = Math.floor(now / SECONDS_OF_DAY)
  const whole = dayBudget(budgets, now)
  return [
    // A token is good a little longer than it says, by the clocks' tolerance.
    {
      key: `token/${token.id}`,
      name: 'token',
      limit: budgets.perToken,
      endsAt: token.expiresAt + SECONDS_OF_DAY,
    },
    {
      key: `address/${token.subject}/${day}`,
      name: 'address',
      limit: budgets.perAddressAndDay,
      endsAt: whole.endsAt,
    },
    whole,
  ]
}

/** Sends a payment whose every condition was checked, or, in a dry run, says what it would cost. */
export async function pay(
  sponsor: Sponsor,
  token: FuelToken,
  payment: Payment,
  terms: Terms,
): Promise<Outcome> {
  const scopes = scopesOf(sponsor, token)
  const { signal } = terms
  if (terms.dryRun) return { kind: 'tried', wei: await sponsor.outbox.quote(payment, scopes, { signal }) }
  const { entry } = await sponsor.outbox.submit(payment, scopes, { signal })
  return { kind: 'sent', entry }
}

/** A wait that was asked for comes after the sender's next request may begin. */
export async function awaitOutcome(sponsor: Sponsor, outcome: Outcome, terms: Terms): Promise<Outcome> {
  if (outcome.kind === 'tried') return outcome
  return {
    kind: 'sent',
    entry: await sponsor.outbox.wait(outcome.entry, terms.wait, { signal: terms.signal }),
  }
}

/** @throws Refusal `SUBJECT_MISMATCH`: the token was issued for another device */
export function requireSubject(token: FuelToken, address: string, what: string): void {
  if (token.subject !== address)
    throw new Refusal('SUBJECT_MISMATCH', `Auth token mismatch: its sub is not ${what}`)
}

/** @throws Refusal `GAS_TOO_HIGH` */
export function requireGas({ limits }: Sponsor, gas: bigint): void {
  if (gas <= BigInt(limits.maxGas)) return
  const facts = { gas: gas.toString(), most: limits.maxGas }
  throw new Refusal('GAS_TOO_HIGH', `the transaction needs more gas (${gas}) than the sponsor pays for`, {
    facts,
  })
}
