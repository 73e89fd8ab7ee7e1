import type { Clock, KeyStore, Options } from '@uport-kit/core'
import { decodeHex, encodeHex, keccak256 } from '@uport-kit/core'
import {
  type ChainReader,
  type Fees,
  KeyStoreSigner,
  nodeErrorOf,
  type Receipt,
} from '@uport-kit/core/ethereum'
import { KeyedQueue } from '@uport-kit/server-operations'
import { Refusal } from '../refusal.ts'
import type { SponsorBudgets } from '../sponsor-budgets.ts'
import { formatWei } from '../sponsor-budgets.ts'
import type { SponsorLimits } from '../sponsor-limits.ts'
import { failureName, type SponsorLog } from '../sponsor-log.ts'
import type { SponsorChange, SponsorStore } from '../stores/sponsor-store.ts'
import { BudgetBook, type BudgetScope } from './budget-book.ts'
import { affordable, ceilingOf } from './fee-policy.ts'
import {
  type Attempt,
  decodeEntry,
  encodeEntry,
  type OutboxEntry,
  type Payment,
  priceOf,
} from './outbox-entry.ts'

export interface OutboxParts {
  readonly chain: ChainReader
  readonly chainId: bigint
  readonly keys: KeyStore
  readonly keyId: string
  /** The key's account. */
  readonly address: string
  readonly store: SponsorStore
  readonly clock: Clock
  readonly limits: SponsorLimits
  readonly budgets: SponsorBudgets
  readonly log: SponsorLog
}

/** What became of a payment. */
export interface Submission {
  readonly entry: OutboxEntry
  /** Whether it had been sent before: nothing was sent now. */
  readonly repeated: boolean
}

const ENTRY = 'o/'
const ID = 'i/'
const LOCK = 'outbox'
const entryKey = (nonce: number): string => ENTRY + String(nonce).padStart(16, '0')

/**
 * The sponsor's own transactions, one nonce each, in the order of their nonces.
 *
 * Nonce, signed bytes, purpose and reserve of a transaction are stored in one write before it leaves, so that after a crash
 * the same bytes are offered again: no nonce is left out, and nothing is paid twice. `OutboxKeeper` sees them through.
 */
export class Outbox {
  readonly parts: OutboxParts
  readonly book = new BudgetBook()
  readonly #signer: KeyStoreSigner
  readonly #queue = new KeyedQueue()
  readonly #pending = new Map<number, OutboxEntry>()
  readonly #waiters = new Map<number, Set<(entry: OutboxEntry) => void>>()
  #nextNonce = 0
  #onSubmitted: () => void = () => {}

  constructor(parts: OutboxParts) {
    this.parts = parts
    this.#signer = new KeyStoreSigner(parts.keys, parts.keyId)
  }

  /** Reads the store, and the chain for what another run may have sent. */
  async open(options: Options = {}): Promise<void> {
    const { store, chain, address } = this.parts
    await this.book.load(store.entries(BudgetBook.prefix))
    for await (const [, text] of store.entries(ENTRY)) {
      const entry = decodeEntry(text)
      this.#nextNonce = Math.max(this.#nextNonce, entry.nonce + 1)
      if (entry.state === 'pending') this.#pending.set(entry.nonce, entry)
    }
    this.#raiseNonce(await chain.nonce(address, 'pending', options))
  }

  /** Who is told that something waits. */
  set onSubmitted(listener: () => void) {
    this.#onSubmitted = listener
  }

  /** In the order of their nonces. */
  get pending(): readonly OutboxEntry[] {
    return [...this.#pending.values()].sort((one, other) => one.nonce - other.nonce)
  }

  pendingOf(sender: string): readonly OutboxEntry[] {
    return this.pending.filter((entry) => entry.sender === sender)
  }

  /** The transaction for this purpose, if there was one. */
  async find(id: string): Promise<OutboxEntry | undefined> {
    const key = await this.parts.store.get(ID + id)
    const text = key === undefined ? undefined : await this.parts.store.get(key)
    return text === undefined ? undefined : decodeEntry(text)
  }

  /**
   * What a payment would reserve: the most it can cost with every replacement.
   *
   * @throws Refusal `BUDGET_EXHAUSTED`, `SPONSOR_BALANCE_LOW`, `BUSY`, `NETWORK_TOO_EXPENSIVE`
   */
  async quote(payment: Payment, scopes: readonly BudgetScope[], options: Options): Promise<bigint> {
    const facts = await this.#facts(options)
    const { wei } = this.#reserve(payment, facts.fees)
    this.#requireRoom(scopes, wei, facts.balance)
    return wei
  }

  /**
   * Sends a payment, or finds that it was sent before. Resolves when it is stored and was offered to the node; whether the
   * node took it does not matter, since it is offered again.
   *
   * @throws Refusal as `quote`; nothing is stored then
   */
  async submit(payment: Payment, scopes: readonly BudgetScope[], options: Options): Promise<Submission> {
    const facts = await this.#facts(options)
    const submission = await this.#queue.run(LOCK, async (): Promise<Submission> => {
      const known = await this.find(payment.id)
      if (known !== undefined && !mayRepeat(known)) return { entry: known, repeated: true }
      this.#raiseNonce(facts.mined)
      return { entry: await this.#store(payment, scopes, facts), repeated: false }
    })
    if (!submission.repeated) {
      await this.offer(submission.entry)
      this.#onSubmitted()
    }
    return submission
  }

  /** Hands the newest form of a transaction to the node. */
  async offer(entry: OutboxEntry): Promise<void> {
    const raw = entry.attempts.at(-1)?.raw ?? ''
    // One at a time: a node keeps few transactions whose nonce is ahead.
    await this.#queue.run('offer', async () => {
      try {
        await this.parts.chain.send(raw, {})
      } catch (error) {
        if (!isKnownToNode(error))
          this.parts.log({ event: 'failed', operation: `offer ${entry.kind}`, error: failureName(error) })
      }
    })
  }

  /** Signs a transaction anew with other fees, under the same nonce, and stores that. */
  async replace(entry: OutboxEntry, fees: Fees): Promise<OutboxEntry | undefined> {
    return this.#queue.run(LOCK, async () => {
      if (this.#pending.get(entry.nonce) !== entry) return undefined
      const attempt = await this.#sign(entry, entry.nonce, fees)
      const replaced = {
        ...entry,
        attempts: [...entry.attempts, attempt],
        hash: attempt.hash,
        sentAt: this.parts.clock.now(),
      }
      await this.parts.store.write([{ key: entryKey(entry.nonce), value: encodeEntry(replaced) }])
      this.#pending.set(entry.nonce, replaced)
      return replaced
    })
  }

  /** Ends a transaction: its reserve becomes what it cost. */
  async finish(
    entry: OutboxEntry,
    end: Pick<OutboxEntry, 'state' | 'hash' | 'identity'>,
    spent: bigint,
  ): Promise<OutboxEntry | undefined> {
    return this.#queue.run(LOCK, async () => {
      const current = this.#pending.get(entry.nonce)
      if (current === undefined) return undefined
      const finished: OutboxEntry = { ...current, ...end, finishedAt: this.parts.clock.now() }
      const settled = this.book.settle(current.scopes, current.reserved, spent)
      const change = { key: entryKey(entry.nonce), value: encodeEntry(finished) }
      await this.parts.store.write([change, ...settled.changes])
      settled.apply()
      this.#pending.delete(entry.nonce)
      for (const tell of this.#waiters.get(entry.nonce) ?? []) tell(finished)
      return finished
    })
  }

  /** Waits until a transaction ends, for so many seconds at most. Gives it as it then is. */
  async wait(entry: OutboxEntry, seconds: number, { signal }: Options): Promise<OutboxEntry> {
    if (seconds <= 0 || !this.#pending.has(entry.nonce)) return this.#latest(entry)
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(entry.nonce) ?? new Set()
      this.#waiters.set(entry.nonce, waiters)
      const tell = (finished: OutboxEntry): void => {
        cancel()
        signal?.removeEventListener('abort', giveUp)
        waiters.delete(tell)
        if (waiters.size === 0) this.#waiters.delete(entry.nonce)
        resolve(finished)
      }
      const giveUp = (): void => tell(this.#pending.get(entry.nonce) ?? entry)
      const cancel = this.parts.clock.after(seconds, giveUp)
      waiters.add(tell)
      signal?.addEventListener('abort', giveUp, { once: true })
      if (signal?.aborted) giveUp()
    })
  }

  /** Removes what ended long ago, but identities: they are looked up for good. */
  async sweep(): Promise<void> {
    const { store, clock, limits } = this.parts
    const now = clock.now()
    const changes: SponsorChange[] = []
    for await (const [key, text] of store.entries(ENTRY)) {
      const { finishedAt, kind, id, nonce } = decodeEntry(text)
      const isOld = finishedAt !== undefined && finishedAt + limits.keepSeconds <= now
      // The last one says which nonce comes next.
      if (!isOld || kind === 'identity' || nonce === this.#nextNonce - 1) continue
      changes.push({ key, value: undefined })
      if ((await store.get(ID + id)) === key) changes.push({ key: ID + id, value: undefined })
    }
    await this.#queue.run(LOCK, async () => {
      const ended = this.book.forget(now)
      await store.write([...changes, ...ended.changes])
      ended.apply()
    })
  }

  /** Resolves when nothing is being stored or offered. */
  idle(): Promise<void> {
    return this.#queue.idle()
  }

  async #latest(entry: OutboxEntry): Promise<OutboxEntry> {
    return (await this.find(entry.id)) ?? entry
  }

  async #facts(options: Options) {
    const { chain, address } = this.parts
    const [fees, balance, mined] = await Promise.all([
      chain.fees(options),
      chain.balance(address, 'latest', options),
      chain.nonce(address, 'latest', options),
    ])
    return { fees, balance, mined }
  }

  async #store(
    payment: Payment,
    scopes: readonly BudgetScope[],
    { fees: network, balance }: { readonly fees: Fees; readonly balance: bigint },
  ): Promise<OutboxEntry> {
    const { fees, ceiling, wei } = this.#reserve(payment, network)
    this.#requireRoom(scopes, wei, balance)
    const nonce = this.#nextNonce
    const attempt = await this.#sign(payment, nonce, fees)
    const now = this.parts.clock.now()
    const entry: OutboxEntry = {
      ...payment,
      nonce,
      attempts: [attempt],
      ceiling,
      reserved: wei,
      scopes: scopes.map(({ key }) => key),
      state: 'pending',
      createdAt: now,
      sentAt: now,
      hash: attempt.hash,
    }
    const reserve = this.book.reserve(scopes, wei)
    const key = entryKey(nonce)
    const stored = [
      { key, value: encodeEntry(entry) },
      { key: ID + payment.id, value: key },
    ]
    await this.parts.store.write([...stored, ...reserve.changes])
    reserve.apply()
    this.#pending.set(nonce, entry)
    this.#nextNonce = nonce + 1
    this.parts.log({ event: 'sent', kind: entry.kind, nonce, hash: entry.hash })
    return entry
  }

  #reserve(payment: Payment, network: Fees) {
    const { limits, budgets } = this.parts
    const fees = affordable(network, budgets.perGas)
    const ceiling = ceilingOf(fees, limits.maxReplacements, budgets.perGas)
    return { fees, ceiling, wei: payment.gasLimit * ceiling + payment.value }
  }

  #requireRoom(scopes: readonly BudgetScope[], wei: bigint, balance: bigint): void {
    if (this.#pending.size >= this.parts.limits.maxPending)
      throw new Refusal('BUSY', 'too many transactions wait for a block: try again', { retryAfter: 5 })
    this.book.require(scopes, wei)
    const promised = [...this.#pending.values()].reduce((sum, { reserved }) => sum + reserved, 0n)
    if (promised + wei <= balance) return
    const left = balance > promised ? balance - promised : 0n
    const text = `the sponsor's account is short of ether: ${formatWei(left)} is free, ${formatWei(wei)} is needed`
    const facts = { left: left.toString(), needed: wei.toString() }
    throw new Refusal('SPONSOR_BALANCE_LOW', text, { facts, retryAfter: 60 })
  }

  async #sign({ to, data, value, gasLimit }: Payment, nonce: number, fees: Fees): Promise<Attempt> {
    const { chainId } = this.parts
    const raw = await this.#signer.signTransaction({ chainId, to, data, value, gasLimit, nonce, ...fees })
    return { raw, hash: `0x${encodeHex(keccak256(decodeHex(raw) ?? new Uint8Array()))}`, fees }
  }

  #raiseNonce(nonce: bigint): void {
    this.#nextNonce = Math.max(this.#nextNonce, Number(nonce))
  }
}

/** Only what can never be included, or what asks for the same thing anew, is sent again. */
function mayRepeat({ state, kind }: OutboxEntry): boolean {
  return state === 'lost' || (state === 'reverted' && kind === 'identity')
}

function isKnownToNode(error: unknown): boolean {
  const answered = nodeErrorOf(error)
  return (
    answered !== undefined &&
    /already known|known transaction|already imported|nonce too low/i.test(answered.message)
  )
}

/** What a transaction cost: gas, and the ether that it gave away. */
export function costOf(entry: OutboxEntry, { gasUsed, gasPrice, succeeded }: Receipt): bigint {
  // The newest attempt pays the most.
  const last = entry.attempts.at(-1)
  const price = gasPrice ?? (last === undefined ? 0n : priceOf(last.fees))
  return gasUsed * price + (succeeded ? entry.value : 0n)
}
