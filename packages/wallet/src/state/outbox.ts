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
  /** What was decided. Unknown for what was stored before this was kept. */
  readonly decision?: SettledAnswer['decision'] | undefined
}

/** An answer that is on its way no longer, and what was decided. */
export interface SettledAnswer {
  readonly id: string
  readonly decision: 'approved' | 'declined' | 'failed'
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
  sendersFor(id: string, about: Pick<Outgoing, 'expiresAt' | 'decision'>): readonly ReplySender[] {
    return this.#senders.map((sender) =>
      sender.mode === 'post'
        ? {
            mode: 'post',
            send: (target, body, options) => this.#send(sender, { id, target, body, ...about }, options),
          }
        : sender,
    )
  }

  /** Whether the answer to this request waits here. */
  async holds(id: string, options?: Options): Promise<boolean> {
    return (await this.#answers.get(id, options)) !== undefined
  }

  /** What was decided about this request, where its answer waits here. */
  async decisionOf(id: string, options?: Options): Promise<SettledAnswer['decision'] | undefined> {
    const answer = await this.#answers.get(id, options)
    return answer && decisionOf(answer)
  }

  /** Ids of the requests whose answers have not arrived. */
  ids(options?: Options): Promise<readonly string[]> {
    return this.#answers.keys(options)
  }

  /**
   * Tries once to deliver each answer.
   *
   * @param onSettled is awaited before an answer that has arrived, or never will, is forgotten
   * @returns the ids of those that never will arrive
   */
  async flush(
    onSettled: (answer: SettledAnswer) => Promise<void>,
    options?: Options,
  ): Promise<readonly string[]> {
    const lost: string[] = []
    for (const answer of await this.#answers.list(options)) {
      const { id } = answer
      const ending = await this.#deliver(answer, options)
      if (ending === 'later') continue
      await onSettled({ id, decision: decisionOf(answer) })
      // Who finds it gone has not lost it: another tab has, and says so.
      if ((await this.#answers.delete(id)) && ending === 'lost') lost.push(id)
    }
    return lost
  }

  async #deliver(
    { target, body, expiresAt }: Outgoing,
    options: Options | undefined,
  ): Promise<'sent' | 'lost' | 'later'> {
    const sender = this.#senders.find(({ mode }) => mode === 'post')
    if (sender === undefined || this.#clock.now() > expiresAt + GRACE) return 'lost'
    try {
      await sender.send(new URL(target), body, options)
      return 'sent'
    } catch (error) {
      options?.signal?.throwIfAborted()
      return isUportError(error) && error.retryable ? 'later' : 'lost'
    }
  }

  async #send(
    sender: ReplySender,
    { target, ...answer }: Omit<Outgoing, 'target'> & { readonly target: URL },
    options?: Options,
  ): Promise<void> {
    const { id, body } = answer
    await this.#answers.put(id, { ...answer, target: target.href })
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

/** What is sealed does not tell. */
function decisionOf({ decision, body: { error } }: Outgoing): SettledAnswer['decision'] {
  if (decision !== undefined) return decision
  if (error === undefined) return 'approved'
  return error === 'access_denied' ? 'declined' : 'failed'
}
