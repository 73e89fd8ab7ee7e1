import type { Clock } from '@uport-kit/core'
import { pause } from '../pause.ts'
import type { MailboxClient } from './mailbox-client.ts'
import { listenForWakeUps } from './wake-stream.ts'

export interface MailboxAlarmOptions {
  readonly client: MailboxClient
  readonly clock: Clock
  /** Who owns the mailboxes. */
  readonly did: string
  /** Seconds before a stream that failed is opened again; twice as many after each failure that follows. */
  readonly retry: number
  readonly randomBytes: (length: number) => Uint8Array
}

/** Mailboxes of one stream, as many as servers take. */
const MAX_MAILBOXES = 64
/** A stream that lived for so many seconds was none that failed. */
const REAL_STREAM = 5
/** The longest pause is so many times the first. */
const MOST_PATIENCE = 12

/**
 * Says when to look into the mailboxes of one identity: woken by the server's stream while there is one, and at any time where there
 * cannot be one, which leaves the waiting to the server's answers.
 */
export class MailboxAlarm {
  readonly did: string
  readonly #options: MailboxAlarmOptions
  readonly #mailboxes = new Set<string>()
  readonly #rung = new Set<string>()
  readonly #waiting = new Map<string, () => void>()
  #isListening = true
  #renew = new AbortController()

  constructor(options: MailboxAlarmOptions) {
    this.#options = options
    this.did = options.did
  }

  get size(): number {
    return this.#mailboxes.size
  }

  get isFull(): boolean {
    return this.#mailboxes.size >= MAX_MAILBOXES
  }

  /** Whether the server wakes us; else it must be asked, and hold its answers. */
  get isStreaming(): boolean {
    return this.#isListening
  }

  add(mailbox: string): void {
    this.#mailboxes.add(mailbox)
    this.#renew.abort()
  }

  remove(mailbox: string): void {
    this.#mailboxes.delete(mailbox)
    this.#rung.delete(mailbox)
    // A stream that lists one too many does no harm; one for nobody ends.
    if (this.#mailboxes.size === 0) this.#renew.abort()
  }

  /** Resolves when the mailbox may hold something new, and when the listening has ended. */
  async rung(mailbox: string): Promise<void> {
    if (this.isStreaming && !this.#rung.has(mailbox)) {
      await new Promise<void>((resolve) => this.#waiting.set(mailbox, resolve))
      this.#waiting.delete(mailbox)
    }
    this.#rung.delete(mailbox)
  }

  /** Listens, anew when a stream has ended, until there are no mailboxes left or the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    let patience = 1
    while (this.#isListening && this.#mailboxes.size > 0 && !signal.aborted) {
      const begin = clock.now()
      this.#renew = new AbortController()
      const renewed = this.#renew.signal
      const end = await this.#listen(AbortSignal.any([signal, renewed]))
      if (clock.now() - begin >= REAL_STREAM) patience = 1
      if (renewed.aborted || signal.aborted) continue
      if (end === 'unsupported') this.#isListening = false
      else if (end === 'failed' || clock.now() - begin < REAL_STREAM) {
        await pause(clock, this.#pauseFor(patience), signal)
        patience = Math.min(patience * 2, MOST_PATIENCE)
      }
    }
    this.#isListening = false
    for (const mailbox of this.#mailboxes) this.#ring(mailbox)
  }

  /** By chance up to half shorter: all wallets of a server that was down come back at other times. */
  #pauseFor(patience: number): number {
    const [chance = 0] = this.#options.randomBytes(1)
    return this.#options.retry * patience * (1 - chance / 512)
  }

  #listen(signal: AbortSignal): ReturnType<typeof listenForWakeUps> {
    const { client, clock, did } = this.#options
    const wake = (mailbox: string): void => this.#ring(mailbox)
    return listenForWakeUps({ client, clock, did, mailboxes: [...this.#mailboxes], wake }, signal)
  }

  #ring(mailbox: string): void {
    if (!this.#mailboxes.has(mailbox)) return
    this.#rung.add(mailbox)
    this.#waiting.get(mailbox)?.()
  }
}
