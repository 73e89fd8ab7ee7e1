import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { decodeHex, networkToHex, parseNetworkId } from '@uport-kit/core'
import { LOG_LEVELS, type LogLevel } from '@uport-kit/server-operations'
import { configInvalid } from './config-invalid.ts'
import { createSponsorBudgets, parseWei, type SponsorBudgets } from './sponsor-budgets.ts'
import { createSponsorLimits, type SponsorLimits } from './sponsor-limits.ts'
import type { FuelIssuer } from './tokens/fuel-token.ts'

/** Where the command takes the key that pays. */
export type KeySource =
  | {
      readonly kind: 'directory'
      readonly directory: string
      readonly keyId: string
      readonly passphrase: string
    }
  | { readonly kind: 'environment'; readonly privateKey: string }

/** What the command runs with: flags over environment over the configuration file over defaults. */
export interface SponsorConfig {
  readonly key: KeySource
  readonly rpc: string
  readonly chainId: bigint
  readonly issuers: readonly FuelIssuer[]
  readonly txRelay: string | undefined
  readonly identityManager: string | undefined
  readonly destinations: readonly string[] | undefined
  readonly dataDirectory: string | undefined
  readonly host: string | undefined
  readonly port: number | undefined
  readonly trustedProxies: number | undefined
  readonly dryRun: boolean
  readonly json: boolean
  readonly logLevel: LogLevel | undefined
  readonly logAddresses: boolean
  readonly metricsPort: number | undefined
  readonly metricsHost: string | undefined
  readonly budgets: Partial<SponsorBudgets>
  readonly limits: Partial<SponsorLimits>
}

export type SponsorCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'run'; readonly config: SponsorConfig }

export const SPONSOR_HELP = `Usage: uport-sponsor --rpc <url> --chain <0x id> --issuer <did> (--data <directory> | --memory) [options]

Pays for the transactions of devices that show a fuel token: ether for signed transactions, meta-transactions through
the TxRelay, identities through the MetaIdentityManager.

  --rpc <url>                the chain's node                                  UPORT_SPONSOR_RPC
  --chain <0x id>            the chain's id in hex                             UPORT_SPONSOR_CHAIN
  --issuer <did>[=<hex>]     who may issue fuel tokens: a did:key, or any DID
                             with its public key; may be repeated
  --key-directory <dir>      a directory of Web3 Secret Storage files
  --key-id <id>              the key that pays (its address)
                             its passphrase is read from                       UPORT_SPONSOR_PASSPHRASE
                             without a directory, the private key from         UPORT_SPONSOR_KEY
  --tx-relay <address>       relay meta-transactions through this TxRelay
  --identity-manager <addr>  create identities at this MetaIdentityManager
  --destination <address>    let meta-transactions call this contract only; may be repeated
  --data <directory>         keep outbox and budgets in this directory
  --memory                   keep them in memory: for development networks only
  --budget <name>=<amount>   change a budget, such as perDay=0.5ether; may be repeated
                             names: perToken, perAddressAndDay, perDay, perTopUp, perGas
  --limit <name>=<number>    change a limit; may be repeated
  --dry-run                  check everything, send nothing
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

Keys of the file are the flags' names in camelCase (txRelay, keyDirectory); those that may be repeated are lists, and
"budgets" and "limits" are objects. Passphrase and private key are read from the environment alone.
`

const FLAGS = {
  rpc: { type: 'string' },
  chain: { type: 'string' },
  issuer: { type: 'string', multiple: true },
  'key-directory': { type: 'string' },
  'key-id': { type: 'string' },
  'tx-relay': { type: 'string' },
  'identity-manager': { type: 'string' },
  destination: { type: 'string', multiple: true },
  data: { type: 'string' },
  memory: { type: 'boolean' },
  budget: { type: 'string', multiple: true },
  limit: { type: 'string', multiple: true },
  'dry-run': { type: 'boolean' },
  host: { type: 'string' },
  port: { type: 'string' },
  'trusted-proxies': { type: 'string' },
  config: { type: 'string' },
  json: { type: 'boolean' },
  'log-level': { type: 'string' },
  'log-addresses': { type: 'boolean' },
  'metrics-port': { type: 'string' },
  'metrics-host': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

type Kind = 'string' | 'number' | 'boolean' | 'strings' | 'texts' | 'numbers'

/** Keys of the file. `texts` and `numbers` are objects of such. */
const KEYS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['rpc', 'string'],
  ['chain', 'string'],
  ['issuer', 'strings'],
  ['keyDirectory', 'string'],
  ['keyId', 'string'],
  ['txRelay', 'string'],
  ['identityManager', 'string'],
  ['destination', 'strings'],
  ['data', 'string'],
  ['memory', 'boolean'],
  ['budgets', 'texts'],
  ['limits', 'numbers'],
  ['dryRun', 'boolean'],
  ['host', 'string'],
  ['port', 'number'],
  ['trustedProxies', 'number'],
  ['json', 'boolean'],
  ['logLevel', 'string'],
  ['logAddresses', 'boolean'],
  ['metricsPort', 'number'],
  ['metricsHost', 'string'],
])

interface FileConfig {
  readonly rpc?: string
  readonly chain?: string
  readonly issuer?: readonly string[]
  readonly keyDirectory?: string
  readonly keyId?: string
  readonly txRelay?: string
  readonly identityManager?: string
  readonly destination?: readonly string[]
  readonly data?: string
  readonly memory?: boolean
  readonly budgets?: Readonly<Record<string, string>>
  readonly limits?: Readonly<Record<string, number>>
  readonly dryRun?: boolean
  readonly host?: string
  readonly port?: number
  readonly trustedProxies?: number
  readonly json?: boolean
  readonly logLevel?: string
  readonly logAddresses?: boolean
  readonly metricsPort?: number
  readonly metricsHost?: string
}

/**
 * Reads the command line, the environment and the file that is named.
 *
 * @throws UportError `SPONSOR_CONFIG_INVALID`; its message repeats neither passphrase nor private key
 */
export function parseSponsorCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): SponsorCommand {
  const flags = parseFlags(args)
  if (flags.help === true) return { kind: 'help' }
  const file = flags.config === undefined ? {} : readConfigFile(flags.config)
  const budgets = parseBudgets({ ...file.budgets, ...parsePairs('budget', flags.budget) })
  const limits = parseLimits({ ...file.limits, ...parsePairs('limit', flags.limit) })
  createSponsorBudgets(budgets)
  createSponsorLimits(limits)
  return {
    kind: 'run',
    config: {
      key: keySource(flags['key-directory'] ?? file.keyDirectory, flags['key-id'] ?? file.keyId, environment),
      rpc: endpoint(flags.rpc ?? environment['UPORT_SPONSOR_RPC'] ?? file.rpc),
      chainId: chain(flags.chain ?? environment['UPORT_SPONSOR_CHAIN'] ?? file.chain),
      issuers: (flags.issuer ?? file.issuer ?? []).map(parseIssuer),
      txRelay: flags['tx-relay'] ?? file.txRelay,
      identityManager: flags['identity-manager'] ?? file.identityManager,
      destinations: flags.destination ?? file.destination,
      dataDirectory: dataDirectory(flags, file),
      host: flags.host ?? file.host,
      port: port('port', whole('port', flags.port) ?? file.port),
      trustedProxies: whole('trusted-proxies', flags['trusted-proxies']) ?? file.trustedProxies,
      dryRun: flags['dry-run'] ?? file.dryRun ?? false,
      json: flags.json ?? file.json ?? false,
      logLevel: logLevel(flags['log-level'] ?? file.logLevel),
      logAddresses: flags['log-addresses'] ?? file.logAddresses ?? false,
      metricsPort: port('metricsPort', whole('metrics-port', flags['metrics-port']) ?? file.metricsPort),
      metricsHost: flags['metrics-host'] ?? file.metricsHost,
      budgets,
      limits,
    },
  }
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], strict: true, options: FLAGS }).values
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split(/[.\n]/)[0] ?? '') : ''
    throw configInvalid('command line', `${reason}; --help lists the flags`, cause)
  }
}

function readConfigFile(path: string): FileConfig {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw configInvalid('config', `cannot read ${path}`, cause)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // What is no JSON may hold a secret, and the parser's message quotes it.
    throw configInvalid('config', `${path} is not JSON`)
  }
  if (!isObject(value)) throw configInvalid('config', `${path} must hold a JSON object`)
  for (const [key, member] of Object.entries(value)) checkMember(key, member)
  return value
}

function checkMember(key: string, value: unknown): void {
  const kind = KEYS.get(key)
  if (kind === undefined) throw configInvalid(key, `unknown key; known are ${[...KEYS.keys()].join(', ')}`)
  const fits =
    kind === 'strings'
      ? Array.isArray(value) && value.every((each) => typeof each === 'string')
      : kind === 'texts' || kind === 'numbers'
        ? isObject(value) &&
          Object.values(value).every((each) => typeof each === (kind === 'texts' ? 'string' : 'number'))
        : typeof value === kind
  if (!fits) throw configInvalid(key, `must be ${DESCRIPTION[kind]}`)
}

const DESCRIPTION: Readonly<Record<Kind, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  strings: 'a list of strings',
  texts: 'an object of amounts such as "0.5 ether"',
  numbers: 'an object of numbers',
}

function keySource(
  directory: string | undefined,
  keyId: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): KeySource {
  const { UPORT_SPONSOR_PASSPHRASE: passphrase, UPORT_SPONSOR_KEY: privateKey } = environment
  if (directory !== undefined) {
    if (keyId === undefined) throw configInvalid('key-id', 'name the key that pays')
    if (passphrase === undefined || passphrase === '')
      throw configInvalid('key-directory', 'set UPORT_SPONSOR_PASSPHRASE to the passphrase of the key')
    return { kind: 'directory', directory, keyId, passphrase }
  }
  if (privateKey === undefined)
    throw configInvalid(
      'key-directory',
      'say where the key that pays is: --key-directory, or UPORT_SPONSOR_KEY',
    )
  if (decodeHex(privateKey)?.length !== 32)
    throw configInvalid('UPORT_SPONSOR_KEY', 'must be a private key of 32 bytes in hex')
  return { kind: 'environment', privateKey }
}

function endpoint(text: string | undefined): string {
  if (text === undefined) throw configInvalid('rpc', "give the address of the chain's node")
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw configInvalid('rpc', 'must be an http or https URL')
  return text
}

function chain(text: string | undefined): bigint {
  try {
    return parseNetworkId(text)
  } catch (cause) {
    throw configInvalid('chain', `give the chain's id in hex, such as ${networkToHex(1n)}`, cause)
  }
}

function parseIssuer(text: string): FuelIssuer {
  const [did = '', hex, ...rest] = text.split('=')
  if (hex === undefined) return { did }
  const publicKey = decodeHex(hex)
  const isKey = publicKey?.length === 33 || publicKey?.length === 65
  if (publicKey === undefined || !isKey || rest.length > 0)
    throw configInvalid('issuer', 'write <did>=<public key of 33 or 65 bytes in hex>')
  return { did, publicKey }
}

function dataDirectory(
  flags: { readonly data?: string | undefined; readonly memory?: boolean | undefined },
  file: FileConfig,
): string | undefined {
  // Either flag for the store replaces whatever the file says about it.
  const isFlagged = flags.data !== undefined || flags.memory !== undefined
  const { data, memory } = isFlagged ? flags : file
  if (data !== undefined && memory === true)
    throw configInvalid('memory', 'outbox and budgets live in a directory or in memory, not both')
  if (data === undefined && memory !== true)
    throw configInvalid('data', 'say where outbox and budgets live: --data <directory>, or --memory')
  return data
}

function parsePairs(option: string, texts: readonly string[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [name = '', value, ...rest] = text.split('=')
      if (value === undefined || rest.length > 0)
        throw configInvalid(option, `write --${option} <name>=<value>`)
      return [name, value]
    }),
  )
}

function parseBudgets(texts: Readonly<Record<string, string>>): Partial<SponsorBudgets> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      const wei = parseWei(text)
      if (wei === undefined)
        throw configInvalid(`budgets.${name}`, 'must be an amount such as 0.5ether or 30gwei')
      return [name, wei]
    }),
  )
}

function parseLimits(values: Readonly<Record<string, string | number>>): Partial<SponsorLimits> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (typeof value === 'string' && !/^\d{1,16}(\.\d{1,16})?$/.test(value))
        throw configInvalid(`limits.${name}`, 'must be a number')
      return [name, Number(value)]
    }),
  )
}

function logLevel(text: string | undefined): LogLevel | undefined {
  const level = LOG_LEVELS.find((each) => each === text)
  if (text !== undefined && level === undefined)
    throw configInvalid('logLevel', `must be one of ${LOG_LEVELS.join(', ')}`)
  return level
}

function port(name: string, number: number | undefined): number | undefined {
  if (number === undefined || (Number.isSafeInteger(number) && number >= 0 && number <= 65_535)) return number
  throw configInvalid(name, 'must be a whole number from 0 to 65535')
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,5}$/.test(text)) throw configInvalid(name, 'must be a whole number')
  return Number(text)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
