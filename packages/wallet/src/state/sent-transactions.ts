import { type Clock, type Did, isUportError, type Options, type WalletStore } from '@uport-kit/core'
import type { ActivityKind, ActivityLog } from './activity-log.ts'
import { Collection } from './collection.ts'
import type { Networks, WalletNetwork } from './networks.ts'

/** A transaction that this wallet sent. */
export interface SentTransaction {
  /** `0x` hex. */
  readonly hash: string
  /** `0x` hex. */
  readonly network: string
  readonly requestId: string
  readonly requester: Did
  readonly identity: Did
  /** Code of the error, where it was sent and no node confirmed that it arrived. */
  readonly code?: string | undefined
}

/**
 * Waits until a transaction is in a block and succeeded. Rejects with `TRANSACTION_REVERTED`, `TRANSACTION_REPLACED`,
 * `TRANSACTION_DROPPED`; with anything else, such as `TRANSACTION_TIMEOUT`, where that is not known yet.
 */
export type TransactionFollower = (hash: string, network: WalletNetwork, options?: Options) => Promise<void>

interface Followed extends SentTransaction {
  /** Unix seconds. */
  readonly at: number
}

/** What is known of a transaction that will never succeed. */
const ENDS: ReadonlyMap<string, ActivityKind> = new Map([
  ['TRANSACTION_REVERTED', 'reverted'],
  ['TRANSACTION_REPLACED', 'dropped'],
  ['TRANSACTION_DROPPED', 'dropped'],
])

/** Seconds after which a transaction that no node has heard of will not come. */
const UNHEARD = 600

/** Seconds after which nobody waits for a block any longer. */
const PATIENCE = 86_400

/** The transactions of which it is not known yet what became of them. They survive a restart. */
export class SentTransactions {
  readonly #records: Collection<Followed>
  readonly #activity: ActivityLog
  readonly #networks: Networks
  readonly #clock: Clock
  readonly #follow: TransactionFollower | undefined
  /** Keys of those that a call of `follow` has in hand. */
  readonly #inHand = new Set<string>()

  constructor(
    store: WalletStore,
    activity: ActivityLog,
    networks: Networks,
    clock: Clock,
    follow: TransactionFollower | undefined,
  ) {
    this.#records = new Collection(store, 'transactions')
    this.#activity = activity
    this.#networks = networks
    this.#clock = clock
    this.#follow = follow
  }

  /** Remembers a transaction that is on its way. */
  async add(sent: SentTransaction): Promise<void> {
    if (this.#follow !== undefined) {
      await this.#records.put(keyOf(sent), { ...sent, at: this.#clock.now() })
    }
    await this.#log(sent, 'submitted', sent.code)
  }

  /**
   * Waits for what became of each, but those that another call has in hand.
   *
   * @returns of how many of these it is still unknown
   */
  async follow(options: Options = {}): Promise<number> {
    const follow = this.#follow
    if (follow === undefined) return 0
    const free = (await this.#records.list(options)).filter((one) => !this.#inHand.has(keyOf(one)))
    const settled = await Promise.all(free.map((one) => this.#settle(one, follow, options)))
    return settled.filter((isSettled) => !isSettled).length
  }

  async #settle(sent: Followed, follow: TransactionFollower, options: Options): Promise<boolean> {
    const key = keyOf(sent)
    this.#inHand.add(key)
    try {
      const end = await this.#endOf(sent, follow, options)
      // Of two processes that follow it, one writes the line.
      if (end !== undefined && (await this.#records.delete(key))) await this.#log(sent, ...end)
      return end !== undefined
    } finally {
      this.#inHand.delete(key)
    }
  }

  async #endOf(
    { hash, network, requester, at }: Followed,
    follow: TransactionFollower,
    options: Options,
  ): Promise<readonly [kind: ActivityKind, code?: string] | undefined> {
    try {
      await follow(hash, await this.#networks.require(network, requester, options), options)
      return ['confirmed']
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!isUportError(error)) throw error
      const { code } = error
      const end = ENDS.get(code)
      if (end !== undefined) return [end, code]
      const patience = code === 'TRANSACTION_UNKNOWN' ? UNHEARD : PATIENCE
      return this.#clock.now() > at + patience ? ['dropped', code] : undefined
    }
  }

  #log(
    { hash, network, requestId, requester, identity }: SentTransaction,
    kind: ActivityKind,
    code?: string,
  ) {
    return this.#activity.add({
      kind,
      requestId,
      requester,
      identity,
      transaction: { hash, network },
      code,
    })
  }
}

function keyOf({ network, hash }: SentTransaction): string {
  return `${network} ${hash}`
}
