/** How much an operator wants to read, from all to least. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const

export type LogLevel = (typeof LOG_LEVELS)[number]

/** Where log lines go. A pino logger is one; so is any object with these four methods. */
export type Logger = {
  readonly [Level in LogLevel]: (fields: object, message: string) => void
}

/** How an event is put into a line. */
export interface LogLine {
  readonly level: LogLevel
  readonly message: string
}

/**
 * Writes a server's events to a logger. Events have a closed set of members, none of which is a secret, so whatever the logger
 * does with them, it has nothing to give away.
 */
export function logEvents<E extends { readonly event: string }>(
  logger: Logger,
  describe: (event: E) => LogLine,
): (event: E) => void {
  return (event) => {
    const { level, message } = describe(event)
    logger[level](event, message)
  }
}
