import {
  type Did,
  foldDid,
  networkToHex,
  type Options,
  parseNetworkId,
  UportError,
  type WalletStore,
} from '@uport-kit/core'
import { Collection } from './collection.ts'

/** A chain that accounts can live on. */
export interface WalletNetwork {
  /** `0x` hex without leading zeros. */
  readonly id: string
  readonly name?: string | undefined
  readonly rpcUrl: string
}

/** A chain that a requester brought: usable for that requester alone. */
export interface PrivateNetwork extends WalletNetwork {
  readonly requester: Did
}

/**
 * Checks that an endpoint serves a network: `net_version` and `eth_chainId` both say so.
 *
 * @throws UportError `PRIVATE_CHAIN_MISMATCH`, or the codes of the fetch
 */
export type ChainProbe = (
  chain: { readonly network: bigint; readonly rpcUrl: string; readonly requester: Did },
  options?: Options,
) => Promise<void>

/** The chains this wallet knows, and the private ones it was shown. */
export class Networks {
  readonly #known: ReadonlyMap<bigint, WalletNetwork>
  readonly #private: Collection<PrivateNetwork>
  readonly #probe: ChainProbe | undefined

  /** @throws TypeError where two of the known networks have one id */
  constructor(store: WalletStore, known: readonly WalletNetwork[], probe: ChainProbe | undefined) {
    this.#known = new Map(known.map((network) => [parseNetworkId(network.id), network]))
    if (this.#known.size < known.length) throw new TypeError('networks: two of them have the same id')
    this.#private = new Collection(store, 'networks')
    this.#probe = probe
  }

  /** The known ones, which no request changes. */
  known(): readonly WalletNetwork[] {
    return [...this.#known.values()]
  }

  isKnown(network: string | bigint): boolean {
    return this.#known.has(idOf(network))
  }

  listPrivate(options?: Options): Promise<readonly PrivateNetwork[]> {
    return this.#private.list(options)
  }

  /** The network as this requester may use it: known to the wallet, or private and its own. */
  async find(
    network: string | bigint,
    requester?: string | undefined,
    options?: Options,
  ): Promise<WalletNetwork | undefined> {
    const known = this.#known.get(idOf(network))
    if (known !== undefined || requester === undefined) return known
    return this.#private.get(keyOf(network, requester), options)
  }

  /** @throws UportError `WALLET_NETWORK_UNKNOWN` */
  async require(network: string | bigint, requester?: string, options?: Options): Promise<WalletNetwork> {
    const found = await this.find(network, requester, options)
    if (found !== undefined) return found
    throw new UportError(
      'WALLET_NETWORK_UNKNOWN',
      'The wallet knows no such network; add it to its networks.',
      {
        data: { network: networkToHex(idOf(network)) },
      },
    )
  }

  /**
   * Refuses what must not even be shown: an endpoint for a network that is known, or that is no web address.
   *
   * @throws UportError `PRIVATE_CHAIN_NETWORK_KNOWN`, `REQUEST_INVALID`
   */
  assertMayAdd(network: string | bigint, rpcUrl: string): URL {
    if (this.isKnown(network)) {
      throw new UportError(
        'PRIVATE_CHAIN_NETWORK_KNOWN',
        'The request brings its own endpoint for a network that is known; decline.',
        { data: { network: networkToHex(idOf(network)) } },
      )
    }
    const url = URL.canParse(rpcUrl) ? new URL(rpcUrl) : undefined
    const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
    if (url !== undefined && isWeb && url.username === '' && url.password === '') return url
    throw new UportError('REQUEST_INVALID', "The request's member rpc is no web address.", {
      data: { member: 'rpc', reason: 'is no web address' },
    })
  }

  /**
   * Adds a private chain for one requester, after the person agreed: the endpoint is contacted here for the first time.
   *
   * @throws UportError `PRIVATE_CHAIN_NETWORK_KNOWN`, `PRIVATE_CHAIN_MISMATCH`, `WALLET_NETWORK_UNKNOWN` (this wallet
   * cannot probe chains), the codes of the fetch
   */
  async addPrivate(
    { id, rpcUrl, requester }: Omit<PrivateNetwork, 'name'>,
    options?: Options,
  ): Promise<PrivateNetwork> {
    const { href } = this.assertMayAdd(id, rpcUrl)
    if (this.#probe === undefined) {
      throw new UportError(
        'WALLET_NETWORK_UNKNOWN',
        'This wallet takes no private chains; give it a probe.',
        {
          data: { network: networkToHex(idOf(id)) },
        },
      )
    }
    await this.#probe({ network: idOf(id), rpcUrl: href, requester }, options)
    const network = { id: networkToHex(idOf(id)), rpcUrl: href, requester: foldDid(requester) }
    await this.#private.put(keyOf(id, requester), network, options)
    return network
  }

  removePrivate(network: string | bigint, requester: string, options?: Options): Promise<boolean> {
    return this.#private.delete(keyOf(network, requester), options)
  }
}

function idOf(network: string | bigint): bigint {
  return typeof network === 'bigint' ? network : parseNetworkId(network)
}

function keyOf(network: string | bigint, requester: string): string {
  return `${networkToHex(idOf(network))} ${foldDid(requester)}`
}
