import type { IncomingRequest, Intake, Options } from '@uport-kit/core'
import { ChangeFeed } from '../change-feed.ts'

/** Links that wait: whoever can open the wallet can open it often. */
const CAPACITY = 16

/**
 * The wallet's way in by link: the host passes on each address that the system opened the wallet with, in a web wallet
 * those of its own `/req/` page. What is not acknowledged is yielded again to the next reader.
 */
export class LinkIntake implements Intake {
  readonly id = 'link'
  readonly #links: string[] = []
  readonly #changes = new ChangeFeed()

  /** @returns false where too many links wait already, and this one was dropped */
  receive(text: string): boolean {
    if (this.#links.includes(text)) return true
    if (this.#links.length >= CAPACITY) return false
    this.#links.push(text)
    this.#changes.notify()
    return true
  }

  async *requests(options: Options = {}): AsyncGenerator<IncomingRequest> {
    const seen = new Set<string>()
    for (;;) {
      options.signal?.throwIfAborted()
      const text = this.#links.find((link) => !seen.has(link))
      if (text === undefined) {
        await this.#changes.next(options.signal)
        continue
      }
      seen.add(text)
      yield {
        arrival: 'link',
        text,
        acknowledge: async () => {
          const index = this.#links.indexOf(text)
          if (index >= 0) this.#links.splice(index, 1)
          seen.delete(text)
        },
      }
    }
  }
}
