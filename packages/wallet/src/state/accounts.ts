import {
  type Account,
  addressOf,
  type Did,
  encodeMnid,
  foldDid,
  type KeyManager,
  type KeyStore,
  networkToHex,
  type Options,
  parseNetworkId,
  UportError,
  type WalletStore,
} from '@uport-kit/core'
import { Collection } from './collection.ts'
import type { Networks, WalletNetwork } from './networks.ts'

/** Whose account: `general` is shown to any requester, the others belong to one alone. */
export type AccountKind = 'general' | 'keypair' | 'segregated'

/** An account as the wallet keeps it. */
export interface AccountRecord {
  readonly kind: AccountKind
  /** `0x` hex. */
  readonly network: string
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
  /** The MNID of both. */
  readonly mnid: string
  /** The key that acts for it. */
  readonly keyId: string
  /** The identity it belongs to. */
  readonly owner: Did
  /** The one requester that may know and use it; absent for a general one. */
  readonly requester?: Did | undefined
}

/** What an account is asked for by. */
export interface AccountWish {
  readonly kind: AccountKind
  /** A number, or `0x` hex. */
  readonly network: bigint | string
  readonly requester: string
  readonly owner: string
}

export interface AccountParts {
  readonly store: WalletStore
  readonly networks: Networks
  /** Makes the keys of accounts that belong to one requester. Without it, none are made. */
  readonly accountKeys?: (KeyStore & KeyManager) | undefined
  /**
   * Makes a contract account that the key acts for, and resolves with its address. Without it, `segregated` is refused:
   * a plain key is not what was asked for.
   */
  readonly deployAccount?:
    | ((
        account: { readonly keyId: string; readonly network: WalletNetwork; readonly requester: Did },
        options?: Options,
      ) => Promise<string>)
    | undefined
  /** Makes an account usable. Without it, the wallet shows accounts and sends no transactions. */
  readonly openAccount?:
    | ((record: AccountRecord, network: WalletNetwork, options?: Options) => Account | Promise<Account>)
    | undefined
}

/** The Ethereum accounts the person acts with. */
export class Accounts {
  readonly #records: Collection<AccountRecord>
  readonly #parts: AccountParts

  constructor(parts: AccountParts) {
    this.#records = new Collection(parts.store, 'accounts')
    this.#parts = parts
  }

  list(options?: Options): Promise<readonly AccountRecord[]> {
    return this.#records.list(options)
  }

  /** Adds an account that exists. */
  async add(
    account: Omit<AccountRecord, 'mnid' | 'network'> & { readonly network: bigint | string },
    options?: Options,
  ): Promise<AccountRecord> {
    const record = toRecord(account)
    await this.#records.put(keyOf(record), record, options)
    return record
  }

  async remove(record: AccountRecord, options?: Options): Promise<boolean> {
    return this.#records.delete(keyOf(record), options)
  }

  /** The account that answers the wish, where there is one already. */
  async find(
    { kind, network, requester, owner }: AccountWish,
    options?: Options,
  ): Promise<AccountRecord | undefined> {
    const wanted = idOf(network)
    return (await this.usableBy(requester, options)).find(
      (one) =>
        one.kind === kind && parseNetworkId(one.network) === wanted && foldDid(one.owner) === foldDid(owner),
    )
  }

  /** The accounts this requester may know of: its own, then the general ones. */
  async usableBy(requester: string, options?: Options): Promise<readonly AccountRecord[]> {
    const folded = foldDid(requester)
    const records = await this.list(options)
    return [
      ...records.filter((one) => one.requester !== undefined && foldDid(one.requester) === folded),
      ...records.filter((one) => one.requester === undefined),
    ]
  }

  /** Whether `ensure` could answer the wish. */
  async canEnsure(wish: AccountWish, options?: Options): Promise<boolean> {
    if ((await this.find(wish, options)) !== undefined) return true
    if (wish.kind === 'general' || this.#parts.accountKeys === undefined) return false
    return wish.kind === 'keypair' || this.#parts.deployAccount !== undefined
  }

  /**
   * The account that answers the wish, made where there is none: a new key for this requester alone, so that no two
   * requesters can tell that they deal with one person.
   *
   * @throws UportError `WALLET_ACCOUNT_UNAVAILABLE`, `WALLET_NETWORK_UNKNOWN`, the key store's codes
   */
  async ensure(wish: AccountWish, options?: Options): Promise<AccountRecord> {
    const found = await this.find(wish, options)
    if (found !== undefined) return found
    const { accountKeys, deployAccount } = this.#parts
    const { kind, network, owner } = wish
    if (accountKeys === undefined || !(await this.canEnsure(wish, options))) {
      throw accountUnavailable(kind, idOf(network))
    }
    const requester = foldDid(wish.requester)
    const chain = await this.#parts.networks.require(network, requester, options)
    const { keyId, publicKey } = await accountKeys.create({ signal: options?.signal })
    const address =
      kind === 'segregated' && deployAccount !== undefined
        ? await deployAccount({ keyId, network: chain, requester }, options)
        : addressOf(publicKey)
    return this.add({ kind, network, address, keyId, owner: foldDid(owner), requester }, options)
  }

  /** Makes an account usable for this requester. @throws UportError `WALLET_ACCOUNT_UNAVAILABLE`, `WALLET_NETWORK_UNKNOWN` */
  async open(record: AccountRecord, requester: string, options?: Options): Promise<Account> {
    const { openAccount, networks } = this.#parts
    const isForeign = record.requester !== undefined && foldDid(record.requester) !== foldDid(requester)
    if (openAccount === undefined || isForeign) {
      throw new UportError('WALLET_ACCOUNT_UNAVAILABLE', 'The wallet cannot act with that account here.', {
        data: { kind: record.kind, network: record.network },
      })
    }
    return openAccount(record, await networks.require(record.network, requester, options), options)
  }
}

export function accountUnavailable(
  kind: AccountKind,
  network: bigint,
): UportError<'WALLET_ACCOUNT_UNAVAILABLE'> {
  return new UportError(
    'WALLET_ACCOUNT_UNAVAILABLE',
    'The wallet has no such account; add one, or decline.',
    {
      data: { kind, network: networkToHex(network) },
    },
  )
}

function toRecord(
  account: Omit<AccountRecord, 'mnid' | 'network'> & { readonly network: bigint | string },
): AccountRecord {
  const network = idOf(account.network)
  const address = account.address.toLowerCase()
  return { ...account, address, network: networkToHex(network), mnid: encodeMnid({ network, address }) }
}

function idOf(network: bigint | string): bigint {
  return typeof network === 'bigint' ? network : parseNetworkId(network)
}

/** One address may be a general account for one identity and, by mistake of its owner, of another: both are kept. */
function keyOf({ network, address, owner }: AccountRecord): string {
  return `${network} ${address} ${foldDid(owner)}`
}
