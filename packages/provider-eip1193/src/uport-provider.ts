import {
  type Ask,
  type Disclosure,
  disclosure,
  type Json,
  networkToHex,
  type Outcome,
  parseNetworkId,
  personalSign,
} from '@uport-kit/core'
import { type SignedTypedData, type TransactionFlow, transaction, typedData } from '@uport-kit/core/ethereum'
import { Emitter, type Listener, type ProviderEvent } from './emitter.ts'
import { NodeConnection } from './node-connection.ts'
import { readChainId, readPermissions, readPersonalSign, readTransaction, readTypedData } from './params.ts'
import { invalidParams, type ProviderRpcError, providerError } from './provider-error.ts'
import type { AskingMethod, UportProviderOptions } from './provider-options.ts'
import { RPC_METHODS } from './rpc-methods.ts'
import { type ProviderSession, parseSession, type SessionAccount, withAccount } from './session.ts'
import { toProviderError } from './to-provider-error.ts'

/** A call as EIP-1193 has it. */
export interface RequestArguments {
  readonly method: string
  readonly params?: readonly unknown[] | object | undefined
}

type Handler = (params: unknown) => unknown

/**
 * A person's uPort identity as an Ethereum provider (EIP-1193): ethers, viem and wagmi take it unchanged.
 *
 * What acts for the person is asked of their wallet by a signed request, and what comes back is checked before the dApp gets
 * it: signatures are recovered, transactions are compared with the chain. What reads goes to the configured node.
 */
export class UportProvider implements AsyncDisposable {
  readonly #options: UportProviderOptions
  readonly #nodes: ReadonlyMap<bigint, NodeConnection>
  readonly #transactions: TransactionFlow
  readonly #emitter = new Emitter()
  readonly #closing = new AbortController()
  readonly #handlers: ReadonlyMap<string, Handler>
  #node: NodeConnection
  #connected = false
  #session: ProviderSession | undefined
  #loading: Promise<void> | undefined
  #saving: Promise<void> = Promise.resolve()
  #asking: { readonly chainId: string; readonly accounts: Promise<readonly string[]> } | undefined
  /** Ends what asks for accounts when the session ends. */
  #signingIn = new AbortController()

  /** @throws TypeError without a network, with one whose id or endpoint is none, or with a `chainId` that is none of them */
  constructor(options: UportProviderOptions) {
    this.#options = options
    this.#nodes = new Map(
      Object.entries(options.networks).map(([id, { rpc }]) => {
        const chainId = readId(id)
        return [chainId, new NodeConnection(chainId, rpc)] as const
      }),
    )
    const { networks } = options
    this.#transactions = options.transactions ?? transaction({ networks })
    this.#node = this.#initialNode(options.chainId)
    this.#handlers = this.#createHandlers()
  }

  /** Whether the node answered when it was last asked. */
  isConnected(): boolean {
    return this.#connected
  }

  /** Who is signed in, as `eth_accounts` would say; nobody is asked. */
  async session(): Promise<ProviderSession | undefined> {
    await this.#load()
    return this.#session
  }

  /**
   * Answers a call. Only `eth_requestAccounts`, `personal_sign`, `eth_signTypedData_v4`, `eth_sendTransaction` and
   * `wallet_requestPermissions` ever ask the person.
   *
   * @throws ProviderRpcError 4001 declined, 4100 not this account, 4200 not a method, 4900 and 4901 no node or another chain's,
   * 4902 not a configured chain, -32602 parameters, -32603 any other failure; what the node answers keeps its code
   */
  async request({ method, params }: RequestArguments): Promise<unknown> {
    try {
      if (this.#closing.signal.aborted) throw closed()
      const handler = this.#handlers.get(method)
      if (handler !== undefined) {
        await this.#load()
        return await handler(params)
      }
      if (RPC_METHODS.has(method)) return await this.#read(method, params)
    } catch (error) {
      throw this.#closing.signal.aborted ? closed() : toProviderError(error)
    }
    throw providerError(4200, `${describe(method)} is not supported by this provider.`)
  }

  on<Event extends ProviderEvent>(event: Event, listener: Listener<Event>): this {
    this.#emitter.on(event, listener)
    return this
  }

  /** Removes one subscription of the listener. */
  removeListener<Event extends ProviderEvent>(event: Event, listener: Listener<Event>): this {
    this.#emitter.removeListener(event, listener)
    return this
  }

  /** Signs out: forgets the session, and gives up asking for accounts. The wallet keeps what it knows. */
  async disconnect(): Promise<void> {
    await this.#load()
    this.#signingIn.abort(signedOut())
    this.#signingIn = new AbortController()
    await this.#setSession(undefined)
  }

  /** Gives up what is under way (4900) and answers nothing more. The stored session stays. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(closed())
    this.#setConnected(false, closed())
    this.#emitter.clear()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  get #chainId(): string {
    return networkToHex(this.#node.chainId)
  }

  get #account(): SessionAccount | undefined {
    return this.#session?.accounts.find(({ chainId }) => chainId === this.#chainId)
  }

  get #accounts(): readonly string[] {
    return this.#account === undefined ? [] : [this.#account.address]
  }

  #initialNode(chainId: bigint | undefined): NodeConnection {
    const [first, second] = this.#nodes.values()
    const node = chainId === undefined ? (second === undefined ? first : undefined) : this.#nodes.get(chainId)
    if (node !== undefined) return node
    throw new TypeError('UportProvider: give networks, and as chainId one of them')
  }

  #createHandlers(): ReadonlyMap<string, Handler> {
    const permissions = (): unknown =>
      this.#accounts.length === 0 ? [] : [{ parentCapability: 'eth_accounts', caveats: [] }]
    return new Map<string, Handler>([
      ['eth_chainId', () => this.#chainId],
      ['net_version', () => this.#node.chainId.toString()],
      ['eth_accounts', () => this.#accounts],
      ['eth_coinbase', () => this.#account?.address ?? null],
      ['eth_requestAccounts', () => this.#requestAccounts()],
      ['personal_sign', (params) => this.#personalSign(params)],
      ['eth_signTypedData_v4', (params) => this.#signTypedData(params)],
      ['eth_sendTransaction', (params) => this.#sendTransaction(params)],
      ['wallet_switchEthereumChain', (params) => this.#switchChain(params)],
      ['wallet_getPermissions', permissions],
      [
        'wallet_requestPermissions',
        async (params) => {
          readPermissions(params, 'wallet_requestPermissions')
          await this.#requestAccounts()
          return permissions()
        },
      ],
      [
        'wallet_revokePermissions',
        async (params) => {
          readPermissions(params, 'wallet_revokePermissions')
          await this.disconnect()
          return null
        },
      ],
    ])
  }

  /** Asks once, however many wait: dApps call this from every button. */
  #requestAccounts(): Promise<readonly string[]> {
    if (this.#accounts.length > 0) return Promise.resolve(this.#accounts)
    const chainId = this.#chainId
    if (this.#asking?.chainId === chainId) return this.#asking.accounts
    const asking = { chainId, accounts: this.#askForAccount(chainId) }
    this.#asking = asking
    const done = (): void => {
      if (this.#asking === asking) this.#asking = undefined
    }
    asking.accounts.then(done, done)
    return asking.accounts
  }

  async #askForAccount(chainId: string): Promise<readonly string[]> {
    const { accountType = 'general' } = this.#options
    const ended = this.#signingIn.signal
    const ask = disclosure({ accountType, network: chainId })
    const { did, account }: Disclosure = await this.#ask('eth_requestAccounts', ask, ended)
    if (account === undefined) {
      throw providerError(
        4100,
        'The wallet told of no account on this chain; add one there, or switch chains.',
      )
    }
    const { address, proven } = account
    ended.throwIfAborted()
    await this.#setSession(withAccount(this.#session, did, { chainId, address, proven }), ended)
    return [address]
  }

  async #personalSign(params: unknown): Promise<string> {
    const method = 'personal_sign'
    const { account, content } = readPersonalSign(params, this.#options.paramOrder ?? 'tolerant')
    this.#assertOwn(account, method)
    const ask = prepare(method, () =>
      personalSign({ data: content, from: account, network: this.#node.chainId }),
    )
    return toHexSignature(await this.#ask(method, ask))
  }

  async #signTypedData(params: unknown): Promise<string> {
    const method = 'eth_signTypedData_v4'
    const { account, content } = readTypedData(params, this.#options.paramOrder ?? 'tolerant')
    this.#assertOwn(account, method)
    // The flow refuses a domain of another chain than `network`.
    const ask = prepare(method, () =>
      typedData({ typedData: content, from: account, network: this.#node.chainId }),
    )
    return toHexSignature(await this.#ask(method, ask))
  }

  async #sendTransaction(params: unknown): Promise<string> {
    const method = 'eth_sendTransaction'
    const { from, chainId, params: fields } = readTransaction(params)
    const account = this.#assertOwn(from, method)
    const network = this.#node.chainId
    if (chainId !== undefined && chainId !== network) {
      throw invalidParams(
        method,
        `the transaction is for chain ${networkToHex(chainId)}, the provider is on ${this.#chainId}; switch chains`,
      )
    }
    const ask = prepare(method, () => this.#transactions({ ...fields, from: account, network }))
    const { hash } = await this.#ask(method, ask)
    return hash
  }

  #assertOwn(wanted: string | undefined, method: string): string {
    const address = this.#account?.address
    if (address !== undefined && (wanted === undefined || wanted === address)) return address
    throw providerError(
      4100,
      address === undefined
        ? `${method}: nobody is signed in on this chain; call eth_requestAccounts first.`
        : `${method}: that account is not the one of this session; see eth_accounts.`,
    )
  }

  #ask<Result extends Outcome>(
    method: AskingMethod,
    ask: Ask<Result>,
    ...ends: AbortSignal[]
  ): Promise<Result> {
    const { requester, via, reply, lifetime } = this.#options
    return requester.ask(ask, {
      via: typeof via === 'function' ? via(method) : via,
      reply,
      lifetime,
      signal: AbortSignal.any([this.#closing.signal, ...ends]),
    })
  }

  async #read(method: string, params: unknown): Promise<unknown> {
    try {
      const options = { signal: this.#closing.signal }
      const result = await this.#node.request(method, readRpcParams(method, params), options)
      this.#setConnected(true)
      return result
    } catch (error) {
      const failure = toProviderError(error)
      if (failure.code === 4900 || failure.code === 4901) this.#setConnected(false, failure)
      // What the node itself refuses, it answered.
      else if (failure.code !== -32602) this.#setConnected(true)
      throw failure
    }
  }

  async #switchChain(params: unknown): Promise<null> {
    const node = this.#nodes.get(readChainId(params))
    if (node === undefined) {
      throw providerError(4902, 'The provider is not configured for that chain; add it to its networks.')
    }
    if (node === this.#node) return null
    const before = this.#accounts
    this.#node = node
    this.#connected = false
    this.#emitter.emit('chainChanged', this.#chainId)
    this.#announceAccounts(before)
    return null
  }

  async #setSession(session: ProviderSession | undefined, ended?: AbortSignal): Promise<void> {
    // Nobody stays signed in because a store failed, and nobody is signed in whom the next page would not know.
    if (session !== undefined) await this.#save(session)
    // Who signed out while the store was at work stays signed out.
    ended?.throwIfAborted()
    const before = this.#accounts
    this.#session = session
    this.#announceAccounts(before)
    if (session === undefined) await this.#save(undefined)
  }

  /** One after the other, so that what a slow store has at the end is what was said last. */
  #save(session: ProviderSession | undefined): Promise<void> {
    const saved = this.#saving.then(() => this.#options.sessions?.save(session))
    this.#saving = saved.catch(() => {})
    return saved
  }

  #announceAccounts(before: readonly string[]): void {
    const now = this.#accounts
    if (before[0] !== now[0]) this.#emitter.emit('accountsChanged', now)
  }

  #setConnected(connected: boolean, reason?: ProviderRpcError): void {
    if (this.#connected === connected) return
    this.#connected = connected
    if (connected) this.#emitter.emit('connect', { chainId: this.#chainId })
    else if (reason !== undefined) this.#emitter.emit('disconnect', reason)
  }

  /** Once, before the first answer. A store that fails is as good as an empty one: the person signs in again. */
  #load(): Promise<void> {
    this.#loading ??= (async () => {
      this.#session = parseSession(await this.#options.sessions?.load().catch(() => undefined))
    })()
    return this.#loading
  }
}

/** @throws TypeError as the constructor */
export function createUportProvider(options: UportProviderOptions): UportProvider {
  return new UportProvider(options)
}

/** The flows refuse with a `TypeError` what no wallet could read: to a dApp these are its parameters. */
function prepare<Result extends Outcome>(method: string, create: () => Ask<Result>): Ask<Result> {
  try {
    return create()
  } catch (error) {
    if (error instanceof TypeError) throw invalidParams(method, error.message.replace(/\.+$/, ''))
    throw error
  }
}

function toHexSignature({ signature }: Pick<SignedTypedData, 'signature'>): string {
  const { r, s, v } = signature
  return `0x${r.slice(2)}${s.slice(2)}${v.toString(16)}`
}

function readRpcParams(method: string, params: unknown): readonly Json[] {
  if (params === undefined) return []
  if (!Array.isArray(params)) throw invalidParams(method, 'give the parameters in an array')
  try {
    const copy: readonly Json[] = JSON.parse(JSON.stringify(params))
    return copy
  } catch {
    throw invalidParams(method, 'the parameters must be JSON')
  }
}

function readId(id: string): bigint {
  try {
    return parseNetworkId(id)
  } catch {
    throw new TypeError('UportProvider: networks are named by their id as 0x and hex digits')
  }
}

function describe(method: unknown): string {
  return typeof method === 'string' && /^\w{1,64}$/.test(method) ? method : 'That method'
}

function closed(): ProviderRpcError {
  return providerError(4900, 'The provider was closed.')
}

function signedOut(): ProviderRpcError {
  return providerError(4001, 'The request was given up: the session was ended meanwhile.')
}
