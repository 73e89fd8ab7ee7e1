import {
  abortable,
  type Clock,
  type Did,
  type DidResolver,
  foldDid,
  fromDidResolver,
  parseDid,
  type ResolvedDid,
  type ResolveOptions,
  systemClock,
  UportError,
} from '@uport-kit/core'
import { getResolver } from 'ethr-did-resolver'
import { type Block, ChainReader } from './chain-reader.ts'
import type {} from './errors.ts'
import { type EthrIdentifier, parseEthrIdentifier } from './ethr-identifier.ts'
import { type ConfiguredNetwork, type EthrNetwork, readNetworks } from './ethr-networks.ts'
import { findBlock } from './find-block.ts'
import { isObject } from './json-rpc.ts'

export interface EthrDidResolverOptions {
  readonly networks: readonly EthrNetwork[]
  /** Milliseconds for a whole resolution. Default 20 000. */
  readonly timeoutMs?: number | undefined
  /** Requests of one resolution; each change of a DID takes one, a question for an earlier time some thirty. Default 200. */
  readonly maxRequests?: number | undefined
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** What expiry of delegates is judged by. */
  readonly clock?: Clock | undefined
}

/** A DID with what it takes to read its history. */
interface Question {
  readonly did: Did
  readonly identifier: EthrIdentifier
  readonly network: ConfiguredNetwork
  readonly reader: ChainReader
  readonly versionTime: number | undefined
}

/**
 * Resolves did:ethr from an ERC-1056 registry. The ethr-did-resolver library reads the events into a document; this class
 * gives it a bounded way to the chain, the time to judge by, and tells a failure from an absence.
 *
 * Every DID exists: an address that never changed anything has a document with itself as its one key. Which is why the chain
 * must be asked each time: its owner may have handed the DID to another key. A deactivated DID is `DID_NOT_FOUND`.
 */
export class EthrDidResolver implements DidResolver {
  readonly methods: readonly string[] = Object.freeze(['ethr'])
  readonly #networks: ReadonlyMap<string, ConfiguredNetwork>
  readonly #timeoutSeconds: number
  readonly #maxRequests: number
  readonly #fetch: typeof globalThis.fetch
  readonly #clock: Clock
  /** Whose endpoint was found to serve its chain. */
  readonly #checked = new Set<ConfiguredNetwork>()

  /** @throws TypeError that names the option which is wrong */
  constructor(options: EthrDidResolverOptions) {
    this.#networks = readNetworks(options.networks)
    this.#timeoutSeconds = positive('timeoutMs', options.timeoutMs ?? 20_000) / 1000
    this.#maxRequests = positive('maxRequests', options.maxRequests ?? 200)
    this.#fetch = options.fetch ?? ((...args) => globalThis.fetch(...args))
    this.#clock = options.clock ?? systemClock()
  }

  /**
   * @param options `versionTime`: the keys that were valid then, by the time stamps of blocks
   * @throws UportError `DID_INVALID`, `DID_METHOD_UNSUPPORTED`, `ETHR_NETWORK_UNKNOWN`, `DID_NOT_FOUND` (deactivated),
   * `DID_VERSION_UNSUPPORTED` (before the chain, or in the future); `ETHR_RPC_FAILED` (retryable), `ETHR_WRONG_CHAIN`,
   * `ETHR_REGISTRY_NOT_DEPLOYED`, `ETHR_HISTORY_MISSING`, `ETHR_HISTORY_TOO_LONG`; `DID_RESOLUTION_FAILED` (retryable);
   * `DID_DOCUMENT_INVALID` (more keys than are read)
   */
  async resolve(did: Did, options: ResolveOptions = {}): Promise<ResolvedDid> {
    options.signal?.throwIfAborted()
    const folded = foldDid(did)
    if (parseDid(folded).method !== 'ethr') throw methodUnsupported(folded, this.methods)
    const identifier = parseEthrIdentifier(folded)
    const network = this.#networks.get(identifier.network) ?? this.#unknown(identifier.network)
    const { versionTime } = options
    const now = this.#clock.now()
    if (versionTime !== undefined && !(versionTime <= now)) throw versionUnsupported()
    return this.#within(options.signal, network, async (signal) => {
      const reader = new ChainReader({
        network,
        did: folded,
        fetch: this.#fetch,
        signal,
        maxRequests: this.#maxRequests,
      })
      if (!this.#checked.has(network)) await reader.checkChain()
      this.#checked.add(network)
      return ask({ did: folded, identifier, network, reader, versionTime }, now, signal)
    })
  }

  /** Gives a resolution its time, and ends what runs of it when the caller goes. */
  async #within<T>(
    signal: AbortSignal | undefined,
    network: ConfiguredNetwork,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const ending = new AbortController()
    const abort = (): void => ending.abort(signal?.reason)
    signal?.addEventListener('abort', abort)
    const cancel = this.#clock.after(this.#timeoutSeconds, () => ending.abort(timedOut(network)))
    try {
      return await abortable(work(ending.signal), ending.signal)
    } finally {
      cancel()
      signal?.removeEventListener('abort', abort)
      ending.abort()
    }
  }

  #unknown(network: string): never {
    const known = [...this.#networks.keys()]
    const message =
      'The network of this did:ethr is not configured: add its endpoint, its chain id and its registry'
    throw new UportError('ETHR_NETWORK_UNKNOWN', message, { data: { network, known } })
  }
}

async function ask(question: Question, now: number, signal: AbortSignal): Promise<ResolvedDid> {
  const { did, reader, versionTime } = question
  const latest = await reader.readBlock('latest')
  const block = versionTime === undefined ? latest : await findBlock(reader, versionTime, latest)
  if (block === undefined) throw versionUnsupported()
  // A chain ahead of this machine's clock counts: what it revoked is revoked.
  const time = versionTime === undefined ? Math.max(now, latest.timestamp) : Math.floor(versionTime)
  const method = (): Promise<unknown> => readDocument(question, block, time)
  const resolved = await fromDidResolver({ ethr: method }, ['ethr']).resolve(did, { signal })
  const validUntil = versionTime === undefined ? reader.nextExpiry(time) : undefined
  return validUntil === undefined ? resolved : Object.freeze({ ...resolved, validUntil })
}

/**
 * Lets the library read the history up to a block and judge it at a time. It counts an entry as valid while `validTo` is not
 * below its present, the contract only while it is above: so its present is one second later.
 */
async function readDocument({ did, identifier, network, reader }: Question, block: Block, time: number) {
  reader.setMoment({ number: block.number, timestamp: time + 1 })
  const { ethr } = getResolver({
    networks: [
      { chainId: network.hexChainId, registry: network.registry, web3: { currentProvider: reader } },
    ],
  })
  const id = `${network.hexChainId}:${identifier.account}`
  const parsed = { did, didUrl: did, method: 'ethr', id, query: `versionId=${block.number}` }
  const answer = await ethr?.(did, parsed, { resolve: refuseToResolve }, {})
  const error = answer?.didResolutionMetadata.error
  if (error === undefined) return answer
  if (reader.failure !== undefined) throw reader.failure
  throw new UportError(
    'DID_RESOLUTION_FAILED',
    'The history of this did:ethr could not be read. Try again.',
    {
      data: { did },
      retryable: true,
      cause: causeOf(answer?.didResolutionMetadata),
    },
  )
}

/** The library's own words, as the cause. */
function causeOf(metadata: unknown): Error {
  const message = isObject(metadata) ? metadata['message'] : undefined
  return new Error(typeof message === 'string' ? message.slice(0, 300) : 'no message')
}

/** A did:ethr refers to no other DID. */
function refuseToResolve(): Promise<never> {
  return Promise.reject(new Error('did:ethr asks no other resolver'))
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new TypeError(`${name} must be a whole number above 0`)
}

function timedOut({ name, rpcUrl: { host } }: ConfiguredNetwork): UportError<'ETHR_RPC_FAILED'> {
  const message = `The Ethereum endpoint ${host} took too long: try again or use another`
  return new UportError('ETHR_RPC_FAILED', message, {
    data: { network: name, host, reason: 'timeout' },
    retryable: true,
  })
}

function methodUnsupported(did: Did, known: readonly string[]): UportError<'DID_METHOD_UNSUPPORTED'> {
  const message = 'This resolver knows did:ethr alone: ask the one of the method'
  return new UportError('DID_METHOD_UNSUPPORTED', message, { data: { method: parseDid(did).method, known } })
}

function versionUnsupported(): UportError<'DID_VERSION_UNSUPPORTED'> {
  const message =
    'The chain has no block of that time: resolve without versionTime, or with one that has passed'
  return new UportError('DID_VERSION_UNSUPPORTED', message, { data: { method: 'ethr' } })
}
