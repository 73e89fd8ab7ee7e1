import { abortable, type Clock, EventStreamParser, EventTooLarge } from '@uport-kit/core'
import type { MailboxClient } from './mailbox-client.ts'

/**
 * How a stream ended: `ended`, by the server; `failed`, for the moment; `unsupported`, where the server has none, or something
 * on the way holds it back.
 */
export type WakeStreamEnd = 'ended' | 'failed' | 'unsupported'

export interface WakeStreamOptions {
  readonly client: MailboxClient
  readonly clock: Clock
  /** Who owns the mailboxes. */
  readonly did: string
  /** Their identifiers; 64 at most. */
  readonly mailboxes: readonly string[]
  /** Called with the mailbox that may hold something. */
  readonly wake: (mailbox: string) => void
}

/** Of one event, in characters. */
const MAX_EVENT_LENGTH = 1024
/** Seconds without a sign of life after which a stream counts as broken: three of the server's heartbeats. */
const SILENCE_SECONDS = 45

/**
 * Listens at the server's stream of wake-ups until it ends. Nothing is lost when it does: the next one begins with all that waits.
 *
 * @returns how it ended; never rejects
 */
export async function listenForWakeUps(
  { client, clock, did, mailboxes, wake }: WakeStreamOptions,
  signal: AbortSignal,
): Promise<WakeStreamEnd> {
  const silence = new Silence(clock)
  const both = AbortSignal.any([signal, silence.signal])
  let hasSpoken = false
  try {
    silence.limit(client.timeout)
    const path = `/i/events?mailboxes=${mailboxes.join(',')}`
    const accept = 'text/event-stream'
    const response = await abortable(client.send({ method: 'GET', path, did, accept }, both), both)
    if (!response.ok) return isPassing(response.status) ? 'failed' : 'unsupported'
    const isEvents = /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')
    const reader = isEvents ? response.body?.getReader() : undefined
    if (reader === undefined) return 'unsupported'
    const parser = new EventStreamParser(MAX_EVENT_LENGTH)
    for (;;) {
      const part = await abortable(reader.read(), both)
      if (part.done) return 'ended'
      hasSpoken = true
      silence.limit(SILENCE_SECONDS)
      for (const { data } of parser.push(part.value)) {
        const mailbox = mailboxOf(data)
        if (mailbox !== undefined) wake(mailbox)
      }
    }
  } catch (cause) {
    if (cause instanceof EventTooLarge) return 'unsupported'
    return silence.signal.aborted && !hasSpoken ? 'unsupported' : 'failed'
  } finally {
    silence.end()
  }
}

/** A deadline that moves. */
class Silence {
  readonly #clock: Clock
  readonly #controller = new AbortController()
  #cancel = (): void => undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  limit(seconds: number): void {
    this.#cancel()
    this.#cancel = this.#clock.after(seconds, () => this.#controller.abort())
  }

  /** Lets go of what still runs. */
  end(): void {
    this.#cancel()
    this.#controller.abort()
  }
}

/** Whether another try may help: the server is overloaded, failing, or knows a newer token. */
function isPassing(status: number): boolean {
  return status === 401 || status === 408 || status === 425 || status === 429 || status >= 500
}

/** The mailbox that an event names. */
function mailboxOf(data: string): string | undefined {
  return /^\{"mailbox":"([\w-]{43})"\}$/.exec(data)?.[1]
}
