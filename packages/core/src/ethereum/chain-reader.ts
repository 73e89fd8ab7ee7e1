import { isUportError, UportError } from '../errors/uport-error.ts'
import { networkToHex } from '../identity/network-id.ts'
import { abortable } from '../jwt/abortable.ts'
import type { Json, JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import { parseAddress } from './address.ts'
import { hostOf, isRecord, type RpcEndpoint, rpcFailed, toRpc } from './json-rpc.ts'
import { parseQuantity, toQuantity } from './quantity.ts'

/** A transaction as the chain has it, in a block or waiting for one. */
export interface ChainTransaction {
  readonly hash: string
  /** Lower case, as all addresses here. */
  readonly from: string
  readonly to: string | undefined
  readonly value: bigint
  /** `0x` hex in lower case. */
  readonly data: string
  readonly nonce: bigint
  readonly chainId: bigint | undefined
  readonly blockHash: string | undefined
}

/** One event of a transaction. */
export interface TransactionLog {
  readonly address: string
  readonly topics: readonly string[]
  readonly data: string
}

export interface Receipt {
  readonly succeeded: boolean
  readonly blockNumber: bigint
  readonly blockHash: string
  readonly gasUsed: bigint
  /** Wei per gas that was paid; undefined where the node is too old to say. */
  readonly gasPrice: bigint | undefined
  readonly contractAddress: string | undefined
  readonly logs: readonly TransactionLog[]
}

/** Which events to look for. */
export interface LogFilter {
  /** The contract, lower case. */
  readonly address: string
  readonly topics: readonly (readonly string[])[]
  readonly fromBlock: bigint
}

/** What a transaction pays per unit of gas, in wei: EIP-1559 where the chain knows it, else one price. */
export type Fees =
  | { readonly type: 2; readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
  | { readonly type: 0; readonly gasPrice: bigint }

/** A call or transaction to be tried: quantities as `0x` hex. */
export interface Trial {
  readonly from: string
  readonly to?: string
  readonly data?: string
  readonly value?: string
  readonly gas?: string
}

/** Of a transaction that runs no code. */
const TRANSFER_GAS = 21_000n

/** What the compilers of 2017 keep back at each of three calls inside one another. */
const KEPT_BACK = 3n * 35_000n

const DEFAULT_TIP = 1_000_000_000n
const DEADLINE_MS = 15_000
const MAX_LOGS = 1024
const HEX = /^0x(?:[0-9a-fA-F]{2})*$/
const WORD = /^0x[0-9a-fA-F]{64}$/

/** The node's own refusal of a call: the cause of an `RPC_FAILED`. */
export interface NodeError {
  readonly code: number
  readonly message: string
  readonly data: unknown
}

/** The few questions that transactions need, each answer checked for its form and each wait bounded. */
export class ChainReader {
  readonly host: string
  readonly #rpc: ReturnType<typeof toRpc>

  constructor(endpoint: RpcEndpoint, host: string = hostOf(endpoint)) {
    this.host = host
    this.#rpc = toRpc(endpoint)
  }

  /** @throws UportError `RPC_WRONG_CHAIN` */
  async requireChain(chainId: bigint, options: Options): Promise<void> {
    const found = await this.#quantity('eth_chainId', [], options)
    if (found === chainId) return
    const message = `The RPC endpoint ${this.host} serves another chain: correct the configuration`
    const data = { host: this.host, expected: networkToHex(chainId), found: networkToHex(found) }
    throw new UportError('RPC_WRONG_CHAIN', message, { data })
  }

  /** @returns undefined where the node knows no such transaction, or not yet */
  async transaction(hash: string, options: Options): Promise<ChainTransaction | undefined> {
    const answer = await this.#call('eth_getTransactionByHash', [hash], options)
    return answer === null || answer === undefined ? undefined : this.#parseTransaction(answer, hash)
  }

  /** @returns undefined while the transaction is in no block */
  async receipt(hash: string, options: Options): Promise<Receipt | undefined> {
    const answer = await this.#call('eth_getTransactionReceipt', [hash], options)
    if (answer === null || answer === undefined) return undefined
    if (!isRecord(answer) || !sameText(answer['transactionHash'], hash)) throw this.#nonsense()
    const blockHash = answer['blockHash']
    if (typeof blockHash !== 'string' || !WORD.test(blockHash)) throw this.#nonsense()
    return Object.freeze({
      succeeded: this.#parse(answer['status']) === 1n,
      blockNumber: this.#parse(answer['blockNumber']),
      blockHash,
      gasUsed: this.#parse(answer['gasUsed']),
      gasPrice: parseQuantity(answer['effectiveGasPrice']),
      contractAddress: parseAddress(answer['contractAddress']),
      logs: this.#parseLogs(answer['logs']),
    })
  }

  blockNumber(options: Options): Promise<bigint> {
    return this.#quantity('eth_blockNumber', [], options)
  }

  /** Unix seconds. */
  async blockTime(blockHash: string, options: Options): Promise<number | undefined> {
    const block = await this.#call('eth_getBlockByHash', [blockHash, false], options)
    return isRecord(block) ? Number(this.#parse(block['timestamp'])) : undefined
  }

  /** Transactions of an account: `latest` those in blocks, `pending` also those that wait. */
  nonce(address: string, block: 'latest' | 'pending', options: Options): Promise<bigint> {
    return this.#quantity('eth_getTransactionCount', [address, block], options)
  }

  /** Wei; `pending` counts what transactions that wait will move. */
  balance(address: string, block: 'latest' | 'pending', options: Options): Promise<bigint> {
    return this.#quantity('eth_getBalance', [address, block], options)
  }

  /**
   * @param block `pending`: on top of the transactions that wait. Default: the node's choice
   * @param overrides what to suppose of accounts, by address, such as `{ balance: '0x1' }`; not every node can
   */
  estimateGas(
    trial: Trial,
    options: Options,
    block?: 'latest' | 'pending',
    overrides?: JsonObject,
  ): Promise<bigint> {
    const more = overrides === undefined ? [] : [overrides]
    const params = block === undefined ? [{ ...trial }] : [{ ...trial }, block, ...more]
    return this.#quantity('eth_estimateGas', params, options)
  }

  /**
   * A gas limit for a transaction: a fifth more than estimated where code runs, since what it reads may change before it is
   * included, and tried with exactly that. Contracts of old compilers keep a fixed amount back from the contracts that they
   * call, but only where they have so much: with a higher limit the called contract can get less, and fail.
   */
  async gasLimit(trial: Trial, options: Options, block?: 'pending'): Promise<bigint> {
    const estimate = await this.estimateGas(trial, options, block)
    if (estimate === TRANSFER_GAS) return estimate
    const limit = (estimate * 6n) / 5n
    try {
      await this.read({ ...trial, gas: toQuantity(limit, 'gas') }, 'pending', options)
      return limit
    } catch (error) {
      if (nodeErrorOf(error) === undefined) throw error
      return limit + KEPT_BACK
    }
  }

  /**
   * What a call returns, as `0x` hex; nothing is sent.
   *
   * @param overrides as of `estimateGas`
   */
  async read(
    trial: Trial,
    block: 'latest' | 'pending',
    options: Options,
    overrides?: JsonObject,
  ): Promise<string> {
    const params = overrides === undefined ? [{ ...trial }, block] : [{ ...trial }, block, overrides]
    const answer = await this.#call('eth_call', params, options)
    if (typeof answer !== 'string' || !HEX.test(answer)) throw this.#nonsense()
    return answer.toLowerCase()
  }

  /** The code of a contract; `0x` where there is none. */
  async code(address: string, options: Options): Promise<string> {
    const answer = await this.#call('eth_getCode', [address, 'latest'], options)
    if (typeof answer !== 'string' || !HEX.test(answer)) throw this.#nonsense()
    return answer.toLowerCase()
  }

  /** The events of a contract, oldest first: one list of topics for each place, any of which fits. */
  async logs(
    { address, topics, fromBlock }: LogFilter,
    options: Options,
  ): Promise<readonly TransactionLog[]> {
    const filter = {
      address,
      topics: topics.map((any) => [...any]),
      fromBlock: toQuantity(fromBlock, 'fromBlock'),
      toBlock: 'latest',
    }
    const logs = this.#parseLogs(await this.#call('eth_getLogs', [filter], options))
    if (logs.some((log) => log.address !== address)) throw this.#nonsense()
    return logs
  }

  /** Room for the base fee to double, as wallets reckon. */
  async fees(options: Options): Promise<Fees> {
    const block = await this.#call('eth_getBlockByNumber', ['latest', false], options)
    const baseFee = isRecord(block) ? block['baseFeePerGas'] : undefined
    if (baseFee === undefined || baseFee === null) {
      return { type: 0, gasPrice: await this.#quantity('eth_gasPrice', [], options) }
    }
    const maxPriorityFeePerGas = await this.#tip(options)
    const maxFeePerGas = 2n * this.#parse(baseFee) + maxPriorityFeePerGas
    return { type: 2, maxFeePerGas, maxPriorityFeePerGas }
  }

  async send(rawTransaction: string, options: Options): Promise<void> {
    await this.#call('eth_sendRawTransaction', [rawTransaction], options)
  }

  /** Tries a transaction on the state after a block; resolves or rejects as the node does. */
  async trial(trial: Trial, blockNumber: bigint, options: Options): Promise<void> {
    await this.#call('eth_call', [{ ...trial }, `0x${blockNumber.toString(16)}`], options)
  }

  async #tip(options: Options): Promise<bigint> {
    try {
      return await this.#quantity('eth_maxPriorityFeePerGas', [], options)
    } catch (error) {
      // Not every node knows the method; what it says to others is a failure.
      if (nodeErrorOf(error) !== undefined) return DEFAULT_TIP
      throw error
    }
  }

  #parseTransaction(answer: unknown, hash: string): ChainTransaction {
    if (!isRecord(answer) || !sameText(answer['hash'], hash)) throw this.#nonsense()
    const { to, input, blockHash, chainId } = answer
    const from = parseAddress(answer['from'])
    const recipient = to === null || to === undefined ? undefined : parseAddress(to)
    const wrongTo = to !== null && to !== undefined && recipient === undefined
    if (from === undefined || wrongTo || typeof input !== 'string' || !HEX.test(input)) throw this.#nonsense()
    return Object.freeze({
      hash,
      from,
      to: recipient,
      value: this.#parse(answer['value']),
      data: input.toLowerCase(),
      nonce: this.#parse(answer['nonce']),
      chainId: chainId === null || chainId === undefined ? undefined : this.#parse(chainId),
      blockHash: typeof blockHash === 'string' && WORD.test(blockHash) ? blockHash : undefined,
    })
  }

  #parseLogs(value: unknown): readonly TransactionLog[] {
    if (!Array.isArray(value) || value.length > MAX_LOGS) throw this.#nonsense()
    const logs: readonly unknown[] = value
    const parsed = logs.map((log) => {
      if (!isRecord(log)) throw this.#nonsense()
      const address = parseAddress(log['address'])
      const { data } = log
      const topics: readonly unknown[] = Array.isArray(log['topics']) ? log['topics'] : []
      const words = topics.filter((topic): topic is string => typeof topic === 'string' && WORD.test(topic))
      const complete = words.length === topics.length && words.length <= 4
      if (address === undefined || typeof data !== 'string' || !HEX.test(data) || !complete)
        throw this.#nonsense()
      return Object.freeze({ address, topics: Object.freeze(words), data })
    })
    return Object.freeze(parsed)
  }

  async #quantity(method: string, params: readonly Json[], options: Options): Promise<bigint> {
    return this.#parse(await this.#call(method, params, options))
  }

  #parse(value: unknown): bigint {
    const quantity = parseQuantity(value)
    if (quantity === undefined) throw this.#nonsense()
    return quantity
  }

  #nonsense(): UportError<'RPC_FAILED'> {
    return rpcFailed(this.host, 'not an answer to the question')
  }

  async #call(method: string, params: readonly Json[], { signal }: Options): Promise<unknown> {
    const deadline = AbortSignal.timeout(DEADLINE_MS)
    const both = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
    try {
      both.throwIfAborted()
      return await abortable(this.#rpc.request({ method, params }, { signal: both }), both)
    } catch (error) {
      signal?.throwIfAborted()
      if (isUportError(error)) throw error
      const answered = readNodeError(error)
      if (answered === undefined) throw rpcFailed(this.host, 'network', { retryable: true, cause: error })
      throw rpcFailed(this.host, `error ${answered.code}`, { cause: error })
    }
  }
}

/** The node's own refusal in an error of `ChainReader`; undefined where the node did not answer. */
export function nodeErrorOf(error: unknown): NodeError | undefined {
  return isUportError(error, 'RPC_FAILED') ? readNodeError(error.cause) : undefined
}

function readNodeError(error: unknown): NodeError | undefined {
  if (!(error instanceof Error) && !isRecord(error)) return undefined
  const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown }
  if (typeof code !== 'number' || error instanceof DOMException) return undefined
  return { code, message: typeof message === 'string' ? message : '', data }
}

function sameText(value: unknown, text: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === text.toLowerCase()
}
