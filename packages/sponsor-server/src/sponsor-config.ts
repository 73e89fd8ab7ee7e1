import { decodeHex, networkToHex, parseNetworkId } from '@uport-kit/core'
import {
  BOOLEAN_KEY,
  isObject,
  type KeyShape,
  parseFlags,
  parseLimits,
  parsePairs,
  readConfigFile,
  SERVER_FLAGS,
  SERVER_HELP,
  SERVER_KEYS,
  type ServerConfig,
  serverConfig,
  TEXT_KEY,
  TEXTS_KEY,
} from '@uport-kit/server-operations/command'
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
export interface SponsorConfig extends ServerConfig {
  readonly key: KeySource
  readonly rpc: string
  readonly chainId: bigint
  readonly issuers: readonly FuelIssuer[]
  readonly txRelay: string | undefined
  readonly identityManager: string | undefined
  readonly destinations: readonly string[] | undefined
  readonly dataDirectory: string | undefined
  readonly dryRun: boolean
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
  --dry-run                  check everything, send nothing
${SERVER_HELP}
Keys of the file are the flags' names in camelCase (txRelay, keyDirectory); those that may be repeated are lists, and
"budgets" and "limits" are objects. Passphrase and private key are read from the environment alone.
`

/** The command's flags. */
export const SPONSOR_FLAGS = {
  ...SERVER_FLAGS,
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
  'dry-run': { type: 'boolean' },
} as const

/** Options that have a flag of another name. */
export const SPONSOR_FLAG_NAMES: ReadonlyMap<string, string> = new Map([
  ['dataDirectory', 'data'],
  ['chainId', 'chain'],
  ['issuers', 'issuer'],
  ['destinations', 'destination'],
  ['budgets', 'budget'],
  ['limits', 'limit'],
])

const BUDGETS_KEY: KeyShape = {
  is: (value) => isObject(value) && Object.values(value).every((each) => typeof each === 'string'),
  text: 'an object of amounts such as "0.5 ether"',
}

const KEYS: ReadonlyMap<string, KeyShape> = new Map([
  ...SERVER_KEYS,
  ['rpc', TEXT_KEY],
  ['chain', TEXT_KEY],
  ['issuer', TEXTS_KEY],
  ['keyDirectory', TEXT_KEY],
  ['keyId', TEXT_KEY],
  ['txRelay', TEXT_KEY],
  ['identityManager', TEXT_KEY],
  ['destination', TEXTS_KEY],
  ['data', TEXT_KEY],
  ['memory', BOOLEAN_KEY],
  ['budgets', BUDGETS_KEY],
  ['dryRun', BOOLEAN_KEY],
])

interface FileConfig extends ServerConfig {
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
  const flags = parseFlags(args, SPONSOR_FLAGS, configInvalid)
  if (flags.help === true) return { kind: 'help' }
  const file: FileConfig = flags.config === undefined ? {} : readConfigFile(flags.config, KEYS, configInvalid)
  const budgets = parseBudgets({ ...file.budgets, ...parsePairs('budget', flags.budget, configInvalid) })
  const limits: Partial<SponsorLimits> = parseLimits(flags.limit, file.limits, configInvalid)
  createSponsorBudgets(budgets)
  createSponsorLimits(limits)
  return {
    kind: 'run',
    config: {
      ...serverConfig(flags, file, configInvalid),
      key: keySource(flags['key-directory'] ?? file.keyDirectory, flags['key-id'] ?? file.keyId, environment),
      rpc: endpoint(flags.rpc ?? environment['UPORT_SPONSOR_RPC'] ?? file.rpc),
      chainId: chain(flags.chain ?? environment['UPORT_SPONSOR_CHAIN'] ?? file.chain),
      issuers: (flags.issuer ?? file.issuer ?? []).map(parseIssuer),
      txRelay: flags['tx-relay'] ?? file.txRelay,
      identityManager: flags['identity-manager'] ?? file.identityManager,
      destinations: flags.destination ?? file.destination,
      dataDirectory: dataDirectory(flags, file),
      dryRun: flags['dry-run'] ?? file.dryRun ?? false,
      budgets,
      limits,
    },
  }
}

function keySource(
  directory: string | undefined,
  keyId: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): KeySource {
  const { UPORT_SPONSOR_PASSPHRASE: passphrase, UPORT_SPONSOR_KEY: privateKey } = environment
  if (directory !== undefined) {
    if (keyId === undefined) throw configInvalid('keyId', 'name the key that pays')
    if (passphrase === undefined || passphrase === '')
      throw configInvalid('keyDirectory', 'set UPORT_SPONSOR_PASSPHRASE to the passphrase of the key')
    return { kind: 'directory', directory, keyId, passphrase }
  }
  if (privateKey === undefined)
    throw configInvalid(
      'keyDirectory',
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
