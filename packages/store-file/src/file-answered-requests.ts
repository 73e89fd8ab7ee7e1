import {
  type AnsweredRequests,
  type Clock,
  type Options,
  sha256Base64url,
  systemClock,
} from '@uport-kit/core'
import { AtomicFiles } from './atomic-files.ts'
import type { FileStoreOptions } from './file-request-store.ts'

/** A request may still verify so long after its expiry, where a wallet forgives old clocks. */
const RETENTION = 300
const SWEEP_INTERVAL = 60

/** The requests that a wallet answered, in files: it never answers twice, also after a restart. */
export class FileAnsweredRequests implements AnsweredRequests {
  readonly #files: AtomicFiles
  readonly #clock: Clock
  #nextSweep = 0

  constructor({ directory, clock = systemClock() }: FileStoreOptions) {
    this.#files = new AtomicFiles(directory)
    this.#clock = clock
  }

  async claim(requestHash: string, expiresAt: number, { signal }: Options = {}): Promise<boolean> {
    signal?.throwIfAborted()
    const until = expiresAt + RETENTION
    if (until <= this.#clock.now()) return false
    const won = await this.#files.create(sha256Base64url(requestHash), String(until))
    await this.#sweep()
    return won
  }

  async #sweep(): Promise<void> {
    if (this.#clock.now() < this.#nextSweep) return
    this.#nextSweep = this.#clock.now() + SWEEP_INTERVAL
    for (const name of await this.#files.names()) {
      const until = Number(await this.#files.read(name))
      if (until <= this.#clock.now()) await this.#files.remove(name)
    }
  }
}
