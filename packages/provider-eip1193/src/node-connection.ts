import { type Json, networkToHex, type Options, UportError } from '@uport-kit/core'
import { type EthereumRpc, httpRpc, type RpcEndpoint } from '@uport-kit/core/ethereum'
import { providerError } from './provider-error.ts'
import { toProviderError } from './to-provider-error.ts'

/** One chain's node: asked nothing before its chain id was found to be the configured one. */
export class NodeConnection {
  readonly chainId: bigint
  readonly #rpc: EthereumRpc
  #checked: Promise<void> | undefined

  constructor(chainId: bigint, endpoint: RpcEndpoint) {
    this.chainId = chainId
    this.#rpc = typeof endpoint === 'string' ? httpRpc(endpoint) : endpoint
  }

  /** @throws ProviderRpcError 4900, 4901, or the node's own answer */
  async request(method: string, params: readonly Json[] | undefined, options: Options): Promise<unknown> {
    try {
      this.#checked ??= this.#check(options)
      await this.#checked
      return await this.#rpc.request({ method, params }, options)
    } catch (error) {
      if (options.signal?.aborted) throw providerError(4900, 'The provider was closed.')
      throw toProviderError(error)
    }
  }

  async #check(options: Options): Promise<void> {
    try {
      const found = await this.#rpc.request({ method: 'eth_chainId' }, options)
      const isRight = typeof found === 'string' && /^0x[0-9a-fA-F]{1,64}$/.test(found)
      if (isRight && BigInt(found) === this.chainId) return
      const data = {
        host: 'provider',
        expected: networkToHex(this.chainId),
        found: isRight ? networkToHex(BigInt(found)) : 'none',
      }
      const message = 'The node serves another chain than it is configured for; correct the configuration.'
      throw new UportError('RPC_WRONG_CHAIN', message, { data })
    } catch (error) {
      // Asked again by the next request: a node may come back.
      this.#checked = undefined
      throw error
    }
  }
}
