/**
 * Tells the processes that share a TopicStore which topics changed. Its messages are hints: one may get lost, so whoever
 * waits reads the store again from time to time, and whenever `lost` is called.
 */
export interface TopicBus {
  /** Tells every process, this one too. Never rejects: what fails is the bus's own to report. */
  publish(name: string): void
  /**
   * Calls `changed` for every topic that changed, and `lost` whenever messages may have been missed, such as after a
   * connection was made anew.
   *
   * @returns ends the subscription
   */
  subscribe(listener: { changed(name: string): void; lost(): void }): () => void
}
