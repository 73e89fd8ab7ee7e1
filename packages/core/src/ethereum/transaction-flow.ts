import { systemClock } from '../clock/system-clock.ts'
import type { TransactionField } from '../errors/error-data.ts'
import { UportError } from '../errors/uport-error.ts'
import { defineRequestFlow, type Outcome, type RequestFlowOf, type VerifyContext } from '../flows/flow.ts'
import { networkToHex, parseNetworkId } from '../identity/network-id.ts'
import { refuseReply } from '../messages/members.ts'
import type { Clock } from '../ports/clock.ts'
import type { Options } from '../ports/options.ts'
import type { CarriedCallReader } from './carried-call.ts'
import { ChainReader, type ChainTransaction, type TransactionLog } from './chain-reader.ts'
import { confirmTransaction, transactionUnknown } from './confirm-transaction.ts'
import type { RpcEndpoint } from './json-rpc.ts'
import { createTransactionPayload, type TransactionParams } from './transaction-payload.ts'
import { type EthereumTransactionRequest, parseTransactionRequest } from './transaction-request.ts'

/** What the flow reads from the chains it may ask for. */
export interface TransactionOptions {
  /** Your own endpoint of each chain, by network id in hex (`0x1`): what a reply names is believed only from there. */
  readonly networks: Readonly<Record<string, { readonly rpc: RpcEndpoint }>>
  /**
   * Finds what contract accounts do by means of other contracts, for instance `proxyCallReader` of
   * `@uport-kit/account-contract`. Default: none, so only accounts that send under their own address can answer.
   */
  readonly carriers?: readonly CarriedCallReader[] | undefined
  /**
   * Seconds that a block's time may lie before the request's: beyond, the transaction is older than the request and
   * answers something else. Default 30.
   */
  readonly timeTolerance?: number | undefined
  /** Seconds between two looks while waiting. Default 2. */
  readonly pollSeconds?: number | undefined
  /** Default: the machine's clock. */
  readonly clock?: Clock | undefined
}

export interface ConfirmOptions extends Options {
  /** Blocks that must hold the transaction; the one it is in counts as the first. Default 1. */
  readonly confirmations?: number | undefined
  /** Seconds until waiting ends. Default 600. */
  readonly timeout?: number | undefined
}

/** A transaction in a block, successful. */
export interface ConfirmedTransaction {
  readonly status: 'confirmed'
  readonly hash: string
  readonly network: bigint
  readonly blockNumber: bigint
  readonly blockHash: string
  readonly gasUsed: bigint
  /** Of a creation: the new contract, lower case. */
  readonly contractAddress?: string | undefined
  readonly logs: readonly TransactionLog[]
}

/** A transaction that the chain knows and that is the one asked for. It may still fail or never be included. */
export interface SubmittedTransaction extends Outcome {
  /** A transaction hash carries no identity. */
  readonly did: undefined
  readonly status: 'submitted'
  /** `0x` and 64 lower-case hex digits. Remember it where the same payment may be asked for twice at once. */
  readonly hash: string
  readonly network: bigint
  /** Who acts: the account that signed it, or the contract account whose call it carries; lower case. */
  readonly from: string
  readonly to?: string | undefined
  readonly value: bigint
  readonly data: string
  readonly sealed: boolean
  readonly bound: 'channel'
  /**
   * Waits until the transaction is in a block.
   *
   * Rejects with `TRANSACTION_REVERTED` (with the contract's reason where the node tells it), `TRANSACTION_REPLACED`,
   * `TRANSACTION_DROPPED`, `TRANSACTION_TIMEOUT` (retryable), or the signal's reason.
   */
  confirmed(options?: ConfirmOptions): Promise<ConfirmedTransaction>
}

/** The app's half of the transaction flow. */
export type TransactionFlow = RequestFlowOf<TransactionParams, SubmittedTransaction>

const DEFAULT_TIMEOUT = 600
const DEFAULT_POLL = 2
const DEFAULT_TOLERANCE = 30

/**
 * Makes the flow that asks a person to send an Ethereum transaction.
 *
 * The reply is a bare hash, so everything is read from the chain: the endpoint's chain id, recipient, value, data and,
 * where asked for, sender must be the request's, and the transaction must not be older than it. A hash that the chain
 * does not know yet is `TRANSACTION_UNKNOWN`, which is retryable. A contract account answers with a transaction to another
 * contract: it is taken where one of `carriers` finds in it the call that was asked for.
 *
 * @throws TypeError where a network's id or endpoint is none
 */
export function transaction(options: TransactionOptions): TransactionFlow {
  const { timeTolerance = DEFAULT_TOLERANCE, pollSeconds = DEFAULT_POLL, clock = systemClock() } = options
  const chains = new Map(
    Object.entries(options.networks).map(([id, { rpc }]) => [networkOf(id), new ChainReader(rpc)] as const),
  )

  function chainOf(network: bigint): ChainReader {
    const chain = chains.get(network)
    if (chain !== undefined) return chain
    throw new TypeError(`transaction: no endpoint is given for the network ${networkToHex(network)}`)
  }

  return defineRequestFlow<TransactionParams, SubmittedTransaction>({
    requestTypes: ['ethtx'],
    binding: 'channel',
    memberOrder: ['callback', 'net', 'label', 'value', 'to', 'fn', 'data'],
    createPayload(params) {
      const payload = createTransactionPayload(params)
      chainOf(parseTransactionRequest({ ...payload, type: 'ethtx' }).network)
      return payload
    },
    async verifyReply(params, context) {
      const asked = parseTransactionRequest(context.request.payload)
      const chain = chainOf(asked.network)
      const hash = readHash(params['tx'])
      const found = await findTransaction(chain, asked, hash, context, timeTolerance)
      const { from, to, value, data } = await matchingCall(
        chain,
        asked,
        found,
        options.carriers ?? [],
        context,
      )
      const confirmed = async ({ signal, timeout, confirmations }: ConfirmOptions = {}) => {
        const terms = {
          clock,
          pollSeconds,
          timeout: positive(timeout ?? DEFAULT_TIMEOUT, 'timeout'),
          confirmations: positive(confirmations ?? 1, 'confirmations'),
        }
        const { succeeded: _, ...receipt } = await confirmTransaction(chain, found, terms, { signal })
        return Object.freeze({ status: 'confirmed' as const, hash, network: asked.network, ...receipt })
      }
      return {
        did: undefined,
        requestId: context.requestId,
        status: 'submitted',
        hash,
        network: asked.network,
        from,
        to,
        value,
        data,
        sealed: context.sealed,
        bound: 'channel',
        confirmed,
      }
    },
  })
}

async function findTransaction(
  chain: ChainReader,
  asked: EthereumTransactionRequest,
  hash: string,
  context: VerifyContext,
  timeTolerance: number,
): Promise<ChainTransaction> {
  const { signal } = context
  await chain.requireChain(asked.network, { signal })
  const found = await chain.transaction(hash, { signal })
  if (found === undefined) throw transactionUnknown(hash)
  // Transactions of the first kind name no chain; the endpoint's own id was checked.
  if (found.chainId !== undefined && found.chainId !== asked.network) throw mismatch(hash, 'chain')
  const time = found.blockHash === undefined ? undefined : await chain.blockTime(found.blockHash, { signal })
  const requestedAt = Number(context.request.payload['iat'])
  if (time !== undefined && time + timeTolerance < requestedAt) throw mismatch(hash, 'time')
  return found
}

type Call = Pick<ChainTransaction, 'from' | 'to' | 'value' | 'data'>

/** The call that was asked for: the transaction itself, or what it carries. */
async function matchingCall(
  chain: ChainReader,
  asked: EthereumTransactionRequest,
  found: ChainTransaction,
  carriers: readonly CarriedCallReader[],
  { signal }: VerifyContext,
): Promise<Call> {
  let differing = findDifference(asked, found)
  if (differing === undefined) return found
  for (const carrier of carriers) {
    const carried = await carrier.read(found, asked.network, chain, { signal })
    if (carried === undefined) continue
    differing = findDifference(asked, carried)
    if (differing === undefined) return carried
  }
  throw mismatch(found.hash, differing)
}

function findDifference(asked: EthereumTransactionRequest, found: Call): TransactionField | undefined {
  if (found.to !== asked.to) return 'to'
  if (found.value !== asked.value) return 'value'
  if (found.data !== asked.data) return 'data'
  return asked.from === undefined || found.from === asked.from ? undefined : 'from'
}

function mismatch(transactionHash: string, field: TransactionField): UportError<'TRANSACTION_MISMATCH'> {
  const message = `The transaction of the reply is not the one asked for (${field}): treat it as an attack.`
  return new UportError('TRANSACTION_MISMATCH', message, { data: { transactionHash, field } })
}

function readHash(text: string | undefined): string {
  if (text === undefined) return refuseReply('tx', 'is missing')
  return /^0x[0-9a-fA-F]{64}$/.test(text)
    ? text.toLowerCase()
    : refuseReply('tx', 'is not the hash of a transaction')
}

function networkOf(id: string): bigint {
  try {
    return parseNetworkId(id)
  } catch {
    throw new TypeError('transaction: networks are named by their id as 0x and hex digits')
  }
}

function positive(value: number, name: string): number {
  if (Number.isFinite(value) && value > 0) return value
  throw new TypeError(`${name} must be a number above 0`)
}
