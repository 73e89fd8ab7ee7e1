import { readFile } from 'node:fs/promises'
import { UsageError } from '../cli-error.ts'
import { writePrivateFile } from './write-file.ts'

/** One chain in the configuration. */
export interface NetworkConfig {
  readonly name?: string | undefined
  readonly rpcUrls: readonly string[]
  /** Address of the uPort registry. */
  readonly registry?: string | undefined
  readonly quorum?: number | undefined
  /** Address of the IdentityManager that new contract identities belong to. */
  readonly manager?: string | undefined
}

/** What the configuration file may hold. */
export interface ConfigFile {
  /** Name or DID of the identity to act as. */
  readonly identity?: string | undefined
  /** `0x` hex id of the chain to use where none is named. */
  readonly network?: string | undefined
  /** By id in hex. */
  readonly networks?: Readonly<Record<string, NetworkConfig>> | undefined
  readonly gateways?: readonly string[] | undefined
  readonly ipfsApi?: string | undefined
  readonly relay?: string | undefined
  /** Origins on your own machines that strangers' requests may name; everything else must be public and https. */
  readonly allowOrigins?: readonly string[] | undefined
  /** Cost of new key files: scrypt's n. */
  readonly scrypt?: { readonly n: number } | undefined
}

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string' && value.length > 0
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText)
const isId: Check = (value) => typeof value === 'string' && /^0x[0-9a-fA-F]{1,64}$/.test(value)
const isWhole: Check = (value) => Number.isSafeInteger(value) && Number(value) > 0

/** What each member must be, in words for the person. */
const MEMBERS: ReadonlyMap<string, readonly [Check, string]> = new Map<string, readonly [Check, string]>([
  ['identity', [isText, 'the name or DID of an identity']],
  ['network', [isId, 'a network id in hex, such as "0x1"']],
  ['networks', [isRecord, 'an object of networks by id in hex']],
  ['gateways', [isTexts, 'a list of URLs']],
  ['ipfsApi', [isText, 'a URL']],
  ['relay', [isText, 'a URL']],
  ['allowOrigins', [isTexts, 'a list of origins, such as "http://127.0.0.1:8080"']],
  ['scrypt', [(value) => isRecord(value) && isWhole(value['n']), '{ "n": a power of two }']],
])

const NETWORK_MEMBERS: typeof MEMBERS = new Map<string, readonly [Check, string]>([
  ['name', [isText, 'a text']],
  ['rpcUrls', [(value) => isTexts(value) && (value as unknown[]).length > 0, 'a list of URLs']],
  ['registry', [(value) => /^0x[0-9a-fA-F]{40}$/.test(String(value)), 'an address']],
  ['manager', [(value) => /^0x[0-9a-fA-F]{40}$/.test(String(value)), 'an address']],
  ['quorum', [isWhole, 'a whole number']],
])

/** Reads the file; an empty configuration where there is none. @throws UsageError that names the member */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new UsageError(`The configuration ${path} cannot be read: check its permissions.`, { cause: error })
  }
  return parseConfig(text, path)
}

/** @throws UsageError that names the member */
function parseConfig(text: string, path: string): ConfigFile {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`The configuration ${path} is not JSON: correct or remove it.`, { cause: error })
  }
  if (!isRecord(value)) throw new UsageError(`The configuration ${path} must be a JSON object.`)
  checkMembers(value, MEMBERS, path, '')
  const networks = value['networks']
  for (const [id, network] of isRecord(networks) ? Object.entries(networks) : []) {
    const where = `networks.${id}`
    if (!isId(id)) throw new UsageError(`${path}: ${where} is no network id in hex, such as 0x1.`)
    if (!isRecord(network)) throw new UsageError(`${path}: ${where} must be an object.`)
    if (network['rpcUrls'] === undefined) throw new UsageError(`${path}: ${where}.rpcUrls is missing.`)
    checkMembers(network, NETWORK_MEMBERS, path, `${where}.`)
  }
  return value
}

/** Changes members of the file and leaves the rest of it as it is. */
export async function updateConfigFile(path: string, changes: ConfigFile): Promise<void> {
  const current = await readConfigFile(path)
  const networks = { ...current.networks, ...changes.networks }
  await writePrivateFile(path, `${JSON.stringify({ ...current, ...changes, networks }, undefined, 2)}\n`)
}

function checkMembers(
  value: Readonly<Record<string, unknown>>,
  members: typeof MEMBERS,
  path: string,
  prefix: string,
): void {
  for (const [name, member] of Object.entries(value)) {
    const rule = members.get(name)
    if (rule === undefined) {
      throw new UsageError(
        `${path}: ${prefix}${name} is not known; known are ${[...members.keys()].join(', ')}.`,
      )
    }
    const [check, words] = rule
    if (!check(member)) throw new UsageError(`${path}: ${prefix}${name} must be ${words}.`)
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
