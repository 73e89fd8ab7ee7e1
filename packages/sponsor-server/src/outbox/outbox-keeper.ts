import type { Receipt } from '@uport-kit/core/ethereum'
import { failureName } from '../sponsor-log.ts'
import { raisedFees } from './fee-policy.ts'
import { costOf, type Outbox } from './outbox.ts'
import type { OutboxEntry } from './outbox-entry.ts'

/** A node that lags behind another of the same service may know the nonce before the receipt. */
const LOOKS_BEFORE_LOST = 3

/** Transactions that are offered again in one round: as many as a node keeps of one account. */
const MAX_OFFERS = 64

/** Reads from the receipt what the store is to remember of an included transaction. */
export type ReceiptReader = (entry: OutboxEntry, receipt: Receipt) => Pick<OutboxEntry, 'identity'>

/**
 * Sees the outbox through: looks for receipts, offers again what waits, and replaces by a better paid one what holds up
 * the others. It rests while nothing waits.
 */
export class OutboxKeeper {
  readonly #outbox: Outbox
  readonly #read: ReceiptReader
  readonly #stopping = new AbortController()
  readonly #missed = new Map<number, number>()
  #head: { readonly nonce: number; readonly since: number } | undefined
  #offeredAt: number
  #cancel: (() => void) | undefined
  #round: Promise<void> | undefined

  constructor(outbox: Outbox, read: ReceiptReader) {
    this.#outbox = outbox
    this.#read = read
    this.#offeredAt = outbox.parts.clock.now()
    outbox.onSubmitted = () => this.#arm()
  }

  /** Offers what an earlier run left, and goes on from there. */
  async start(): Promise<void> {
    await this.#offerAll()
    this.#arm()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#cancel?.()
    await this.#round
    await this.#outbox.idle()
  }

  #arm(): void {
    const { clock, limits } = this.#outbox.parts
    const isIdle =
      this.#cancel !== undefined || this.#round !== undefined || this.#outbox.pending.length === 0
    if (isIdle || this.#stopping.signal.aborted) return
    this.#cancel = clock.after(limits.pollSeconds, () => {
      this.#cancel = undefined
      this.#round = this.#look()
        .catch((error: unknown) => {
          if (!this.#stopping.signal.aborted)
            this.#outbox.parts.log({ event: 'failed', operation: 'look', error: failureName(error) })
        })
        .finally(() => {
          this.#round = undefined
          this.#arm()
        })
    })
  }

  async #look(): Promise<void> {
    const { chain, address, clock, limits } = this.#outbox.parts
    const { signal } = this.#stopping
    const mined = Number(await chain.nonce(address, 'latest', { signal }))
    for (const entry of this.#outbox.pending) {
      if (entry.nonce >= mined) break
      await this.#settle(entry)
    }
    await this.#hurry(this.#outbox.pending.find(({ nonce }) => nonce >= mined))
    if (clock.now() - this.#offeredAt >= limits.resendSeconds) await this.#offerAll()
  }

  async #settle(entry: OutboxEntry): Promise<void> {
    const { chain, limits, log } = this.#outbox.parts
    const { signal } = this.#stopping
    for (const { hash } of entry.attempts.toReversed()) {
      const receipt = await chain.receipt(hash, { signal })
      if (receipt === undefined) continue
      this.#missed.delete(entry.nonce)
      const depth = (await chain.blockNumber({ signal })) - receipt.blockNumber + 1n
      if (depth < BigInt(limits.confirmations)) return
      const { succeeded } = receipt
      const read = succeeded ? this.#read(entry, receipt) : {}
      const cost = costOf(entry, receipt)
      await this.#outbox.finish(entry, { state: succeeded ? 'succeeded' : 'reverted', hash, ...read }, cost)
      const { kind, nonce } = entry
      log({ event: 'included', kind, nonce, hash, succeeded, cost: cost.toString() })
      return
    }
    await this.#miss(entry)
  }

  async #miss(entry: OutboxEntry): Promise<void> {
    const looks = (this.#missed.get(entry.nonce) ?? 0) + 1
    this.#missed.set(entry.nonce, looks)
    if (looks < LOOKS_BEFORE_LOST) return
    const { chain, log } = this.#outbox.parts
    for (const { hash } of entry.attempts)
      if ((await chain.transaction(hash, { signal: this.#stopping.signal })) !== undefined) return
    this.#missed.delete(entry.nonce)
    await this.#outbox.finish(entry, { state: 'lost', hash: entry.hash }, 0n)
    log({ event: 'lost', nonce: entry.nonce, hash: entry.hash })
  }

  /** The first that waits is replaced when it has waited too long as the first. */
  async #hurry(head: OutboxEntry | undefined): Promise<void> {
    const { chain, clock, limits, log } = this.#outbox.parts
    const now = clock.now()
    if (head?.nonce !== this.#head?.nonce)
      this.#head = head === undefined ? undefined : { nonce: head.nonce, since: now }
    if (head === undefined || this.#head === undefined) return
    if (now - Math.max(this.#head.since, head.sentAt) < limits.stuckSeconds) return
    const last = head.attempts.at(-1)
    const isReplaceable = last !== undefined && head.attempts.length <= limits.maxReplacements
    const fees = isReplaceable
      ? raisedFees(last.fees, await chain.fees({ signal: this.#stopping.signal }), head.ceiling)
      : undefined
    this.#head = { nonce: head.nonce, since: now }
    const replaced = fees === undefined ? undefined : await this.#outbox.replace(head, fees)
    if (replaced === undefined) return log({ event: 'stuck', nonce: head.nonce, hash: head.hash })
    log({ event: 'replaced', nonce: head.nonce, hash: replaced.hash })
    await this.#outbox.offer(replaced)
  }

  async #offerAll(): Promise<void> {
    this.#offeredAt = this.#outbox.parts.clock.now()
    for (const entry of this.#outbox.pending.slice(0, MAX_OFFERS)) {
      if (this.#stopping.signal.aborted) return
      await this.#outbox.offer(entry)
    }
  }
}
