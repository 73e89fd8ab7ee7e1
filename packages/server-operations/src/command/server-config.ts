import { type ParseArgsConfig, parseArgs } from 'node:util'
import { LOG_LEVELS, type LogLevel } from '../logger.ts'
import {
  BOOLEAN_KEY,
  type KeyShape,
  NUMBER_KEY,
  NUMBERS_KEY,
  type OptionError,
  TEXT_KEY,
} from './config-file.ts'

/** What the commands of all servers run with. */
export interface ServerConfig {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly trustedProxies?: number | undefined
  readonly json?: boolean | undefined
  readonly logLevel?: LogLevel | undefined
  readonly logAddresses?: boolean | undefined
  readonly metricsPort?: number | undefined
  readonly metricsHost?: string | undefined
}

/** The flags of all servers, for `parseFlags`. */
export const SERVER_FLAGS = {
  host: { type: 'string' },
  port: { type: 'string' },
  'trusted-proxies': { type: 'string' },
  limit: { type: 'string', multiple: true },
  config: { type: 'string' },
  json: { type: 'boolean' },
  'log-level': { type: 'string' },
  'log-addresses': { type: 'boolean' },
  'metrics-port': { type: 'string' },
  'metrics-host': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

/** How they are explained. */
export const SERVER_HELP = `  --limit <name>=<number>    change a limit; may be repeated
  --host <address>           listen on this address (127.0.0.1)
  --port <number>            listen on this port (0: a free one)
  --trusted-proxies <n>      believe the last <n> entries of X-Forwarded-For (0)
  --config <file>            read options from a JSON file; flags win
  --json                     log JSON, one object a line, to standard output
  --log-level <level>        debug (also every request), info (the default), warn or error
  --log-addresses            log the network addresses of requests, too
  --metrics-port <number>    serve /metrics, /healthz and /readyz for the operator on this port (none)
  --metrics-host <address>   ... on this address (127.0.0.1)
  --help                     print this text
`

/** The keys of all servers' files, for `readConfigFile`. */
export const SERVER_KEYS: readonly (readonly [string, KeyShape])[] = [
  ['host', TEXT_KEY],
  ['port', NUMBER_KEY],
  ['trustedProxies', NUMBER_KEY],
  ['json', BOOLEAN_KEY],
  ['logLevel', TEXT_KEY],
  ['logAddresses', BOOLEAN_KEY],
  ['metricsPort', NUMBER_KEY],
  ['metricsHost', TEXT_KEY],
  ['limits', NUMBERS_KEY],
]

type FlagOptions = NonNullable<ParseArgsConfig['options']>

/** @throws what `invalid` makes */
export function parseFlags<const Flags extends FlagOptions>(
  args: readonly string[],
  options: Flags,
  invalid: OptionError,
): ReturnType<typeof parseArgs<{ strict: true; options: Flags }>>['values'] {
  try {
    return parseArgs({ args: [...args], strict: true, options }).values
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split(/[.\n]/)[0] ?? '') : ''
    throw invalid('command line', `${reason}; --help lists the flags`, cause)
  }
}

interface ServerFlags {
  readonly host?: string | undefined
  readonly port?: string | undefined
  readonly 'trusted-proxies'?: string | undefined
  readonly json?: boolean | undefined
  readonly 'log-level'?: string | undefined
  readonly 'log-addresses'?: boolean | undefined
  readonly 'metrics-port'?: string | undefined
  readonly 'metrics-host'?: string | undefined
}

/**
 * Flags over the file.
 *
 * @param file as `readConfigFile` has checked it
 * @throws what `invalid` makes
 */
export function serverConfig(
  flags: ServerFlags,
  file: Omit<ServerConfig, 'logLevel'> & { readonly logLevel?: string | undefined },
  invalid: OptionError,
): ServerConfig {
  const whole = (option: string, text: string | undefined): number | undefined => {
    if (text !== undefined && !/^\d{1,5}$/.test(text)) throw invalid(option, 'must be a whole number')
    return text === undefined ? undefined : Number(text)
  }
  const port = (option: string, value: number | undefined): number | undefined => {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0 && value <= 65_535))
      throw invalid(option, 'must be a whole number from 0 to 65535')
    return value
  }
  return {
    host: flags.host ?? file.host,
    port: port('port', whole('port', flags.port) ?? file.port),
    trustedProxies: whole('trustedProxies', flags['trusted-proxies']) ?? file.trustedProxies,
    json: flags.json ?? file.json,
    logLevel: logLevel(flags['log-level'] ?? file.logLevel, invalid),
    logAddresses: flags['log-addresses'] ?? file.logAddresses,
    metricsPort: port('metricsPort', whole('metricsPort', flags['metrics-port']) ?? file.metricsPort),
    metricsHost: flags['metrics-host'] ?? file.metricsHost,
  }
}

function logLevel(text: string | undefined, invalid: OptionError): LogLevel | undefined {
  const level = LOG_LEVELS.find((each) => each === text)
  if (text !== undefined && level === undefined)
    throw invalid('logLevel', `must be one of ${LOG_LEVELS.join(', ')}`)
  return level
}

/** The name and the value of `--limit <name>=<value>` and its like. @throws what `invalid` makes */
export function parsePairs(
  option: string,
  texts: readonly string[] | undefined,
  invalid: OptionError,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (texts ?? []).map((text) => {
      const [name = '', value, ...rest] = text.split('=')
      if (value === undefined || rest.length > 0) throw invalid(option, 'write <name>=<value>')
      return [name, value]
    }),
  )
}

/** Limits of the file, and over them those of `--limit <name>=<number>`. @throws what `invalid` makes */
export function parseLimits(
  flags: readonly string[] | undefined,
  file: Readonly<Record<string, number>> | undefined,
  invalid: OptionError,
): Readonly<Record<string, number>> {
  const typed = Object.entries(parsePairs('limit', flags, invalid)).map(([name, value]) => {
    if (!/^\d{1,16}(\.\d{1,16})?$/.test(value)) throw invalid(`limits.${name}`, 'must be a positive number')
    return [name, Number(value)] as const
  })
  return { ...file, ...Object.fromEntries(typed) }
}
