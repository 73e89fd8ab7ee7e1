/** A chain with an ERC-1056 registry. */
export interface EthrNetwork {
  /**
   * What DIDs call it, as `sepolia` in `did:ethr:sepolia:0x..`; a DID that names no network is on `mainnet`. Its chain id in
   * hex always is a name as well. Default for chain 1: `mainnet`.
   */
  readonly name?: string | undefined
  /** The endpoint's `eth_chainId` is compared with it. */
  readonly chainId: number | bigint
  /** Whoever runs this endpoint can make up keys: use your own, or one that you trust. */
  readonly rpcUrl: string
  /** Address of the registry. Default `0xdca7ef03e98e0dc2b855be647c39abe984fcf21b`, as on the main network. */
  readonly registry?: string | undefined
}

/** A network as it is used. */
export interface ConfiguredNetwork {
  readonly name: string
  /** The chain id: `0x`, lower-case hex, no leading zero. */
  readonly hexChainId: string
  readonly rpcUrl: URL
  /** Lower-case hex. */
  readonly registry: string
}

export const DEFAULT_ETHR_REGISTRY = '0xdca7ef03e98e0dc2b855be647c39abe984fcf21b'

const NAME = /^[a-z][\w-]*(?::[\w-]+)*$/
const ADDRESS = /^0x[0-9a-fA-F]{40}$/

/**
 * The networks by every name that a DID may give them.
 *
 * @throws TypeError that names the option which is wrong
 */
export function readNetworks(networks: readonly EthrNetwork[]): ReadonlyMap<string, ConfiguredNetwork> {
  if (!Array.isArray(networks) || networks.length === 0) throw new TypeError('networks: give one or more')
  const byName = new Map<string, ConfiguredNetwork>()
  for (const network of networks.map(readNetwork)) {
    for (const name of new Set([network.name, network.hexChainId])) {
      if (byName.has(name)) throw new TypeError(`networks: ${name} is configured twice`)
      byName.set(name, network)
    }
  }
  return byName
}

function readNetwork({ name, chainId, rpcUrl, registry }: EthrNetwork): ConfiguredNetwork {
  const hexChainId = readChainId(chainId)
  const ownName = name ?? (hexChainId === '0x1' ? 'mainnet' : hexChainId)
  if (name !== undefined && !NAME.test(name))
    throw new TypeError('networks: name is letters, digits, - and _')
  if (registry !== undefined && !ADDRESS.test(registry))
    throw new TypeError(`networks: registry of ${ownName} is no address`)
  return Object.freeze({
    name: ownName,
    hexChainId,
    rpcUrl: readUrl(rpcUrl, ownName),
    registry: (registry ?? DEFAULT_ETHR_REGISTRY).toLowerCase(),
  })
}

function readChainId(chainId: number | bigint): string {
  if (typeof chainId === 'number' ? Number.isSafeInteger(chainId) && chainId > 0 : chainId > 0n)
    return `0x${chainId.toString(16)}`
  throw new TypeError('networks: chainId is a whole number above 0')
}

function readUrl(text: string, name: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
    return url
  throw new TypeError(`networks: rpcUrl of ${name} is an http or https URL without credentials`)
}
