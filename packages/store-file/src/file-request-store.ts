import {
  type Clock,
  type ConsumeResult,
  type Options,
  type PendingRequest,
  type RequestStore,
  sha256Base64url,
  systemClock,
  UportError,
} from '@uport-kit/core'
import { AtomicFiles } from './atomic-files.ts'

export interface FileStoreOptions {
  /** Made with mode 0700 where it does not exist. One directory for each store. */
  readonly directory: string
  /** Default: the machine's clock. */
  readonly clock?: Clock | undefined
}

/** Seconds a record outlives its request: the port's minimum, and longer than any clock tolerance. */
const RETENTION = 300

/** Seconds between two sweeps of what has expired. */
const SWEEP_INTERVAL = 60

const RECORD = '.json'
const SPENT = '.spent'

/**
 * Requests that wait, in files that the processes of one machine share: a login begun in one worker is verified in
 * another, or after a restart. Records hold the read secrets of reply addresses, so the files are for their owner only.
 */
export class FileRequestStore implements RequestStore {
  readonly #files: AtomicFiles
  readonly #clock: Clock
  #nextSweep = 0

  constructor({ directory, clock = systemClock() }: FileStoreOptions) {
    this.#files = new AtomicFiles(directory)
    this.#clock = clock
  }

  async put(record: PendingRequest, { signal }: Options = {}): Promise<void> {
    signal?.throwIfAborted()
    if (!(await this.#files.create(recordFile(record.id), JSON.stringify(record)))) {
      throw new UportError(
        'REQUEST_ID_IN_USE',
        'The request id is in use; give every request a fresh random id.',
      )
    }
    await this.#sweep()
  }

  async get(id: string, { signal }: Options = {}): Promise<PendingRequest | undefined> {
    signal?.throwIfAborted()
    const record = await this.#read(recordFile(id))
    return record === undefined || this.#isOver(record) ? undefined : record
  }

  async consume(id: string, replyHash: string, options: Options = {}): Promise<ConsumeResult> {
    if ((await this.get(id, options)) === undefined) return 'unknown'
    if (await this.#files.create(spentFile(id), replyHash)) return 'won'
    return (await this.#files.read(spentFile(id))) === replyHash ? 'same' : 'lost'
  }

  async #read(name: string): Promise<PendingRequest | undefined> {
    const text = await this.#files.read(name)
    return text === undefined ? undefined : parseRecord(text)
  }

  #isOver({ expiresAt }: PendingRequest): boolean {
    return this.#clock.now() > expiresAt + RETENTION
  }

  /**
   * The record goes before its tombstone: whoever looks in between finds nothing, never an unspent request. A tombstone
   * alone is what a process left that died in between, or that spent a request while it was swept; nobody asks for it.
   */
  async #sweep(): Promise<void> {
    if (this.#clock.now() < this.#nextSweep) return
    this.#nextSweep = this.#clock.now() + SWEEP_INTERVAL
    for (const name of await this.#files.names()) {
      if (name.endsWith(SPENT)) await this.#removeOrphan(name)
      if (!name.endsWith(RECORD)) continue
      const record = await this.#read(name).catch(() => undefined)
      if (record === undefined || !this.#isOver(record)) continue
      await this.#files.remove(name)
      await this.#files.remove(spentFile(record.id))
    }
  }

  async #removeOrphan(tombstone: string): Promise<void> {
    const record = `${tombstone.slice(0, -SPENT.length)}${RECORD}`
    if ((await this.#files.read(record)) === undefined) await this.#files.remove(tombstone)
  }
}

/** A parser's own message would quote the record, and with it the secret of its reply address. */
function parseRecord(text: string): PendingRequest {
  try {
    const record: PendingRequest = JSON.parse(text)
    return record
  } catch {
    throw new UportError('FILE_STORE_FAILED', 'A stored request is damaged; remove its file.', {
      data: { reason: 'damaged' },
    })
  }
}

/** Ids come from outside; their hash is a name that no path trick reaches. */
function recordFile(id: string): string {
  return `${sha256Base64url(id)}${RECORD}`
}

function spentFile(id: string): string {
  return `${sha256Base64url(id)}${SPENT}`
}
