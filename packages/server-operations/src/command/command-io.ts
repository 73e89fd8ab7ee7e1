/** What a command has of the world. */
export interface CommandIo {
  /** Writes a line to standard output. */
  out(line: string): void
  /** Writes a line to standard error. */
  err(line: string): void
  /** Aborting it stops the server. */
  readonly signal: AbortSignal
}

/** The output of this process; its signal aborts with SIGINT and SIGTERM. */
export function processIo(): CommandIo {
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // Once: the second signal ends the process as usual, for whoever does not want to wait.
    process.once(name, () => stopping.abort())
  }
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    signal: stopping.signal,
  }
}
