import type { Arguments } from '../arguments.ts'
import { UsageError } from '../cli-error.ts'
import { type ConfigFile, type NetworkConfig, readConfigFile } from './config-file.ts'
import { type Paths, pathsOf } from './paths.ts'

/** The settings in force: options over environment over configuration file. Nothing is built in. */
export interface Settings {
  readonly paths: Paths
  readonly identity: string | undefined
  /** The chain that was named, or the only one. */
  readonly network: string | undefined
  readonly networks: Readonly<Record<string, NetworkConfig>>
  readonly gateways: readonly string[]
  readonly ipfsApi: string | undefined
  readonly relay: string | undefined
  readonly allowOrigins: readonly string[]
  readonly scrypt: ConfigFile['scrypt']
  readonly passphraseFile: string | undefined
}

/** Environment variables and what they replace, for the reference. */
export const ENVIRONMENT: ReadonlyMap<string, string> = new Map([
  ['UPORT_HOME', 'the folder of configuration, keys and wallet'],
  ['UPORT_IDENTITY', '`--as`'],
  ['UPORT_NETWORK', '`--network`'],
  ['UPORT_RPC_URL', '`--rpc-url`; several with commas between'],
  ['UPORT_REGISTRY', '`--registry`'],
  ['UPORT_GATEWAY', '`--gateway`; several with commas between'],
  ['UPORT_IPFS_API', '`--ipfs-api`'],
  ['UPORT_RELAY', '`--relay`'],
  ['UPORT_PASSPHRASE_FILE', '`--passphrase-file`'],
])

/** @throws UsageError where the file or an option is wrong */
export async function readSettings(args: Arguments, env: NodeJS.ProcessEnv): Promise<Settings> {
  const paths = pathsOf(args.text('home'), env)
  const file = await readConfigFile(paths.configFile)
  const one = (option: string, variable: string): string | undefined =>
    args.text(option) ?? (env[variable] === '' ? undefined : env[variable])
  const many = (option: string, variable: string): readonly string[] | undefined =>
    args.list(option).length > 0 ? args.list(option) : splitList(env[variable])
  const ids = Object.keys(file.networks ?? {})
  const named = one('network', 'UPORT_NETWORK') ?? file.network ?? (ids.length === 1 ? ids[0] : undefined)
  const network = named === undefined ? undefined : networkId(named)
  return {
    paths,
    identity: one('as', 'UPORT_IDENTITY') ?? file.identity,
    network,
    networks: withOverrides(file, network, {
      rpcUrls: many('rpc-url', 'UPORT_RPC_URL'),
      registry: one('registry', 'UPORT_REGISTRY'),
    }),
    gateways: many('gateway', 'UPORT_GATEWAY') ?? file.gateways ?? [],
    ipfsApi: one('ipfs-api', 'UPORT_IPFS_API') ?? file.ipfsApi,
    relay: one('relay', 'UPORT_RELAY') ?? file.relay,
    allowOrigins: file.allowOrigins ?? [],
    scrypt: file.scrypt,
    passphraseFile: one('passphrase-file', 'UPORT_PASSPHRASE_FILE'),
  }
}

/** The chain to use and its id. @throws UsageError where none is configured */
export function requireNetwork(
  settings: Settings,
): NetworkConfig & { readonly id: string; readonly rpcUrl: string } {
  const { network, networks } = settings
  if (network === undefined) {
    throw new UsageError(`Name the chain: --network 0x.., or "network" in ${settings.paths.configFile}.`)
  }
  const found = networks[network]
  const [rpcUrl] = found?.rpcUrls ?? []
  if (found === undefined || rpcUrl === undefined) {
    throw new UsageError(
      `The chain ${network} is not configured: give --rpc-url and --registry, or add it to ${settings.paths.configFile}.`,
    )
  }
  return { ...found, id: network, rpcUrl }
}

/** @throws UsageError */
export function requireRegistry({
  id,
  registry,
}: {
  readonly id: string
  readonly registry?: string | undefined
}): string {
  if (registry !== undefined) return registry
  throw new UsageError(`The chain ${id} has no registry configured: give --registry.`)
}

/** @throws UsageError */
export function requireRelay({ relay, paths }: Settings): string {
  if (relay !== undefined) return relay
  throw new UsageError(`Name a message relay: --relay <url>, or "relay" in ${paths.configFile}.`)
}

/** Without leading zeros and in lower case, so that one chain has one name. */
function networkId(text: string): string {
  if (/^0x[0-9a-fA-F]{1,64}$/.test(text)) return `0x${BigInt(text).toString(16)}`
  throw new UsageError(`--network takes the id in hex, such as 0x1, not ${JSON.stringify(text)}.`)
}

function withOverrides(
  file: ConfigFile,
  network: string | undefined,
  {
    rpcUrls,
    registry,
  }: { readonly rpcUrls: readonly string[] | undefined; readonly registry: string | undefined },
): Settings['networks'] {
  const networks = Object.fromEntries(
    Object.entries(file.networks ?? {}).map(([id, config]) => [networkId(id), config]),
  )
  if (rpcUrls === undefined && registry === undefined) return networks
  if (network === undefined)
    throw new UsageError('Say of which chain: give --network with --rpc-url and --registry.')
  const known = networks[network]
  const merged = {
    ...known,
    rpcUrls: rpcUrls ?? known?.rpcUrls ?? [],
    registry: registry ?? known?.registry,
    // A quorum of the file is one of the file's endpoints.
    quorum: rpcUrls === undefined ? known?.quorum : undefined,
  }
  if (merged.rpcUrls.length === 0)
    throw new UsageError(`The chain ${network} has no endpoint: give --rpc-url.`)
  return { ...networks, [network]: merged }
}

function splitList(text: string | undefined): readonly string[] | undefined {
  const parts = (text ?? '').split(',').filter((part) => part !== '')
  return parts.length === 0 ? undefined : parts
}
