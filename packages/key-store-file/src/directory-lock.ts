import { randomBytes } from 'node:crypto'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { abortable, type Clock, type Options } from '@uport-kit/core'
import { ageOf, isRunning } from './abandoned.ts'
import { storeBusy } from './failure.ts'

const TICKET = /^\.uport-lock-([1-9]\d{0,9})-[0-9a-f]{32}$/

/** Who holds the lock needs milliseconds; one this old is stuck, or its process id is in use again. */
const LIFETIME_MS = 60_000
/** Younger than this, a ticket counts although no process of its id is seen: it may run in another container. */
const GRACE_MS = 2000
/** Seconds. */
const PATIENCE = 10
const PAUSE = 0.02

/**
 * A lock for the writers of one directory, in this process and in others of the machine, that survives none of them.
 *
 * Each draws a ticket, a file whose name holds its process id and is never used again, and then looks who else has one.
 * Who sees no other has the lock, because of two who overlap the later one sees the earlier one's ticket. Who sees one
 * gives way and tries again; where two see one another, the lower name keeps its ticket, so that one gets on. A ticket of
 * a process that died is removed by whoever meets it, which is safe because its name stands for nobody else.
 */
export class DirectoryLock {
  readonly #path: string
  readonly #clock: Clock

  constructor(path: string, clock: Clock) {
    this.#path = path
    this.#clock = clock
  }

  /**
   * Does the work while nobody else holds the lock. A signal ends the waiting, not the work.
   *
   * @throws UportError `KEY_STORE_FAILED` (`busy`) when the turn does not come; what the file system throws
   */
  async hold<T>(work: () => Promise<T>, { signal }: Options): Promise<T> {
    let ticket: string | undefined
    let late = false
    const cancel = this.#clock.after(PATIENCE, () => {
      late = true
    })
    try {
      for (;;) {
        signal?.throwIfAborted()
        const mine: string = ticket ?? (await this.#draw())
        ticket = mine
        const tickets = await this.#living()
        // Another container, which does not see this process, may have removed it.
        const drawn = tickets.includes(mine)
        if (drawn && tickets.length === 1) return await work()
        if (late) throw storeBusy()
        if (!drawn || tickets.some((other) => other < mine)) {
          await this.#discard(mine)
          ticket = undefined
        }
        await this.#pause(signal)
      }
    } finally {
      cancel()
      if (ticket !== undefined) await this.#discard(ticket)
    }
  }

  /** Removes the tickets of those who died. */
  async removeAbandoned(): Promise<void> {
    await this.#living()
  }

  async #draw(): Promise<string> {
    const ticket = `.uport-lock-${process.pid}-${randomBytes(16).toString('hex')}`
    await writeFile(join(this.#path, ticket), '', { flag: 'wx', mode: 0o600 })
    return ticket
  }

  /** The tickets of all who are alive, one's own among them. */
  async #living(): Promise<string[]> {
    const living: string[] = []
    for (const name of await readdir(this.#path)) {
      const pid = TICKET.exec(name)?.[1]
      if (pid === undefined) continue
      if (await this.#isAbandoned(name, Number(pid))) await this.#discard(name)
      else living.push(name)
    }
    return living
  }

  async #isAbandoned(ticket: string, pid: number): Promise<boolean> {
    const age = await ageOf(join(this.#path, ticket))
    if (age === undefined) return true
    return age > LIFETIME_MS || (age > GRACE_MS && !isRunning(pid))
  }

  /** One that cannot be removed grows old. */
  async #discard(ticket: string): Promise<void> {
    await rm(join(this.#path, ticket), { force: true }).catch(() => {})
  }

  async #pause(signal: AbortSignal | undefined): Promise<void> {
    let cancel = () => {}
    const over = new Promise<void>((resolve) => {
      cancel = this.#clock.after(PAUSE, resolve)
    })
    await abortable(over, signal).finally(() => cancel())
  }
}
