import {
  type Clock,
  isUportError,
  type Options,
  type ReplyBody,
  type ReplySender,
  type WalletStore,
} from '@uport-kit/core'
import { Collection } from './collection.ts'

/** An answer on its way: signed, sealed where it can be, and not known to have arrived. */
interface Outgoing {
  readonly id: string
  readonly target: string
  readonly body: ReplyBody
  /** Unix seconds. */
  readonly expiresAt: number
}

/** An answer is worth delivering so long after its request ended: the application may forgive clocks. */
const GRACE = 300

/**
 * Answers that have not arrived yet. An answer is stored before it is sent, so that a wallet that dies in between sends
 * the same one again, instead of none or another.
 */
export class Outbox {
  readonly #answers: Collection<Outgoing>
  readonly #senders: readonly ReplySender[]
  readonly #clock: Clock

  constructor(store: WalletStore, senders: readonly ReplySender[], clock: Clock) {
    this.#answers = new Collection(store, 'outbox')
    this.#senders = senders
    this.#clock = clock
  }

  /** The same senders, storing what they post. A redirect is no message: a page opened later would surprise. */
  sendersFor(id: string, expiresAt: () => number): readonly ReplySender[] {
    return this.#senders.map((sender) =>
      sender.mode === 'post'
        ? {
            mode: 'post',
            send: (target, body, options) =>
              this.#send(sender, { id, target, body, expiresAt: expiresAt() }, options),
          }
        : sender,
    )
  }

  /** Whether the answer to this request waits here. */
  async holds(id: string, options?: Options): Promise<boolean> {
    return (await this.#answers.get(id, options)) !== undefined
  }

  /** Ids of the requests whose answers have not arrived. */
  ids(options?: Options): Promise<readonly string[]> {
    return this.#answers.keys(options)
  }

  /**
   * Tries once to deliver each answer.
   *
   * @returns the ids that arrived, and those that never will
   */
  async flush(
    options?: Options,
  ): Promise<{ readonly sent: readonly string[]; readonly lost: readonly string[] }> {
    const sent: string[] = []
    const lost: string[] = []
    for (const { id, target, body, expiresAt } of await this.#answers.list(options)) {
      const sender = this.#senders.find(({ mode }) => mode === 'post')
      const isOld = this.#clock.now() > expiresAt + GRACE
      if (sender === undefined || isOld) {
        await this.#answers.delete(id, options)
        lost.push(id)
        continue
      }
      try {
        await sender.send(new URL(target), body, options)
        await this.#answers.delete(id, options)
        sent.push(id)
      } catch (error) {
        options?.signal?.throwIfAborted()
        if (isUportError(error) && error.retryable) continue
        await this.#answers.delete(id, options)
        lost.push(id)
      }
    }
    return { sent, lost }
  }

  async #send(
    sender: ReplySender,
    { id, target, body, expiresAt }: Omit<Outgoing, 'target'> & { readonly target: URL },
    options?: Options,
  ): Promise<void> {
    await this.#answers.put(id, { id, target: target.href, body, expiresAt })
    try {
      await sender.send(target, body, options)
    } catch (error) {
      // What was aborted is kept as well: nobody knows whether it arrived.
      if (isUportError(error) && !error.retryable) await this.#answers.delete(id)
      throw error
    }
    await this.#answers.delete(id)
  }
}
