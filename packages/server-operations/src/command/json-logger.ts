import { pino } from 'pino'
import type { Logger, LogLevel } from '../logger.ts'

export interface JsonLoggerOptions {
  /** The program's name, in every line. */
  readonly name: string
  readonly level: LogLevel
  /** Takes a line of JSON without its end. */
  readonly write: (line: string) => void
}

/** Members that are never written, whatever they hold, at the top of a line and one level below. */
const SECRET_MEMBERS = [
  'authorization',
  'body',
  'cookie',
  'headers',
  'jwt',
  'passphrase',
  'password',
  'path',
  'privateKey',
  'query',
  'secret',
  'token',
]

const CENSOR = '[redacted]'

/** Longer than any value of an event. */
const MAX_TEXT = 2048

/** A token of three parts, or what follows the word in an `Authorization` header. */
const TOKEN = /[\w-]{8,}\.[\w-]{8,}\.[\w-]*|\b(?:bearer|basic) \S+/gi

/** 32 bytes and more in Base64url or hex, as ids and secrets are; a transaction's hash, `0x` and 64 digits, is public. */
const LONG_WORD = /(?<![\w-])(?!0x[0-9a-f]{64}(?![\w-]))[\w-]{43,}/gi

/** The query of an address. */
const QUERY = /(?<=[\w/])\?[^\s"]+/g

/**
 * A logger that writes one JSON object a line: `level`, `time` (ISO 8601), `name`, the event's members, `msg`. The servers' events hold no
 * secrets; what a careless caller adds is censored by its name and by its looks.
 */
export function createJsonLogger({ name, level, write }: JsonLoggerOptions): Logger {
  return pino(
    {
      base: { name },
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: censorMembers },
      redact: { paths: SECRET_MEMBERS.flatMap((member) => [member, `*.${member}`]), censor: CENSOR },
      hooks: {
        logMethod(args, method) {
          const [fields, message] = args
          method.apply(this, [fields, censorText(String(message))])
        },
      },
    },
    { write: (line: string) => write(line.trimEnd()) },
  )
}

function censorMembers(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, censored(value)]))
}

function censored(value: unknown): unknown {
  if (typeof value === 'string') return censorText(value)
  // Messages and stacks quote what they are about.
  if (value instanceof Error)
    return 'code' in value && typeof value.code === 'string' ? value.code : value.name
  return value
}

function censorText(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replace(TOKEN, CENSOR)
    .replace(LONG_WORD, CENSOR)
    .replace(QUERY, `?${CENSOR}`)
}
