import { type Arrival, type Clock, type Options, UportError, type WalletStore } from '@uport-kit/core'
import { Collection } from './collection.ts'

/** A request that waits for its turn. Not verified yet: that is done anew each time it is shown. */
export interface PendingRecord {
  /** base64url SHA-256 of what the requester signed; of the text where nobody did. */
  readonly id: string
  /** As a URI with the token inside, whatever form it came in. */
  readonly uri: string
  readonly signed: boolean
  /** Whether the bytes of the token came with the request, or were pinned by it. */
  readonly pinned: boolean
  readonly arrival: Arrival
  /** Unix seconds. */
  readonly receivedAt: number
  /** Counts up in the order of arrival. */
  readonly sequence: number
}

/** The queue of the wallet. What is in it survives a restart. */
export class PendingRequests {
  readonly #records: Collection<PendingRecord>
  readonly #clock: Clock
  readonly #max: number

  constructor(store: WalletStore, clock: Clock, max: number) {
    this.#records = new Collection(store, 'pending')
    this.#clock = clock
    this.#max = max
  }

  /** In the order of arrival. */
  async list(options?: Options): Promise<readonly PendingRecord[]> {
    const records = await this.#records.list(options)
    return [...records].sort((a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : 1))
  }

  get(id: string, options?: Options): Promise<PendingRecord | undefined> {
    return this.#records.get(id, options)
  }

  /**
   * Stores a request, unless it waits already.
   *
   * @throws UportError `WALLET_FULL`
   */
  async add(
    request: Omit<PendingRecord, 'receivedAt' | 'sequence'>,
    options?: Options,
  ): Promise<{ readonly record: PendingRecord; readonly added: boolean }> {
    const waiting = await this.list(options)
    const known = waiting.find(({ id }) => id === request.id)
    if (known !== undefined) return { record: known, added: false }
    if (waiting.length >= this.#max) {
      throw new UportError('WALLET_FULL', 'Too many requests wait already; answer some.', {
        data: { collection: this.#records.name, max: this.#max },
        retryable: true,
      })
    }
    const sequence = (waiting.at(-1)?.sequence ?? 0) + 1
    const record = { ...request, receivedAt: this.#clock.now(), sequence }
    const added = await this.#records.create(record.id, record, options)
    return { record, added }
  }

  remove(id: string, options?: Options): Promise<boolean> {
    return this.#records.delete(id, options)
  }
}
