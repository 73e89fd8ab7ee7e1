import type { Clock } from '../ports/clock.ts'
import type { ReplyBody } from '../ports/reply-channel.ts'
import { type Deferred, deferred } from './deferred.ts'

/** A reply that waits to be judged, and how often it was put off. */
export interface QueuedReply {
  readonly body: ReplyBody
  readonly tries: number
}

const MAX_DELAY_SECONDS = 30

/** Replies held at a time, waiting or put off: what floods a channel must not flood this process. */
const MAX_HELD = 64

/**
 * The replies of one exchange in the order of arrival. One that cannot be judged now, because a source failed, comes
 * back after 1, 2, 4, ... 30 seconds while the exchange lasts.
 */
export class ReplyQueue {
  readonly #clock: Clock
  readonly #waiting: QueuedReply[] = []
  readonly #alarms = new Set<() => void>()
  #wake: Deferred<void> = deferred()
  #taken: Deferred<void> = deferred()
  #closed = false
  #failure: { readonly reason: unknown } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Reads a channel into the queue until it ends; its failure shows once nothing is left to judge. */
  async fill(replies: AsyncIterable<ReplyBody>): Promise<void> {
    try {
      for await (const body of replies) {
        this.#push({ body, tries: 0 })
        while (this.#waiting.length >= MAX_HELD) await this.#taken.promise
        if (this.#closed) return
      }
    } catch (reason) {
      this.#failure = { reason }
      this.#wake.resolve()
    }
  }

  /** @throws the reason why the channel failed, once every reply was judged */
  async next(): Promise<QueuedReply> {
    for (;;) {
      const reply = this.#waiting.shift()
      if (reply !== undefined) {
        this.#taken.resolve()
        this.#taken = deferred()
        return reply
      }
      if (this.#failure !== undefined && this.#alarms.size === 0) throw this.#failure.reason
      await this.#wake.promise
      this.#wake = deferred()
    }
  }

  /** Takes a reply back for a later try, unless too many are put off already. */
  postpone({ body, tries }: QueuedReply): void {
    if (this.#alarms.size >= MAX_HELD) return
    const cancel = this.#clock.after(Math.min(2 ** tries, MAX_DELAY_SECONDS), () => {
      this.#alarms.delete(cancel)
      this.#push({ body, tries: tries + 1 })
    })
    this.#alarms.add(cancel)
  }

  /** Lets everything go; whoever waits in `next` gets the reason. */
  close(reason: unknown): void {
    for (const cancel of this.#alarms) cancel()
    this.#alarms.clear()
    this.#waiting.length = 0
    this.#closed = true
    this.#failure = { reason }
    this.#wake.resolve()
    this.#taken.resolve()
  }

  #push(reply: QueuedReply): void {
    this.#waiting.push(reply)
    this.#wake.resolve()
  }
}
