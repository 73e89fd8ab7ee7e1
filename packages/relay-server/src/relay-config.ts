import {
  BOOLEAN_KEY,
  type KeyShape,
  parseFlags,
  parseLimits,
  readConfigFile,
  SERVER_FLAGS,
  SERVER_HELP,
  SERVER_KEYS,
  type ServerConfig,
  serverConfig,
  TEXT_KEY,
} from '@uport-kit/server-operations/command'
import { configInvalid } from './config-invalid.ts'
import {
  checkPush,
  PUSH_FLAGS,
  PUSH_HELP,
  PUSH_KEYS,
  type PushConfig,
  parsePushFlags,
} from './push/push-config.ts'
import { createRelayLimits, type RelayLimits } from './relay-limits.ts'

/** What the command runs with: flags over the configuration file over defaults. */
export interface RelayConfig extends ServerConfig, PushConfig {
  readonly dataDirectory?: string
  readonly memory?: boolean
  readonly storeModule?: string
  readonly sync?: boolean
  readonly publicUrl?: string
  readonly legacyTopics?: boolean
  readonly landing?: boolean
  readonly limits?: Partial<RelayLimits>
}

export type RelayCommand = { readonly kind: 'help' } | { readonly kind: 'run'; readonly config: RelayConfig }

export const RELAY_HELP = `Usage: uport-relay (--data <directory> | --memory | --store <module>) [options]

Runs a uPort Kit message relay: inboxes for replies, and requests by reference.

  --data <directory>         keep messages in this directory
  --memory                   keep messages in memory: they are gone when the relay stops
  --store <module>           keep messages where this module says, such as @uport-kit/store-redis/relay
  --no-sync                  answer a post before it is on the disk
  --public-url <url>         the address by which clients reach the relay
  --legacy-topics            also serve the old message server's /topic routes
  --landing                  also serve /req/<JWT>, for links that no wallet has caught
${PUSH_HELP}${SERVER_HELP}
Keys of the file are the flags' names in camelCase (publicUrl, legacyTopics), but for dataDirectory, storeModule and
sync (false), the lists and objects gateways, limits {name: value} and networks {id: {rpcUrls, registry}}.
`

/** The command's flags. */
export const RELAY_FLAGS = {
  ...SERVER_FLAGS,
  ...PUSH_FLAGS,
  data: { type: 'string' },
  memory: { type: 'boolean' },
  store: { type: 'string' },
  'no-sync': { type: 'boolean' },
  'public-url': { type: 'string' },
  'legacy-topics': { type: 'boolean' },
  landing: { type: 'boolean' },
} as const

/** Options that have a flag of another name. */
export const RELAY_FLAG_NAMES: ReadonlyMap<string, string> = new Map([
  ['dataDirectory', 'data'],
  ['storeModule', 'store'],
  ['sync', 'no-sync'],
  ['limits', 'limit'],
  ['networks', 'network'],
  ['gateways', 'gateway'],
])

const KEYS: ReadonlyMap<string, KeyShape> = new Map([
  ...SERVER_KEYS,
  ...PUSH_KEYS,
  ['dataDirectory', TEXT_KEY],
  ['memory', BOOLEAN_KEY],
  ['storeModule', TEXT_KEY],
  ['sync', BOOLEAN_KEY],
  ['publicUrl', TEXT_KEY],
  ['legacyTopics', BOOLEAN_KEY],
  ['landing', BOOLEAN_KEY],
])

/**
 * Reads the command line and the file it names.
 *
 * @throws UportError `RELAY_CONFIG_INVALID`
 */
export function parseRelayCommand(args: readonly string[]): RelayCommand {
  const flags = parseFlags(args, RELAY_FLAGS, configInvalid)
  if (flags.help === true) return { kind: 'help' }
  const file: RelayConfig =
    flags.config === undefined ? {} : readConfigFile(flags.config, KEYS, configInvalid)
  const limits = parseLimits(flags.limit, file.limits, configInvalid)
  const config: RelayConfig = {
    ...file,
    ...serverConfig(flags, file, configInvalid),
    ...defined({
      publicUrl: flags['public-url'],
      legacyTopics: flags['legacy-topics'],
      landing: flags.landing,
      sync: flags['no-sync'] === true ? false : undefined,
      ...parsePushFlags(flags),
    }),
    limits,
  }
  createRelayLimits(limits)
  checkPush(config)
  return { kind: 'run', config: withPlace(config, flags) }
}

/** Any flag for the store replaces whatever the file says about it. */
function withPlace(
  config: RelayConfig,
  {
    data,
    memory,
    store,
  }: {
    readonly data?: string | undefined
    readonly memory?: boolean | undefined
    readonly store?: string | undefined
  },
): RelayConfig {
  const { dataDirectory: _, memory: __, storeModule: ___, ...rest } = config
  const isFlagged = data !== undefined || memory !== undefined || store !== undefined
  return checkPlace(
    isFlagged ? { ...rest, ...defined({ dataDirectory: data, memory, storeModule: store }) } : config,
  )
}

function checkPlace(config: RelayConfig): RelayConfig {
  const { dataDirectory, memory, storeModule } = config
  const places = [memory === true, dataDirectory !== undefined, storeModule !== undefined]
  const count = places.filter(Boolean).length
  if (count > 1)
    throw configInvalid('store', 'messages live in a directory, in memory or in a module’s store: say one')
  if (count === 0)
    throw configInvalid('data', 'say where messages live: --data <directory>, --memory or --store <module>')
  return config
}

function defined<T extends Record<string, unknown>>(
  members: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
