import type { Arrival, Clock, Did, Options, WalletStore } from '@uport-kit/core'
import { Collection } from './collection.ts'

/**
 * What happened. `unsent`: it was answered, and the answer could not be delivered. The last four are of a transaction that the
 * wallet sent: it is on its way, in a block, in a block without effect, or never will be.
 */
export type ActivityKind =
  | 'received'
  | 'rejected'
  | 'approved'
  | 'declined'
  | 'failed'
  | 'unsent'
  | 'expired'
  | 'submitted'
  | 'confirmed'
  | 'reverted'
  | 'dropped'

/** One line of the wallet's history. Names of claims, never their values; no tokens. */
export interface Activity {
  /** Unix seconds. */
  readonly at: number
  readonly kind: ActivityKind
  readonly requestId: string
  readonly requestType?: string | undefined
  readonly requester?: Did | undefined
  readonly arrival?: Arrival | undefined
  /** Where the answer went. */
  readonly recipient?: string | undefined
  readonly identity?: Did | undefined
  /** Names of what was told or kept. */
  readonly names?: readonly string[] | undefined
  readonly transaction?: { readonly network: string; readonly hash: string } | undefined
  /** Code of the error. */
  readonly code?: string | undefined
}

/** How many lines are added between two looks at the bound. */
const TRIM_INTERVAL = 32

/** What the wallet did, the newest lines of it. */
export class ActivityLog {
  readonly #lines: Collection<Activity>
  readonly #clock: Clock
  readonly #max: number
  #untilTrim = 0

  constructor(store: WalletStore, clock: Clock, max: number) {
    this.#lines = new Collection(store, 'activity')
    this.#clock = clock
    this.#max = max
  }

  /** The lines, oldest first; at most 32 more than the wallet's bound. */
  list(options?: Options): Promise<readonly Activity[]> {
    return this.#lines.list(options)
  }

  async add(line: Omit<Activity, 'at'>): Promise<void> {
    const at = this.#clock.now()
    // Lines of one second are numbered; `create` finds the next free number, also beside another process.
    for (let number = 0; ; number++) {
      if (await this.#lines.create(`${padded(at, 12)}-${padded(number, 6)}`, { at, ...line })) break
    }
    await this.#trim()
  }

  async clear(options?: Options): Promise<void> {
    for (const key of await this.#lines.keys(options)) await this.#lines.delete(key, options)
  }

  async #trim(): Promise<void> {
    if (this.#untilTrim-- > 0) return
    this.#untilTrim = TRIM_INTERVAL
    const keys = await this.#lines.keys()
    for (const key of keys.slice(0, Math.max(0, keys.length - this.#max))) await this.#lines.delete(key)
  }
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}
