import { firstLive, messagesName } from './mailbox.ts'
import type { PushRelay } from './push-relay.ts'

/** Tells which of several mailboxes hold something that was not told before. */
export class MailboxWatch {
  readonly #push: PushRelay
  /** Up to which message each was told. */
  readonly #told: Map<string, number>
  /** Which may hold something new: all of them, first. */
  readonly #changed: Set<string>
  readonly #unwatch = new Map<string, () => void>()
  #wake: (() => void) | undefined

  constructor(push: PushRelay, ids: readonly string[]) {
    this.#push = push
    this.#told = new Map(ids.map((id) => [id, 0]))
    this.#changed = new Set(ids)
    for (const id of this.#told.keys()) {
      this.#unwatch.set(
        id,
        push.changes.watch(messagesName(id), () => this.#ring(id)),
      )
    }
  }

  /**
   * Waits for news. Looks into all mailboxes when the time is over, so that what another process stored is found without its word.
   *
   * @returns the mailboxes with news, those among them that are there no more; none when the time is over; undefined when
   * there is nothing left to watch
   */
  async next(seconds: number, signal: AbortSignal): Promise<readonly string[] | undefined> {
    if (this.#told.size === 0) return undefined
    const { clock, changes } = this.#push
    let isOver = false
    const end = (): void => {
      isOver = true
      this.#wake?.()
    }
    const cancel = clock.after(seconds, end)
    signal.addEventListener('abort', end)
    try {
      for (;;) {
        const isLast = isOver || signal.aborted || changes.stopped
        const news = await this.#look(isLast ? [...this.#told.keys()] : [...this.#changed])
        if (isLast || news.length > 0) return news
        if (this.#changed.size === 0 && !isOver) await this.#rung()
      }
    } finally {
      signal.removeEventListener('abort', end)
      cancel()
    }
  }

  close(): void {
    for (const unwatch of this.#unwatch.values()) unwatch()
    this.#wake?.()
  }

  async #look(ids: readonly string[]): Promise<readonly string[]> {
    const news: string[] = []
    for (const id of ids) {
      this.#changed.delete(id)
      const after = this.#told.get(id)
      if (after === undefined) continue
      const first = await firstLive(this.#push, id, after)
      if (first === undefined) this.#forget(id)
      else this.#told.set(id, first.cursor)
      if (first?.isLive !== false) news.push(id)
    }
    return news
  }

  #forget(id: string): void {
    this.#told.delete(id)
    this.#unwatch.get(id)?.()
    this.#unwatch.delete(id)
  }

  #ring(id: string): void {
    this.#changed.add(id)
    this.#wake?.()
  }

  async #rung(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = undefined
  }
}
