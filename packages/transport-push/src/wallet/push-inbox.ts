import { type IncomingRequest, type Intake, isUportError, type Options } from '@uport-kit/core'
import { pause } from '../pause.ts'
import { Handover } from './handover.ts'
import { Mailbox, type MailboxMessage } from './mailbox.ts'
import { MailboxAlarm } from './mailbox-alarm.ts'
import type { PushGrants, WakeSubscription } from './push-grants.ts'

export interface PushInboxOptions {
  readonly grants: PushGrants
  /** Seconds that the server holds a question while nothing comes, where no stream gets through. Default 25. */
  readonly wait?: number | undefined
  /** Seconds before what failed for the moment is tried again. Default 5. */
  readonly retry?: number | undefined
}

/**
 * The wallet's way in for pushed requests: has the server wake it for the mailboxes of all grants, opens what comes, and hands it on. A
 * message leaves the server when the wallet acknowledged it, so none is lost to a crash; what cannot be read, or was not
 * issued by whom the grant is for, is dropped.
 *
 * Runs in pages and in service workers: a worker that lives for moments takes what is `waiting`.
 */
export class PushInbox implements Intake {
  readonly id = 'push'
  readonly #grants: PushGrants
  readonly #wait: number
  readonly #retry: number

  /** @throws TypeError where a time is no positive number */
  constructor({ grants, wait = 25, retry = 5 }: PushInboxOptions) {
    if (!(wait >= 1 && wait <= 60 && retry > 0))
      throw new TypeError('wait is 1 to 60 seconds, retry more than 0')
    this.#grants = grants
    this.#wait = Math.ceil(wait)
    this.#retry = retry
  }

  /**
   * What waits and what comes, from the mailboxes of all grants, those given later too. Ends when the signal aborts.
   *
   * @throws from its iteration: what the wallet's stores reject with, where that is no UportError
   */
  async *requests(options: Options = {}): AsyncGenerator<IncomingRequest, void> {
    if (options.signal?.aborted === true) return
    const stop = new AbortController()
    const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal])
    const handover = new Handover<IncomingRequest>()
    const end = (): void => handover.end()
    signal.addEventListener('abort', end)
    const fail = (error: unknown): void => {
      if (!signal.aborted) handover.end(error)
    }
    const reading = new Reading(this.#grants, {
      wait: this.#wait,
      retry: this.#retry,
      handover,
      fail,
      signal,
    })
    const unwatch = this.#grants.watch(() => void reading.refresh().catch(fail))
    try {
      await reading.refresh()
      yield* handover.take()
    } finally {
      unwatch()
      signal.removeEventListener('abort', end)
      stop.abort()
      handover.end()
      await reading.ended()
    }
  }

  /**
   * What waits now, and no more: for a service worker that a Web Push has woken.
   *
   * @param options `mailbox`: the one that the Web Push named; default all
   * @throws UportError from its iteration, after all mailboxes were looked into: `PUSH_INBOX_FAILED`, the codes of the key store
   */
  async *waiting(
    options: Options & { readonly mailbox?: string | undefined } = {},
  ): AsyncGenerator<IncomingRequest, void> {
    const grants = await this.#grants.list(options)
    let failure: unknown
    for (const grant of grants) {
      if (options.mailbox !== undefined && options.mailbox !== grant.id) continue
      const mailbox = new Mailbox(this.#grants, grant)
      try {
        const messages = await mailbox.read(0, options)
        if (Array.isArray(messages)) yield* handOn(mailbox, messages, options)
      } catch (error) {
        if (!isUportError(error)) throw error
        failure ??= error
      }
    }
    if (failure !== undefined) throw failure
  }

  /**
   * Has the server wake this browser by Web Push when something comes into any mailbox, those of later grants too. What the Web
   * Push says is `{"mailbox": id}`. Call it at each start: browsers replace subscriptions.
   *
   * @param subscription what `pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })` gave for
   * `grants.wakeKey()`, as `toJSON()` says it
   * @throws UportError `PUSH_INBOX_FAILED`, also where the push service is none that the server may contact
   */
  register(subscription: WakeSubscription, options?: Options): Promise<void> {
    return this.#grants.wakeAllBy(subscription, options)
  }

  /** Has the server wake this browser no more. @throws UportError `PUSH_INBOX_FAILED` */
  unregister(options?: Options): Promise<void> {
    return this.#grants.wakeAllBy(undefined, options)
  }
}

interface ReadingParts {
  readonly wait: number
  readonly retry: number
  readonly handover: Handover<IncomingRequest>
  /** Ends the inbox. */
  readonly fail: (error: unknown) => void
  readonly signal: AbortSignal
}

/** The reading of all mailboxes until a signal aborts. */
class Reading {
  readonly #grants: PushGrants
  readonly #parts: ReadingParts
  readonly #readers = new Map<string, Promise<void>>()
  readonly #alarms = new Map<MailboxAlarm, Promise<void>>()

  constructor(grants: PushGrants, parts: ReadingParts) {
    this.#grants = grants
    this.#parts = parts
  }

  /** Begins to read the mailboxes that are not read yet. */
  async refresh(): Promise<void> {
    const { signal, fail } = this.#parts
    const started = new Set<MailboxAlarm>()
    for (const grant of await this.#grants.list({ signal })) {
      if (this.#readers.has(grant.id) || signal.aborted) continue
      const alarm = this.#alarmOf(grant.did, started)
      alarm.add(grant.id)
      const reader = this.#follow(new Mailbox(this.#grants, grant), alarm).finally(() => {
        alarm.remove(grant.id)
        this.#readers.delete(grant.id)
      })
      this.#readers.set(grant.id, reader)
      reader.catch(fail)
    }
    for (const alarm of started) {
      const run = alarm.run(signal).finally(() => this.#alarms.delete(alarm))
      this.#alarms.set(alarm, run)
      run.catch(fail)
    }
  }

  async ended(): Promise<void> {
    await Promise.allSettled([...this.#readers.values(), ...this.#alarms.values()])
  }

  /** One of the identity's with room; else a new one, which is started when all its mailboxes are known. */
  #alarmOf(did: string, started: Set<MailboxAlarm>): MailboxAlarm {
    for (const alarm of [...this.#alarms.keys(), ...started]) {
      if (alarm.did === did && alarm.isStreaming && !alarm.isFull) return alarm
    }
    const { client, clock, randomBytes } = this.#grants
    const alarm = new MailboxAlarm({ client, clock, did, randomBytes, retry: this.#parts.retry })
    started.add(alarm)
    return alarm
  }

  /** Reads one mailbox until it is gone, its grant has ended or the signal aborts. */
  async #follow(mailbox: Mailbox, alarm: MailboxAlarm): Promise<void> {
    const { signal, retry } = this.#parts
    const { id, expiresAt } = mailbox.grant
    let state: 'done' | 'again' | 'gone' = 'done'
    while (state !== 'gone' && expiresAt > mailbox.clock.now()) {
      if (state === 'again') await pause(mailbox.clock, retry, signal)
      else await alarm.rung(id)
      if (signal.aborted) return
      state = await this.#turn(mailbox, alarm).catch(tryAgainIfCoded)
    }
  }

  /** Asks once and hands on what came. */
  async #turn(mailbox: Mailbox, alarm: MailboxAlarm): Promise<'done' | 'again' | 'gone'> {
    const { handover, signal, wait } = this.#parts
    const messages = await mailbox.read(alarm.isStreaming ? 0 : wait, { signal })
    if (messages === 'gone') return 'gone'
    if (messages === undefined) return 'again'
    const items = handOn(mailbox, messages, { signal })
    for (;;) {
      const next = await items.next()
      if (next.done === true) return next.value ? 'done' : 'again'
      await handover.give(next.value)
    }
  }
}

/**
 * Opens messages in their order.
 *
 * @returns false where one was not acknowledged before the next was asked for: it comes again, with all that follow it
 */
async function* handOn(
  mailbox: Mailbox,
  messages: readonly MailboxMessage[],
  options: Options,
): AsyncGenerator<IncomingRequest, boolean> {
  for (const { cursor, box } of messages) {
    const text = box === undefined ? undefined : await mailbox.open(box, options)
    let isAcknowledged = false
    const acknowledge = async (): Promise<void> => {
      await mailbox.acknowledge(cursor)
      isAcknowledged = true
    }
    if (text === undefined) await acknowledge()
    else yield { arrival: 'push', text, acknowledge }
    if (!isAcknowledged) return false
  }
  return true
}

/**
 * A server that fails, an identity or a key that is not there: it may come back, and holds up no other mailbox. Anything else ends
 * the inbox.
 */
function tryAgainIfCoded(error: unknown): 'again' {
  if (isUportError(error)) return 'again'
  throw error
}
