import { isUportError, type Json, UportError } from '@uport-kit/core'
import type {} from './errors.ts'
import type { ConfiguredNetwork } from './ethr-networks.ts'
import { callRpc, isObject, RpcFailure } from './json-rpc.ts'

export interface ChainReaderOptions {
  readonly network: ConfiguredNetwork
  /** Whose history is read, for errors. */
  readonly did: string
  readonly fetch: typeof globalThis.fetch
  readonly signal: AbortSignal
  readonly maxRequests: number
}

export interface Block {
  readonly number: number
  /** Unix seconds. */
  readonly timestamp: number
}

/** An event as ethers hands it out, as far as it is read. */
export interface RegistryLog {
  readonly address: string
  readonly topics: readonly string[]
  readonly data: string
  readonly blockNumber: number
}

/** As the resolver's library asks for logs. */
export interface LogFilter {
  readonly topics: readonly (string | null)[]
  readonly fromBlock: bigint
}

const QUANTITY = /^0x[0-9a-f]{1,64}$/i
const BYTES = /^0x(?:[0-9a-f]{2})*$/i
/** Delegates and attributes end at their third word of four or more; a change of owner has two words. */
const VALID_TO = /^0x[0-9a-f]{128}([0-9a-f]{64})[0-9a-f]{64}/i
const CENTURY = 3_155_760_000
const WORD = /^0x[0-9a-f]{64}$/i

/**
 * Reads one DID's history from one endpoint: bounded in requests and time, and every answer checked for its form and
 * for being about what was asked. It is what ethr-did-resolver takes for an ethers provider.
 */
export class ChainReader {
  /** The contract of ethers asks its runner for a provider; this is both. */
  readonly provider: this = this
  readonly #options: ChainReaderOptions
  #requests = 0
  #failure: unknown
  readonly #expiries: number[] = []
  #moment: Block | undefined

  constructor(options: ChainReaderOptions) {
    this.#options = options
  }

  /** What went wrong first: the library tells "there is none" from "I could not ask" by words alone. */
  get failure(): unknown {
    return this.#failure
  }

  /** The first time after `time` at which an entry seen here ends; undefined where none does within a century. */
  nextExpiry(time: number): number | undefined {
    const ends = this.#expiries.filter((end) => end > time && end < time + CENTURY)
    return ends.length === 0 ? undefined : Math.min(...ends)
  }

  /** Makes the next block that the library asks for this one: it takes its time for the present. */
  setMoment(moment: Block): void {
    this.#moment = moment
  }

  /** @throws UportError `ETHR_WRONG_CHAIN` */
  async checkChain(): Promise<void> {
    const { name, hexChainId } = this.#options.network
    const found = `0x${this.#quantity(await this.#ask('eth_chainId', [])).toString(16)}`
    if (found === hexChainId) return
    const message = `The endpoint of ${name} serves chain ${found}, not ${hexChainId}: correct the configuration`
    throw this.#fail(
      new UportError('ETHR_WRONG_CHAIN', message, { data: { network: name, expected: hexChainId, found } }),
    )
  }

  async readBlock(tag: number | 'latest'): Promise<Block> {
    const block = await this.#ask('eth_getBlockByNumber', [tag === 'latest' ? tag : hex(tag), false])
    if (!isObject(block)) throw this.#failed('no such block')
    const number = this.#wholeNumber(block['number'])
    if (tag !== 'latest' && number !== tag) throw this.#failed('another block than the one asked for')
    return { number, timestamp: this.#wholeNumber(block['timestamp']) }
  }

  /** For ethr-did-resolver. */
  async getBlock(number: number): Promise<Block> {
    const moment = this.#moment
    this.#moment = undefined
    return moment ?? this.readBlock(number)
  }

  /** For ethers: a call of the registry. */
  async call(transaction: { readonly to?: unknown; readonly data?: unknown }): Promise<string> {
    const { registry, name } = this.#options.network
    const data = typeof transaction.data === 'string' ? transaction.data : ''
    const result = await this.#ask('eth_call', [{ to: registry, data }, 'latest'])
    if (result === '0x') {
      const message = `No ERC-1056 registry answers at ${registry} on ${name}: correct the configuration`
      throw this.#fail(
        new UportError('ETHR_REGISTRY_NOT_DEPLOYED', message, { data: { network: name, registry } }),
      )
    }
    if (typeof result === 'string' && WORD.test(result)) return result
    throw this.#failed('no answer of a registry')
  }

  /** For ethr-did-resolver: the events of one identity in one block. */
  async getLogs({ topics, fromBlock }: LogFilter): Promise<readonly RegistryLog[]> {
    const { network } = this.#options
    const block = `0x${fromBlock.toString(16)}`
    const wanted = topics.map((topic) => topic?.toLowerCase() ?? null)
    const filter = { address: network.registry, topics: wanted, fromBlock: block, toBlock: block }
    const logs = await this.#ask('eth_getLogs', [filter])
    if (!Array.isArray(logs)) throw this.#failed('no list of events')
    if (logs.length === 0) {
      const message = `The endpoint of ${network.name} has no events of block ${fromBlock}: use one that keeps them`
      const data = { network: network.name, block: fromBlock.toString() }
      throw this.#fail(new UportError('ETHR_HISTORY_MISSING', message, { data }))
    }
    return logs.map((log: unknown) => this.#parseLog(log, wanted, Number(fromBlock)))
  }

  #parseLog(log: unknown, wanted: readonly (string | null)[], block: number): RegistryLog {
    if (!isObject(log)) throw this.#failed('no event')
    const { address, topics, data } = log
    const isOurs =
      typeof address === 'string' &&
      address.toLowerCase() === this.#options.network.registry &&
      Array.isArray(topics) &&
      topics.length <= 4 &&
      topics.every((topic) => typeof topic === 'string' && WORD.test(topic)) &&
      wanted.every((topic, index) => topic === null || topics[index]?.toLowerCase() === topic) &&
      this.#wholeNumber(log['blockNumber']) === block
    if (!isOurs || typeof data !== 'string' || !BYTES.test(data))
      throw this.#failed('an event that was not asked for')
    const validTo = VALID_TO.exec(data)?.[1]
    if (validTo !== undefined) this.#expiries.push(Number(`0x${validTo}`))
    return { address, topics, data, blockNumber: block }
  }

  async #ask(method: string, params: readonly Json[]): Promise<unknown> {
    const { did, fetch, network, maxRequests, signal } = this.#options
    this.#requests += 1
    if (this.#requests > maxRequests) {
      const message = `The history of this DID takes more than ${maxRequests} requests: raise maxRequests if you trust it`
      throw this.#fail(new UportError('ETHR_HISTORY_TOO_LONG', message, { data: { did, maxRequests } }))
    }
    try {
      return await callRpc(fetch, network.rpcUrl, { method, params, signal })
    } catch (cause) {
      throw cause instanceof RpcFailure ? this.#failed(cause.message, cause) : this.#fail(cause)
    }
  }

  #quantity(value: unknown): bigint {
    if (typeof value === 'string' && QUANTITY.test(value)) return BigInt(value)
    throw this.#failed('a number in another form')
  }

  #wholeNumber(value: unknown): number {
    const number = Number(this.#quantity(value))
    if (Number.isSafeInteger(number)) return number
    throw this.#failed('a number out of range')
  }

  #failed(reason: string, cause?: unknown): unknown {
    const { name, rpcUrl } = this.#options.network
    const message = `The Ethereum endpoint ${rpcUrl.host} failed (${reason}): try again or use another`
    const data = { network: name, host: rpcUrl.host, reason }
    return this.#fail(new UportError('ETHR_RPC_FAILED', message, { data, retryable: true, cause }))
  }

  #fail(error: unknown): unknown {
    // A first failure of ours says more than what follows from it.
    if (!isUportError(this.#failure)) this.#failure = error
    return error
  }
}

function hex(number: number): string {
  return `0x${number.toString(16)}`
}
