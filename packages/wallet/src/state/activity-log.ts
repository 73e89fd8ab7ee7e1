import type { Arrival, Clock, Did, Options, WalletStore } from '@uport-kit/core'
import { Collection } from './collection.ts'
import type { PendingRecord } from './pending-requests.ts'

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

/** A line as it is stored: lines of one second are in this order. What was stored before this was kept has its key's. */
interface StoredLine extends Activity {
  readonly order?: number | undefined
}

/** A request as the queue has it, and so as every tab on the same store has it. */
type Queued = Pick<PendingRecord, 'id' | 'receivedAt' | 'arrival'>

/** How many lines are added between two looks at the bound. */
const TRIM_INTERVAL = 32

/** What the wallet did, the newest lines of it. */
export class ActivityLog {
  readonly #lines: Collection<StoredLine>
  readonly #clock: Clock
  readonly #max: number
  #untilTrim = 0

  constructor(store: WalletStore, clock: Clock, max: number) {
    this.#lines = new Collection(store, 'activity')
    this.#clock = clock
    this.#max = max
  }

  /** The lines, oldest first; at most 32 more than the wallet's bound. */
  async list(options?: Options): Promise<readonly Activity[]> {
    const lines = [...(await this.#lines.list(options))]
    lines.sort((one, other) => one.at - other.at || (one.order ?? 0) - (other.order ?? 0))
    return lines.map(({ order: _, ...line }) => line)
  }

  async add(line: Omit<Activity, 'at'>): Promise<void> {
    const at = this.#clock.now()
    // Lines of one second are numbered; `create` finds the next free number, also beside another process.
    for (let number = 0; ; number++) {
      if (await this.#lines.create(lineKey(at, number), { at, ...line, order: number })) break
    }
    await this.#trim()
  }

  /** Writes down how a request ended, by whoever decided it: over what another tab has noted of it, who knows less. */
  async end(request: Queued, line: EndLine): Promise<void> {
    await this.#lines.put(endKey(request), await this.#ending(request, line))
    await this.#trim()
  }

  /** Notes how a request ended, unless that is written down: several tabs may find it. */
  async noteEnd(request: Queued, line: EndLine): Promise<void> {
    if (await this.#lines.create(endKey(request), await this.#ending(request, line))) await this.#trim()
  }

  /** Behind the lines that are there, before the next one. */
  async #ending({ id, arrival }: Queued, line: EndLine): Promise<StoredLine> {
    const at = this.#clock.now()
    let next = 0
    while ((await this.#lines.get(lineKey(at, next))) !== undefined) next++
    return { at, requestId: id, arrival, ...line, order: next - 0.5 }
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

type EndLine = Omit<Activity, 'at' | 'requestId' | 'arrival'>

function lineKey(at: number, number: number): string {
  return `${padded(at, 12)}-${padded(number, 6)}`
}

/** One for each time that a request was taken into the queue. */
function endKey({ id, receivedAt }: Queued): string {
  return `${padded(receivedAt, 12)}-end-${id}`
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}
