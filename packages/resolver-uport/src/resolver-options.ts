import {
  type ContentSource,
  isUportError,
  networkToHex,
  parseNetworkId,
  type SafeFetch,
} from '@uport-kit/core'
import type { Fetch } from './exchange.ts'
import { IpfsGateways } from './ipfs-gateways.ts'
import { JsonRpcEndpoint } from './json-rpc.ts'
import { QuorumReader } from './quorum-reader.ts'

/** How one network is read. */
export interface NetworkOptions {
  /** JSON-RPC endpoints over http(s), each of another operator where the quorum is to mean something. */
  readonly rpcUrls: readonly string[]
  /** Address of the uPort registry, version 3. */
  readonly registry: string
  /** How many endpoints must agree. Default 1 for one endpoint, the majority for more. Less than a majority trusts the fastest. */
  readonly quorum?: number | undefined
  /** What `eth_chainId` must answer. Default the network id; needed where that is the prefix of a genesis hash. */
  readonly chainId?: bigint | number | undefined
}

export type UportResolverOptions = {
  /** By network id as in MNIDs: `0x` and hex digits. */
  readonly networks: Readonly<Record<string, NetworkOptions>>
  /** The web's, or a `SafeFetch`, which takes less time. Default: the platform's. */
  readonly fetch?: Fetch | SafeFetch | undefined
  /** Milliseconds per request to an endpoint or gateway. Default 10 000. */
  readonly timeoutMs?: number | undefined
  /** Larger documents are refused. Default 65 536. */
  readonly maxDocumentBytes?: number | undefined
} & (
  | {
      /** Base URLs of IPFS gateways, asked in this order. None of them is trusted. */
      readonly gateways: readonly string[]
      readonly content?: undefined
    }
  | {
      /** Where documents come from instead of gateways. */
      readonly content: ContentSource
      readonly gateways?: undefined
    }
)

/** One configured network, ready to be read. */
export interface Network {
  /** As MNIDs write it, without leading zeros. */
  readonly id: string
  /** `0x` and 40 lower-case hex digits. */
  readonly registry: string
  readonly reader: QuorumReader
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const MAX_TIMER_MS = 2 ** 31 - 1

/** @throws TypeError that names the member which is wrong */
export function readNetworks(options: UportResolverOptions): ReadonlyMap<bigint, Network> {
  checkWhole('timeoutMs', options.timeoutMs, 1, MAX_TIMER_MS)
  checkWhole('maxDocumentBytes', options.maxDocumentBytes, 1, Number.MAX_SAFE_INTEGER)
  const networks = new Map<bigint, Network>()
  for (const [id, network] of Object.entries(options.networks)) {
    const key = readId(id)
    if (networks.has(key)) throw new TypeError(`networks: ${networkToHex(key)} is there twice`)
    networks.set(key, readNetwork(key, network, options))
  }
  if (networks.size === 0) throw new TypeError('networks: configure at least one')
  return networks
}

/** @throws TypeError where there is not exactly one of gateways and content */
export function readContentSource(options: UportResolverOptions): ContentSource {
  const { gateways, content, fetch, timeoutMs } = options
  if ((gateways === undefined) === (content === undefined))
    throw new TypeError('Give either gateways or content')
  return content ?? new IpfsGateways({ gateways: gateways ?? [], fetch, timeoutMs })
}

function readNetwork(key: bigint, network: NetworkOptions, options: UportResolverOptions): Network {
  const id = networkToHex(key)
  const { rpcUrls, registry, quorum = Math.floor(rpcUrls.length / 2) + 1, chainId = key } = network
  if (rpcUrls.length === 0) throw new TypeError(`networks.${id}.rpcUrls: name at least one`)
  // One endpoint under two spellings of its address would vote twice.
  if (new Set(rpcUrls.map(spelling)).size !== rpcUrls.length)
    throw new TypeError(`networks.${id}.rpcUrls: one is there twice`)
  if (!ADDRESS.test(registry)) throw new TypeError(`networks.${id}.registry: write 0x and 40 hex digits`)
  checkWhole(`networks.${id}.quorum`, quorum, 1, rpcUrls.length)
  if (typeof chainId === 'number') checkWhole(`networks.${id}.chainId`, chainId, 1, Number.MAX_SAFE_INTEGER)
  const { fetch, timeoutMs } = options
  const endpoints = rpcUrls.map((url) => new JsonRpcEndpoint(url, { fetch, timeoutMs }))
  const reader = new QuorumReader({ network: id, chainId: BigInt(chainId), endpoints, quorum })
  return Object.freeze({ id, registry: registry.toLowerCase(), reader })
}

function spelling(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url
}

function readId(id: string): bigint {
  try {
    return parseNetworkId(id)
  } catch (error) {
    if (!isUportError(error)) throw error
    throw new TypeError(`networks: ${JSON.stringify(id)} is no network id, write 0x and hex digits`)
  }
}

function checkWhole(name: string, value: number | undefined, min: number, max: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= min && value <= max)) return
  throw new TypeError(`${name}: write a whole number from ${min} to ${max}`)
}
