import { isUportError, type Json, type Options, UportError } from '@uport-kit/core'
import type {} from './errors.ts'
import type { JsonRpcEndpoint } from './json-rpc.ts'
import { VoteCount } from './vote-count.ts'

export interface QuorumReaderOptions {
  /** For errors. */
  readonly network: string
  readonly chainId: bigint
  readonly endpoints: readonly JsonRpcEndpoint[]
  /** How many endpoints must give the same result. */
  readonly quorum: number
}

/** A question about the chain's state whose last parameter, the block, is left to the reader. */
export interface StateQuestion {
  readonly method: 'eth_call' | 'eth_getCode'
  readonly params: readonly Json[]
  /** Gives the form in which results are compared; throws on a result that is none. */
  readonly parse: (result: unknown) => string
}

export interface StateAnswer {
  readonly result: string
  /** Known where endpoints had to be asked about one and the same block. */
  readonly blockNumber?: bigint | undefined
}

const QUANTITY = /^0x[0-9a-f]{1,64}$/i

/**
 * How many blocks an endpoint may be behind the others and still have a say in which block everybody is asked about.
 * Without this bound a single liar could take the question back to a key that was replaced long ago.
 */
const MAX_LAG = 10n

/**
 * Reads one fact from several endpoints and believes it when `quorum` of them say the same. Errors never vote, "nothing
 * there" needs the quorum like any other answer, and an endpoint of another chain is not heard. Returns as soon as the
 * quorum is reached. Where endpoints contradict one another, all are asked again about one block that all should have.
 */
export class QuorumReader {
  readonly #options: QuorumReaderOptions
  readonly #onChain = new Set<JsonRpcEndpoint>()

  constructor(options: QuorumReaderOptions) {
    this.#options = options
  }

  /**
   * @throws UportError `RPC_UNAVAILABLE`, `RPC_QUORUM_UNREACHED` (both retryable), `RPC_DISAGREE`, `RPC_WRONG_CHAIN` (every
   * endpoint serves another chain)
   */
  async read(question: StateQuestion, options: Options = {}): Promise<StateAnswer> {
    const latest = await this.#ask(question, 'latest', options)
    if (latest.winner !== undefined) return { result: latest.winner }
    this.#requireAnswers(latest)
    const blockNumber = await this.#commonHeight(options)
    const pinned = await this.#ask(question, `0x${blockNumber.toString(16)}`, options)
    if (pinned.winner !== undefined) return { result: pinned.winner, blockNumber }
    this.#requireAnswers(pinned)
    throw this.#disagreement(pinned)
  }

  async #ask(question: StateQuestion, block: string, options: Options): Promise<VoteCount> {
    return this.#poll(options, async (endpoint, signal) => {
      const [result] = await Promise.all([
        endpoint.call(question.method, [...question.params, block], { signal }),
        this.#checkChain(endpoint, signal),
      ])
      return question.parse(result)
    })
  }

  /** Asks every endpoint at once; ends the rest when one result has the quorum. */
  async #poll(
    { signal }: Options,
    ask: (endpoint: JsonRpcEndpoint, signal: AbortSignal | undefined) => Promise<string>,
  ): Promise<VoteCount> {
    const { endpoints, quorum } = this.#options
    const votes = new VoteCount(quorum)
    // One alone needs nobody to end it but the caller.
    const decided = endpoints.length > 1 ? new AbortController() : undefined
    if (decided !== undefined) {
      signal?.addEventListener('abort', () => decided.abort(signal.reason), { signal: decided.signal })
    }
    const polled = endpoints.map(async (endpoint) => {
      try {
        votes.add(await ask(endpoint, decided?.signal ?? signal))
      } catch (error) {
        votes.failures.push(error)
      }
      if (votes.winner !== undefined) decided?.abort()
    })
    await Promise.all(polled)
    // Takes the listener off where nobody won.
    decided?.abort()
    signal?.throwIfAborted()
    return votes
  }

  /** A success is remembered; a mismatch is asked about again, since operators correct their mistakes. */
  async #checkChain(endpoint: JsonRpcEndpoint, signal: AbortSignal | undefined): Promise<void> {
    if (this.#onChain.has(endpoint)) return
    const { chainId } = this.#options
    const found = parseQuantity(await endpoint.call('eth_chainId', [], { signal }))
    if (found !== chainId) {
      const message = `The RPC endpoint ${endpoint.host} serves another chain: correct the configuration`
      const data = {
        host: endpoint.host,
        expected: `0x${chainId.toString(16)}`,
        found: `0x${found.toString(16)}`,
      }
      throw new UportError('RPC_WRONG_CHAIN', message, { data })
    }
    this.#onChain.add(endpoint)
  }

  /**
   * The lowest height that an endpoint reports, those far behind left out: behind the k-th lowest of them. Fewer than a
   * quorum of liars cannot push that one below every honest height, and so not back to before a key was replaced.
   */
  async #commonHeight(options: Options): Promise<bigint> {
    const reported: bigint[] = []
    const failures: unknown[] = []
    const onChain = this.#options.endpoints.filter((endpoint) => this.#onChain.has(endpoint))
    const asked = onChain.map(async (endpoint) => {
      try {
        reported.push(parseQuantity(await endpoint.call('eth_blockNumber', [], options)))
      } catch (error) {
        failures.push(error)
      }
    })
    await Promise.all(asked)
    options.signal?.throwIfAborted()
    const heights = reported.sort((a, b) => (a < b ? -1 : 1))
    const reference = heights[this.#options.quorum - 1]
    const lowest =
      reference === undefined ? undefined : heights.find((height) => reference - height <= MAX_LAG)
    if (lowest !== undefined) return lowest
    throw this.#tooFew(heights.length, failures)
  }

  #requireAnswers(votes: VoteCount): void {
    const { quorum } = this.#options
    const { answers, failures } = votes
    if (answers < quorum) throw this.#tooFew(answers, failures)
  }

  #tooFew(answers: number, failures: readonly unknown[]): UportError {
    const { network, quorum } = this.#options
    if (answers === 0) return this.#unavailable(failures)
    const message = `Only ${answers} of the ${quorum} RPC endpoints needed for network ${network} answered: try again`
    const cause = new AggregateError(failures)
    return new UportError('RPC_QUORUM_UNREACHED', message, {
      data: { network, answers, quorum },
      cause,
      retryable: true,
    })
  }

  #unavailable(failures: readonly unknown[]): UportError {
    const { network, endpoints } = this.#options
    const [first] = failures
    if (isWrongChain(first) && failures.every(isWrongChain)) return first
    const message = `No RPC endpoint of network ${network} answered: try again`
    const data = { network, endpoints: endpoints.length }
    return new UportError('RPC_UNAVAILABLE', message, {
      data,
      cause: new AggregateError(failures),
      retryable: true,
    })
  }

  #disagreement(votes: VoteCount): UportError<'RPC_DISAGREE'> {
    const { network, quorum } = this.#options
    const message = `The RPC endpoints of network ${network} contradict one another: find out which one is wrong`
    return new UportError('RPC_DISAGREE', message, { data: { network, answers: votes.answers, quorum } })
  }
}

function isWrongChain(failure: unknown): failure is UportError {
  return isUportError(failure, 'RPC_WRONG_CHAIN')
}

function parseQuantity(result: unknown): bigint {
  if (typeof result !== 'string' || !QUANTITY.test(result)) throw new Error('The result is not a quantity')
  return BigInt(result)
}
