import type { TopicMessage } from '@uport-kit/core'
import { firstPage, PAGE_BYTES } from './message-page.ts'
import type { Relay } from './relay.ts'

/**
 * The messages after a cursor, as soon as there are any: the first of them, or as many as are short. Reads once more when
 * the time is over, so that what another process wrote into a shared store arrives too.
 *
 * @param seconds how long to wait; ends early when the signal aborts or the relay stops
 * @returns none when the time is over; undefined where there is no such topic (any more)
 */
export async function awaitMessages(
  relay: Pick<Relay, 'store' | 'clock' | 'changes'>,
  name: string,
  cursor: number,
  seconds: number,
  signal: AbortSignal,
): Promise<readonly TopicMessage[] | undefined> {
  let isOver = seconds <= 0
  const bell = new Bell()
  const end = (): void => {
    isOver = true
    bell.ring()
  }
  // Watching starts before the first read: a message that comes between the two rings.
  const unwatch = relay.changes.watch(name, () => bell.ring())
  const cancel = isOver ? undefined : relay.clock.after(seconds, end)
  signal.addEventListener('abort', end)
  try {
    for (;;) {
      const isLast = isOver || signal.aborted || relay.changes.stopped
      const messages = await relay.store.read(name, cursor, { maxBytes: PAGE_BYTES })
      if (messages !== undefined && messages.length > 0) return firstPage(messages, PAGE_BYTES)
      if (isLast || messages === undefined) return messages
      await bell.rung()
    }
  } finally {
    signal.removeEventListener('abort', end)
    cancel?.()
    unwatch()
  }
}

/** Remembers one ring that nobody waited for. */
class Bell {
  #hasRung = false
  #answer: (() => void) | undefined

  ring(): void {
    this.#hasRung = true
    this.#answer?.()
  }

  async rung(): Promise<void> {
    if (!this.#hasRung)
      await new Promise<void>((resolve) => {
        this.#answer = resolve
      })
    this.#hasRung = false
  }
}
