import { LOG_LEVELS, type Logger, type LogLevel } from '../logger.ts'

export interface TextLoggerOptions {
  readonly level: LogLevel
  /** Takes a line of what goes well. */
  readonly out: (line: string) => void
  /** Takes a line of what does not. */
  readonly err: (line: string) => void
}

/** With a line break a message would write a line of its own, with others it would move the cursor. */
const CONTROLS = /\p{Cc}+/gu

/** A logger for people at a terminal: the messages alone. */
export function createTextLogger({ level, out, err }: TextLoggerOptions): Logger {
  const write = (at: LogLevel, to: (line: string) => void) =>
    LOG_LEVELS.indexOf(at) < LOG_LEVELS.indexOf(level)
      ? () => {}
      : (_fields: object, message: string) => to(message.replace(CONTROLS, ' '))
  return {
    debug: write('debug', out),
    info: write('info', out),
    warn: write('warn', err),
    error: write('error', err),
  }
}
