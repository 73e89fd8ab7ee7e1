import { type Account, type Options, type TransactionRequest, UportError } from '@uport-kit/core'
import { ANY_SENDER, ChainReader, parseAddress, type RpcEndpoint } from '@uport-kit/core/ethereum'
import type { Caller } from './caller.ts'
import { MANAGERS, type ManagerContract, PROXY } from './contracts.ts'
import type {} from './errors.ts'
import { assertCaller, encodeAct, tryCall } from './manager-call.ts'
import { isOriginalProxy } from './proxy-code.ts'
import { readContract } from './read-contract.ts'
import { requireAddress } from './require-address.ts'

export interface ContractAccountOptions {
  /** The chain's node. */
  readonly rpc: RpcEndpoint
  readonly manager: ManagerContract
  /** The proxy. */
  readonly identity: string
  /** The owner's key, and who pays for what it does. */
  readonly caller: Caller
  /** How errors call the endpoint. Default: its host. */
  readonly host?: string | undefined
}

/**
 * The account of a contract identity: what it sends, its proxy does. `kind` is `contract` where the owner's key pays for gas,
 * `meta` where somebody else does; value is always the proxy's own ether.
 *
 * `send` resolves when the transaction is on its way. Before, it is tried: it rejects with `ACCOUNT_NOT_OWNER` (also for an
 * owner who must still wait), `ACCOUNT_FUNDS_INSUFFICIENT`, `TRANSACTION_FAILED` (it would revert: with the called contract's
 * reason, which the proxy itself swallows; it creates a contract, which a proxy cannot; it calls an address without
 * code, which a proxy would take for success), and the caller's codes.
 *
 * @throws UportError `RPC_WRONG_CHAIN`, `ACCOUNT_IDENTITY_INVALID`, `RPC_FAILED`
 * @throws TypeError where an address is none, or the caller does not fit the manager
 */
export async function contractAccount(
  parts: ContractAccountOptions,
  options: Options = {},
): Promise<Account> {
  const { caller } = parts
  const manager = { ...parts.manager, address: requireAddress(parts.manager.address, 'manager') }
  const identity = requireAddress(parts.identity, 'identity')
  assertCaller(manager, caller.chainId, caller)
  const chain = new ChainReader(parts.rpc, parts.host)
  await chain.requireChain(caller.chainId, options)
  await verifyIdentityContract(chain, manager, identity, options)
  return new ContractAccount(chain, manager, identity, caller)
}

/** Checks that the address is an original proxy and owned by the manager. @throws UportError `ACCOUNT_IDENTITY_INVALID` */
export async function verifyIdentityContract(
  chain: ChainReader,
  manager: ManagerContract,
  identity: string,
  options: Options,
): Promise<void> {
  const invalid = (reason: string): UportError => {
    const message = `There is no identity of this manager at ${identity} (${reason}): correct one of them`
    return new UportError('ACCOUNT_IDENTITY_INVALID', message, {
      data: { identity, manager: manager.address, reason },
    })
  }
  if (!(await isOriginalProxy(chain, identity, options))) throw invalid('not the code of a proxy')
  const owner = String(await readContract(chain, identity, PROXY, ['owner'], options)).toLowerCase()
  if (owner !== manager.address) throw invalid(`owned by ${owner}`)
}

class ContractAccount implements Account {
  readonly kind: 'contract' | 'meta'
  readonly chainId: bigint
  readonly address: string
  readonly #chain: ChainReader
  readonly #manager: ManagerContract
  readonly #caller: Caller

  constructor(chain: ChainReader, manager: ManagerContract, identity: string, caller: Caller) {
    this.kind = caller.kind
    this.chainId = caller.chainId
    this.address = identity
    this.#chain = chain
    this.#manager = manager
    this.#caller = caller
    Object.freeze(this)
  }

  async send(
    { to, data = '0x', value = 0n }: TransactionRequest,
    options: Options = {},
  ): Promise<{ readonly hash: string }> {
    if (to === undefined) throw failed('a contract account cannot create a contract: use a key pair account')
    const destination = parseAddress(to)
    if (destination === undefined) throw new TypeError('send: to is not an address')
    if (destination === ANY_SENDER) throw failed('the recipient is the zero address')
    const forward = this.#forward(destination, value, data)
    const manager = this.#manager.address
    const [trial, code] = await Promise.all([
      tryCall(this.#chain, { from: this.#caller.address, to: manager, data: forward }, options),
      data === '0x' ? undefined : this.#chain.code(destination, options),
    ])
    if (code === '0x') throw failed('there is no contract at the recipient, and the call would be lost')
    if (!trial.succeeds) throw await this.#explain({ to: destination, value, data }, options)
    return this.#caller.call(manager, forward, options)
  }

  #forward(destination: string, value: bigint, data: string): string {
    const args = [this.address, destination, value, data]
    try {
      return encodeAct(this.#manager, this.#caller.address, 'forwardTo', args)
    } catch {
      throw new TypeError('send: data is not 0x hex, or value no bigint of 0 or more')
    }
  }

  /** Manager and proxy only say that something failed: find out what. */
  async #explain(
    { to, value, data }: { readonly to: string; readonly value: bigint; readonly data: string },
    options: Options,
  ): Promise<UportError> {
    const { address: key } = this.#caller
    const isOwner = ['isOwner', this.address, key] as const
    const abi = MANAGERS[this.#manager.kind]
    if ((await readContract(this.#chain, this.#manager.address, abi, isOwner, options)) !== true) {
      return notOwner(this.address, key, 'owner')
    }
    if ((await this.#chain.balance(this.address, 'latest', options)) < value) {
      const message = 'The identity does not hold what it is to send: send it funds.'
      const data = { address: this.address, chainId: this.chainId.toString() }
      return new UportError('ACCOUNT_FUNDS_INSUFFICIENT', message, { data })
    }
    const call = { from: this.address, to, data, value: `0x${value.toString(16)}` }
    const trial = await tryCall(this.#chain, call, options)
    const reason = trial.succeeds ? undefined : trial.reason
    return failed(reason === undefined ? 'it would revert' : `it would revert: ${reason}`)
  }
}

export function notOwner(
  identity: string,
  key: string,
  needed: 'owner' | 'olderOwner' | 'recovery',
): UportError<'ACCOUNT_NOT_OWNER'> {
  const message = `The key ${key} may not do this to the identity, or not yet: use another key, or wait`
  return new UportError('ACCOUNT_NOT_OWNER', message, { data: { identity, key, needed } })
}

function failed(reason: string): UportError<'TRANSACTION_FAILED'> {
  return new UportError('TRANSACTION_FAILED', 'The transaction was not sent: see the reason.', {
    data: { reason },
  })
}
