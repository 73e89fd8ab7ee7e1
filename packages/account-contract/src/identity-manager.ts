import { type Account, type Options, UportError } from '@uport-kit/core'
import {
  ChainReader,
  type FollowOptions,
  followTransaction,
  type Receipt,
  type RpcEndpoint,
} from '@uport-kit/core/ethereum'
import { getCreateAddress } from 'ethers'
import type { Caller } from './caller.ts'
import { notOwner, verifyIdentityContract } from './contract-account.ts'
import { type Act, MANAGERS, type ManagerContract } from './contracts.ts'
import type { MigrationFault } from './errors.ts'
import { assertCaller, encodeAct, tryCall } from './manager-call.ts'
import { findCreated, type IdentityOwner, readOwners } from './owners.ts'
import { readContract } from './read-contract.ts'
import { requireAddress } from './require-address.ts'

export interface IdentityManagerOptions extends ManagerContract {
  /** The chain's node. */
  readonly rpc: RpcEndpoint
  readonly chainId: bigint
  /** The block from which its events are read; the one it was deployed in, or an earlier one. Default 0. */
  readonly fromBlock?: bigint | undefined
  /** How transactions are waited for. */
  readonly follow?: Omit<FollowOptions, 'signal'> | undefined
  /** How errors call the endpoint. Default: its host. */
  readonly host?: string | undefined
}

/** The keys of a new identity. */
export interface IdentityKeys {
  /** The account of the first owner, with full power at once. */
  readonly owner: string
  /** The account that can add an owner when all are lost. */
  readonly recoveryKey: string
}

/** What a proxy is to do as soon as it exists. */
export interface FirstCall {
  readonly to: string
  readonly data: string
}

export interface NewIdentity extends IdentityKeys {
  /**
   * What the proxy does in the transaction that makes it. Told the address that it will have, if nobody else creates an
   * identity in between: compare with what came out.
   */
  readonly firstCall?: FirstCall | ((expectedIdentity: string) => FirstCall) | undefined
}

/** Something that a manager did, in a block. */
export interface ManagerReceipt {
  readonly hash: string
  readonly blockNumber: bigint
}

export interface CreatedIdentity extends ManagerReceipt {
  /** The proxy, lower case: the identity is the `did:uport` of its MNID. */
  readonly identity: string
  /** False where a first call was made for another address, because somebody else created an identity in between. */
  readonly asExpected: boolean
}

/** An identity on its way to another manager. */
export interface Migration {
  readonly newManager: string
  /** Unix seconds. */
  readonly initiatedAt: number
}

/**
 * A contract that holds identities: `IdentityManager`, or `MetaIdentityManager`. Reads ask the latest block. Acts are tried
 * first, then brought by a `Caller`, and resolve when they are in a block.
 *
 * All reject with `RPC_FAILED`; acts also with `ACCOUNT_NOT_OWNER`, `ACCOUNT_RATE_LIMITED`, `TRANSACTION_FAILED`, the
 * caller's codes and those of `followTransaction`. The zero address is a TypeError, as is a caller that does not fit.
 */
export class IdentityManager {
  readonly contract: ManagerContract
  readonly chainId: bigint
  readonly #options: IdentityManagerOptions
  readonly #chain: ChainReader

  /** @throws TypeError where the address is none */
  constructor(options: IdentityManagerOptions) {
    this.contract = Object.freeze({
      kind: options.kind,
      address: requireAddress(options.address, 'manager'),
    })
    this.chainId = options.chainId
    this.#options = options
    this.#chain = new ChainReader(options.rpc, options.host)
    Object.freeze(this)
  }

  /** Whether a key may act for the identity. */
  async isOwner(identity: string, key: string, options: Options = {}): Promise<boolean> {
    return (await this.#read(['isOwner', identity, key], options)) === true
  }

  /** Whether a key may change who acts for the identity. */
  async isOlderOwner(identity: string, key: string, options: Options = {}): Promise<boolean> {
    return (await this.#read(['isOlderOwner', identity, key], options)) === true
  }

  async isRecovery(identity: string, key: string, options: Options = {}): Promise<boolean> {
    return (await this.#read(['isRecovery', identity, key], options)) === true
  }

  /** Where the identity is being moved to; undefined where it is not. */
  async migration(identity: string, options: Options = {}): Promise<Migration | undefined> {
    const [initiated, newManager] = await Promise.all([
      this.#read(['migrationInitiated', identity], options),
      this.#read(['migrationNewAddress', identity], options),
    ])
    if (initiated === 0n) return undefined
    return Object.freeze({
      newManager: String(newManager).toLowerCase(),
      initiatedAt: Number(initiated),
    })
  }

  /** Who acts for the identity, from the manager's events. */
  owners(identity: string, options: Options = {}): Promise<readonly IdentityOwner[]> {
    const { fromBlock = 0n } = this.#options
    return readOwners(this.#chain, this.contract, requireAddress(identity, 'identity'), fromBlock, options)
  }

  /** Checks that the identity is an original proxy of this manager. @throws UportError `ACCOUNT_IDENTITY_INVALID` */
  verify(identity: string, options: Options = {}): Promise<void> {
    return verifyIdentityContract(this.#chain, this.contract, requireAddress(identity, 'identity'), options)
  }

  /**
   * Creates an identity. Anybody may for any keys; as a meta-transaction only the owner itself.
   *
   * @throws UportError `ACCOUNT_IDENTITY_INVALID` where the transaction created no identity for these keys
   */
  async create(caller: Caller, identity: NewIdentity, options: Options = {}): Promise<CreatedIdentity> {
    assertCaller(this.contract, this.chainId, caller)
    const keys = {
      owner: requireAddress(identity.owner, 'owner'),
      recoveryKey: requireAddress(identity.recoveryKey, 'recoveryKey'),
    }
    const expected = await this.#expectedIdentity(options)
    const { hash, receipt } = await this.#send(
      caller,
      creationData(this.contract, keys, identity, expected),
      options,
    )
    const created = findCreated(receipt.logs, this.contract.address, keys)
    if (created !== undefined) {
      return Object.freeze({ ...proofOf(hash, receipt), identity: created, asExpected: created === expected })
    }
    const message = 'The transaction created no identity for these keys: look it up before you create another'
    throw new UportError('ACCOUNT_IDENTITY_INVALID', message, {
      data: { identity: 'none', manager: this.contract.address, reason: `not created by ${hash}` },
    })
  }

  /**
   * Makes this manager know an identity that exists, so that it can be moved here. The identity itself says so: `account` is
   * its account under the manager that it has now. An identity can be registered once.
   */
  async register(account: Account, keys: IdentityKeys, options: Options = {}): Promise<ManagerReceipt> {
    if (account.chainId !== this.chainId) throw new TypeError('register: the account is on another chain')
    const args = [requireAddress(keys.owner, 'owner'), requireAddress(keys.recoveryKey, 'recoveryKey')]
    const data = MANAGERS[this.contract.kind].encodeFunctionData('registerIdentity', args)
    const { hash } = await account.send({ to: this.contract.address, data }, options)
    return proofOf(hash, await this.#follow(hash, options))
  }

  /** An older owner adds an owner, who may act at once and is an older owner after the administrators' waiting time. */
  async addOwner(
    caller: Caller,
    identity: string,
    newOwner: string,
    options?: Options,
  ): Promise<ManagerReceipt> {
    return this.#act(caller, 'addOwner', await this.#newOwner(identity, newOwner, options), options)
  }

  /** The recovery key adds an owner, who may act after the users' waiting time. */
  async addOwnerFromRecovery(
    caller: Caller,
    identity: string,
    newOwner: string,
    options?: Options,
  ): Promise<ManagerReceipt> {
    return this.#act(
      caller,
      'addOwnerFromRecovery',
      await this.#newOwner(identity, newOwner, options),
      options,
    )
  }

  /** An older owner removes another owner, at once. */
  async removeOwner(
    caller: Caller,
    identity: string,
    owner: string,
    options?: Options,
  ): Promise<ManagerReceipt> {
    const address = requireAddress(owner, 'owner')
    // Version 1 does it, which can leave nobody.
    if (address === caller.address) throw failed('an owner cannot remove itself')
    return this.#act(caller, 'removeOwner', [identity, address], options)
  }

  /** An older owner names another recovery key, at once. */
  changeRecovery(
    caller: Caller,
    identity: string,
    recoveryKey: string,
    options?: Options,
  ): Promise<ManagerReceipt> {
    return this.#act(
      caller,
      'changeRecovery',
      [identity, requireAddress(recoveryKey, 'recoveryKey')],
      options,
    )
  }

  /**
   * An older owner begins to move the identity; doing so again starts the waiting time anew.
   *
   * @throws UportError `ACCOUNT_MIGRATION_UNSAFE`: `no-code`
   */
  async initiateMigration(
    caller: Caller,
    identity: string,
    newManager: string,
    options: Options = {},
  ): Promise<ManagerReceipt> {
    const address = requireAddress(newManager, 'newManager')
    if ((await this.#chain.code(address, options)) === '0x') throw unsafe(identity, address, 'no-code')
    return this.#act(caller, 'initiateMigration', [identity, address], options)
  }

  /** Any owner stops the move. */
  cancelMigration(caller: Caller, identity: string, options?: Options): Promise<ManagerReceipt> {
    return this.#act(caller, 'cancelMigration', [identity], options)
  }

  /**
   * An older owner moves the identity, after the administrators' waiting time. Refused while it could end badly: the new
   * manager must know the identity with this key as its older owner (`register`), and other owners must have been removed
   * here, since they would have power again if the identity ever came back.
   *
   * @param options.keepOwners leaves other owners in place
   * @throws UportError `ACCOUNT_MIGRATION_UNSAFE`
   */
  async finalizeMigration(
    caller: Caller,
    identity: string,
    options: Options & { readonly keepOwners?: boolean | undefined } = {},
  ): Promise<ManagerReceipt> {
    const migration = await this.migration(identity, options)
    if (migration === undefined) throw unsafe(identity, this.contract.address, 'not-initiated')
    const { newManager } = migration
    const owned = ['isOlderOwner', identity, caller.address] as const
    // Both kinds of manager have this function.
    const isReady = await readContract(this.#chain, newManager, MANAGERS.identity, owned, options).catch(
      () => false,
    )
    options.signal?.throwIfAborted()
    if (isReady !== true) throw unsafe(identity, newManager, 'not-registered')
    const owners = options.keepOwners === true ? [] : await this.owners(identity, options)
    const others = owners.map(({ address }) => address).filter((address) => address !== caller.address)
    if (others.length > 0) throw unsafe(identity, newManager, 'owners-remain', others)
    return this.#act(caller, 'finalizeMigration', [identity], options)
  }

  /** Version 1 takes an owner for a new one, who then loses rank. */
  async #newOwner(identity: string, newOwner: string, options?: Options): Promise<readonly string[]> {
    const address = requireAddress(newOwner, 'newOwner')
    if (!(await this.isOwner(identity, address, options))) return [identity, address]
    throw failed('the new owner is an owner already')
  }

  async #act(
    caller: Caller,
    act: Act,
    [identity = '', ...args]: readonly string[],
    options: Options = {},
  ): Promise<ManagerReceipt> {
    assertCaller(this.contract, this.chainId, caller)
    const all = [requireAddress(identity, 'identity'), ...args]
    const data = encodeAct(this.contract, caller.address, act, all)
    const call = { from: caller.address, to: this.contract.address, data }
    if (!(await tryCall(this.#chain, call, options)).succeeds) {
      throw await this.#explain(caller.address, act, identity.toLowerCase(), options)
    }
    const { hash, receipt } = await this.#send(caller, data, options)
    return proofOf(hash, receipt)
  }

  /** The contracts give no reasons: this finds the rule that the call breaks. */
  async #explain(key: string, act: Act, identity: string, options: Options): Promise<UportError> {
    const needed = NEEDED[act]
    const has = { owner: 'isOwner', olderOwner: 'isOlderOwner', recovery: 'isRecovery' } as const
    if (!(await this[has[needed]](identity, key, options))) return notOwner(identity, key, needed)
    if (act === 'finalizeMigration') return unsafe(identity, this.contract.address, 'too-early')
    if (!RATE_LIMITED.has(act)) return failed('it would revert')
    const message =
      'The manager takes one such act of a key per period: wait until it is over, or use another key'
    return new UportError('ACCOUNT_RATE_LIMITED', message, { data: { identity, key } })
  }

  async #send(
    caller: Caller,
    data: string,
    options: Options,
  ): Promise<{ readonly hash: string; readonly receipt: Receipt }> {
    const { hash } = await caller.call(this.contract.address, data, options)
    return { hash, receipt: await this.#follow(hash, options) }
  }

  #follow(hash: string, { signal }: Options): Promise<Receipt> {
    return followTransaction(this.#chain, hash, { ...this.#options.follow, signal })
  }

  /** A contract's address follows from its creator's and how many it made before. */
  async #expectedIdentity(options: Options): Promise<string> {
    const { address: from } = this.contract
    return getCreateAddress({ from, nonce: await this.#chain.nonce(from, 'latest', options) }).toLowerCase()
  }

  #read(call: readonly [method: string, ...args: unknown[]], options: Options): Promise<unknown> {
    const { kind, address } = this.contract
    return readContract(this.#chain, address, MANAGERS[kind], call, options)
  }
}

const NEEDED: Readonly<Record<Act, 'owner' | 'olderOwner' | 'recovery'>> = {
  forwardTo: 'owner',
  addOwner: 'olderOwner',
  addOwnerFromRecovery: 'recovery',
  removeOwner: 'olderOwner',
  changeRecovery: 'olderOwner',
  initiateMigration: 'olderOwner',
  cancelMigration: 'owner',
  finalizeMigration: 'olderOwner',
}

const RATE_LIMITED: ReadonlySet<Act> = new Set([
  'addOwner',
  'addOwnerFromRecovery',
  'removeOwner',
  'changeRecovery',
])

function creationData(
  { kind }: ManagerContract,
  { owner, recoveryKey }: IdentityKeys,
  { firstCall }: NewIdentity,
  expected: string,
): string {
  if (firstCall === undefined)
    return MANAGERS[kind].encodeFunctionData('createIdentity', [owner, recoveryKey])
  const { to, data } = typeof firstCall === 'function' ? firstCall(expected) : firstCall
  const args = [owner, recoveryKey, requireAddress(to, 'firstCall.to'), data]
  return MANAGERS[kind].encodeFunctionData('createIdentityWithCall', args)
}

function proofOf(hash: string, { blockNumber }: Receipt): ManagerReceipt {
  return Object.freeze({ hash, blockNumber })
}

function unsafe(
  identity: string,
  manager: string,
  reason: MigrationFault,
  owners?: readonly string[],
): UportError<'ACCOUNT_MIGRATION_UNSAFE'> {
  const message = `The identity must not be moved (${reason}): see what the reason wants done first`
  const data = { identity, manager, reason, ...(owners === undefined ? {} : { owners }) }
  return new UportError('ACCOUNT_MIGRATION_UNSAFE', message, { data })
}

function failed(reason: string): UportError<'TRANSACTION_FAILED'> {
  return new UportError('TRANSACTION_FAILED', 'The transaction was not sent: see the reason.', {
    data: { reason },
  })
}
