/** The last argument of every asynchronous method. */
export interface Options {
  /** Aborting it makes the call reject with the signal's reason, soon and without a trace left behind. */
  readonly signal?: AbortSignal | undefined
}
