import type { Account, Options } from '@uport-kit/core'

/** Brings calls to contracts in the name of a key: by the key's own transactions, or signed for somebody who pays. */
export interface Caller {
  /** `contract`: the key pays. `meta`: somebody else does. */
  readonly kind: 'contract' | 'meta'
  readonly chainId: bigint
  /** The account of the key, lower case. */
  readonly address: string
  /** Resolves with the hash of the transaction that carries the call. Rejects as `Account.send` does. */
  call(to: string, data: string, options?: Options): Promise<{ readonly hash: string }>
}

/** Calls by the key's own transactions: `account` is the key pair's, and pays for gas. */
export function directCaller(account: Account): Caller {
  const { chainId, address } = account
  return Object.freeze<Caller>({
    kind: 'contract',
    chainId,
    address,
    call: (to, data, options) => account.send({ to, data }, options),
  })
}
