import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { LOG_LEVELS, type LogLevel } from '@uport-kit/server-operations'
import { configInvalid } from './config-invalid.ts'
import {
  checkPush,
  isNetworks,
  isTexts,
  PUSH_FLAGS,
  PUSH_HELP,
  PUSH_KEYS,
  type PushConfig,
  parsePushFlags,
} from './push/push-config.ts'
import { createRelayLimits, type RelayLimits } from './relay-limits.ts'

/** What the command runs with: flags over the configuration file over defaults. */
export interface RelayConfig extends PushConfig {
  readonly host?: string
  readonly port?: number
  readonly dataDirectory?: string
  readonly memory?: boolean
  readonly storeModule?: string
  readonly sync?: boolean
  readonly publicUrl?: string
  readonly trustedProxies?: number
  readonly legacyTopics?: boolean
  readonly landing?: boolean
  readonly limits?: Partial<RelayLimits>
  readonly json?: boolean
  readonly logLevel?: LogLevel
  readonly logAddresses?: boolean
  readonly metricsPort?: number
  readonly metricsHost?: string
}

export type RelayCommand = { readonly kind: 'help' } | { readonly kind: 'run'; readonly config: RelayConfig }

export const RELAY_HELP = `Usage: uport-relay (--data <directory> | --memory | --store <module>) [options]

Runs a uPort Kit message relay: inboxes for replies, and requests by reference.

  --data <directory>      keep messages in this directory
  --memory                keep messages in memory: they are gone when the relay stops
  --store <module>        keep messages where this module says, such as @uport-kit/store-redis/relay
  --host <address>        listen on this address (127.0.0.1)
  --port <number>         listen on this port (0: a free one)
  --public-url <url>      the address by which clients reach the relay
  --trusted-proxies <n>   believe the last <n> entries of X-Forwarded-For (0)
  --legacy-topics         also serve the old message server's /topic routes
  --landing               also serve /req/<JWT>, for links that no wallet has caught
${PUSH_HELP}  --no-sync               answer a post before it is on the disk
  --limit <name>=<value>  change a limit; may be repeated
  --config <file>         read options from a JSON file; flags win
  --json                  log JSON, one object a line, to standard output
  --log-level <level>     debug (also every request), info (the default), warn or error
  --log-addresses         log the network addresses of requests, too
  --metrics-port <number> serve /metrics, /healthz and /readyz for the operator on this port (none)
  --metrics-host <addr>   ... on this address (127.0.0.1)
  --help                  print this text

Keys of the file: host, port, dataDirectory, memory, storeModule, sync, publicUrl, trustedProxies, legacyTopics, landing,
json, logLevel, logAddresses, metricsPort, metricsHost, limits {name: value}, push, networks {id: {rpcUrls, registry}},
gateways, vapidKeys, vapidSubject, legacyPush.
`

/** How a value of the configuration is checked. */
const KEYS: ReadonlyMap<string, 'string' | 'number' | 'boolean' | 'limits' | 'networks' | 'strings'> =
  new Map([
    ...PUSH_KEYS,
    ['host', 'string'],
    ['port', 'number'],
    ['dataDirectory', 'string'],
    ['memory', 'boolean'],
    ['storeModule', 'string'],
    ['sync', 'boolean'],
    ['publicUrl', 'string'],
    ['trustedProxies', 'number'],
    ['legacyTopics', 'boolean'],
    ['landing', 'boolean'],
    ['limits', 'limits'],
    ['json', 'boolean'],
    ['logLevel', 'string'],
    ['logAddresses', 'boolean'],
    ['metricsPort', 'number'],
    ['metricsHost', 'string'],
  ])

/**
 * Reads the command line and the file it names.
 *
 * @throws UportError `RELAY_CONFIG_INVALID`
 */
export function parseRelayCommand(args: readonly string[]): RelayCommand {
  const flags = parseFlags(args)
  if (flags.help === true) return { kind: 'help' }
  const file = flags.config === undefined ? {} : readConfigFile(flags.config)
  const config: RelayConfig = {
    ...file,
    ...defined({
      host: flags.host,
      port: wholeFlag('port', flags.port),
      publicUrl: flags['public-url'],
      trustedProxies: wholeFlag('trusted-proxies', flags['trusted-proxies']),
      legacyTopics: flags['legacy-topics'],
      landing: flags.landing,
      sync: flags['no-sync'] === true ? false : undefined,
      json: flags.json,
      logLevel: parseLogLevel(flags['log-level']),
      logAddresses: flags['log-addresses'],
      metricsPort: wholeFlag('metrics-port', flags['metrics-port']),
      metricsHost: flags['metrics-host'],
      ...parsePushFlags(flags),
    }),
    limits: { ...file.limits, ...parseLimits(flags.limit ?? []) },
  }
  return { kind: 'run', config: checked(withPlace(config, flags)) }
}

/** Any flag for the store replaces whatever the file says about it. */
function withPlace(config: RelayConfig, flags: ReturnType<typeof parseFlags>): RelayConfig {
  const { data, memory, store } = flags
  if (data === undefined && memory === undefined && store === undefined) return config
  const { dataDirectory: _, memory: __, storeModule: ___, ...rest } = config
  return { ...rest, ...defined({ dataDirectory: data, memory, storeModule: store }) }
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      options: {
        data: { type: 'string' },
        memory: { type: 'boolean' },
        store: { type: 'string' },
        host: { type: 'string' },
        port: { type: 'string' },
        'public-url': { type: 'string' },
        'trusted-proxies': { type: 'string' },
        'legacy-topics': { type: 'boolean' },
        landing: { type: 'boolean' },
        'no-sync': { type: 'boolean' },
        limit: { type: 'string', multiple: true },
        config: { type: 'string' },
        json: { type: 'boolean' },
        'log-level': { type: 'string' },
        'log-addresses': { type: 'boolean' },
        'metrics-port': { type: 'string' },
        'metrics-host': { type: 'string' },
        ...PUSH_FLAGS,
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split(/[.\n]/)[0] ?? '') : ''
    throw configInvalid('command line', `${reason}; --help lists the flags`, cause)
  }
}

function checked(config: RelayConfig): RelayConfig {
  const { dataDirectory, memory, storeModule } = config
  const places = [memory === true, dataDirectory !== undefined, storeModule !== undefined].filter(
    Boolean,
  ).length
  if (places > 1)
    throw configInvalid('store', 'messages live in a directory, in memory or in a module’s store: say one')
  if (places === 0)
    throw configInvalid('data', 'say where messages live: --data <directory>, --memory or --store <module>')
  for (const name of ['port', 'metricsPort'] as const) {
    const port = config[name]
    if (port !== undefined && !(Number.isSafeInteger(port) && port >= 0 && port <= 65_535))
      throw configInvalid(name, 'must be a whole number from 0 to 65535')
  }
  createRelayLimits(config.limits)
  parseLogLevel(config.logLevel)
  checkPush(config)
  return config
}

function parseLogLevel(text: string | undefined): LogLevel | undefined {
  const level = LOG_LEVELS.find((each) => each === text)
  if (text !== undefined && level === undefined)
    throw configInvalid('logLevel', `must be one of ${LOG_LEVELS.join(', ')}`)
  return level
}

function readConfigFile(path: string): RelayConfig {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw configInvalid('config', `cannot read ${path}`, cause)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw configInvalid('config', `${path} is not JSON`, cause)
  }
  if (!isObject(value)) throw configInvalid('config', `${path} must hold a JSON object`)
  for (const [key, member] of Object.entries(value)) checkMember(key, member)
  return value
}

function checkMember(key: string, value: unknown): void {
  const type = KEYS.get(key)
  if (type === undefined) throw configInvalid(key, `unknown key; known are ${[...KEYS.keys()].join(', ')}`)
  if (!isOfType(type, value)) throw configInvalid(key, `must be ${SHAPES.get(type) ?? `a ${type}`}`)
}

const SHAPES: ReadonlyMap<string, string> = new Map([
  ['limits', 'an object of numbers'],
  ['networks', '{"<id>": {"rpcUrls": [..], "registry": ".."}}'],
  ['strings', 'a list of texts'],
])

function isOfType(type: string, value: unknown): boolean {
  if (type === 'limits') return isObject(value)
  if (type === 'networks') return isNetworks(value)
  return type === 'strings' ? isTexts(value) : typeof value === type
}

function parseLimits(texts: readonly string[]): Partial<RelayLimits> {
  return Object.fromEntries(
    texts.map((text) => {
      const [name = '', value = ''] = text.split('=')
      if (!/^\d+(\.\d+)?$/.test(value)) throw configInvalid('limit', 'write --limit <name>=<number>')
      return [name, Number(value)]
    }),
  )
}

function wholeFlag(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,5}$/.test(text)) throw configInvalid(name, 'must be a whole number')
  return Number(text)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function defined<T extends Record<string, unknown>>(
  members: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
