/** The time an exchange lives by. Injected, so that tests move it and nothing sleeps. */
export interface Clock {
  /** Unix time in whole seconds. */
  now(): number
  /**
   * Calls `ring` once, `seconds` from now (0 or less: as soon as possible, never synchronously).
   *
   * @returns a function that cancels the alarm; calling it late or twice is harmless
   */
  after(seconds: number, ring: () => void): () => void
}
