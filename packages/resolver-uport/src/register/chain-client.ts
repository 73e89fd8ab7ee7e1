import { type Json, type Options, UportError } from '@uport-kit/core'
import type { JsonRpcEndpoint } from '../json-rpc.ts'
import { parseWord } from '../registry.ts'
import { RpcAnswerError } from '../rpc-answer.ts'

/** What a transaction pays per unit of gas, in wei: EIP-1559 where the chain knows it, else one price. */
export type Fees =
  | { readonly type: 2; readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
  | { readonly type: 0; readonly gasPrice: bigint }

export interface Receipt {
  readonly blockNumber: bigint
  readonly succeeded: boolean
}

interface Call {
  readonly from: string
  readonly to: string
  readonly data: string
}

const QUANTITY = /^0x[0-9a-f]{1,64}$/i
const DEFAULT_TIP = 1_000_000_000n

/** The few questions that sending one transaction needs, each answer checked for its form. */
export class ChainClient {
  readonly #endpoint: JsonRpcEndpoint
  readonly #options: Options

  constructor(endpoint: JsonRpcEndpoint, options: Options) {
    this.#endpoint = endpoint
    this.#options = options
  }

  get host(): string {
    return this.#endpoint.host
  }

  chainId(): Promise<bigint> {
    return this.#quantity('eth_chainId', [])
  }

  /** Counts what is waiting, so that transactions may follow one another. */
  async nonce(address: string): Promise<number> {
    return Number(await this.#quantity('eth_getTransactionCount', [address, 'pending']))
  }

  estimateGas(call: Call): Promise<bigint> {
    return this.#quantity('eth_estimateGas', [{ ...call }])
  }

  /** Room for the base fee to double, as wallets reckon. */
  async fees(): Promise<Fees> {
    const block = await this.#call('eth_getBlockByNumber', ['latest', false])
    const baseFee = isObject(block) ? block['baseFeePerGas'] : undefined
    if (baseFee === undefined || baseFee === null) {
      return { type: 0, gasPrice: await this.#quantity('eth_gasPrice', []) }
    }
    const maxPriorityFeePerGas = await this.#tip()
    const maxFeePerGas = 2n * this.#parseQuantity(baseFee) + maxPriorityFeePerGas
    return { type: 2, maxFeePerGas, maxPriorityFeePerGas }
  }

  /** @returns what a call that gives one word gives; see `parseWord` */
  async readWord(to: string, data: string, block: string): Promise<string> {
    const result = await this.#call('eth_call', [{ to, data }, block])
    try {
      return parseWord(result)
    } catch {
      throw this.#nonsense('not one word')
    }
  }

  async send(rawTransaction: string): Promise<void> {
    await this.#call('eth_sendRawTransaction', [rawTransaction])
  }

  /** @returns undefined while the transaction is in no block */
  async receipt(transactionHash: string): Promise<Receipt | undefined> {
    const receipt = await this.#call('eth_getTransactionReceipt', [transactionHash])
    if (!isObject(receipt)) return undefined
    return {
      blockNumber: this.#parseQuantity(receipt['blockNumber']),
      succeeded: this.#parseQuantity(receipt['status']) === 1n,
    }
  }

  async #tip(): Promise<bigint> {
    try {
      return await this.#quantity('eth_maxPriorityFeePerGas', [])
    } catch (error) {
      // Not every node knows the method; what it says to others is a failure.
      if (error instanceof UportError && error.cause instanceof RpcAnswerError) return DEFAULT_TIP
      throw error
    }
  }

  async #quantity(method: string, params: readonly Json[]): Promise<bigint> {
    return this.#parseQuantity(await this.#call(method, params))
  }

  #parseQuantity(value: unknown): bigint {
    if (typeof value === 'string' && QUANTITY.test(value)) return BigInt(value)
    throw this.#nonsense('not a quantity')
  }

  #nonsense(reason: string): UportError<'RPC_FAILED'> {
    const message = `The RPC endpoint ${this.host} answered nonsense: use another`
    return new UportError('RPC_FAILED', message, { data: { host: this.host, reason } })
  }

  #call(method: string, params: readonly Json[]): Promise<unknown> {
    return this.#endpoint.call(method, params, this.#options)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
