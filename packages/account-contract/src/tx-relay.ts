import type { Account, Options } from '@uport-kit/core'
import { ChainReader, type RpcEndpoint } from '@uport-kit/core/ethereum'
import { TX_RELAY } from './contracts.ts'
import { readContract } from './read-contract.ts'
import { requireAddress } from './require-address.ts'

/** A `TxRelay` contract: what it counts, and who is on its whitelists. */
export class TxRelay {
  readonly address: string
  readonly #chain: ChainReader

  /** @throws TypeError where the address is none */
  constructor(address: string, rpc: RpcEndpoint) {
    this.address = requireAddress(address, 'relay')
    this.#chain = new ChainReader(rpc)
    Object.freeze(this)
  }

  /** The nonce that the next meta-transaction of a key must be signed for. @throws UportError `RPC_FAILED` */
  async nonce(key: string, options: Options = {}): Promise<bigint> {
    return BigInt(String(await this.#read(['getNonce', requireAddress(key, 'key')], options)))
  }

  /** Whether an account may send what names the owner's whitelist. @throws UportError `RPC_FAILED` */
  async isListed(owner: string, account: string, options: Options = {}): Promise<boolean> {
    return (await this.#read(['whitelist', owner, account], options)) === true
  }

  /** Puts accounts on the list of the account that sends this, or takes them from it. Rejects as `Account.send` does. */
  setListed(
    by: Account,
    accounts: readonly string[],
    listed: boolean,
    options?: Options,
  ): Promise<{ readonly hash: string }> {
    const method = listed ? 'addToWhitelist' : 'removeFromWhitelist'
    const data = TX_RELAY.encodeFunctionData(method, [accounts.map((one) => requireAddress(one, 'account'))])
    return by.send({ to: this.address, data }, options)
  }

  #read(call: readonly [method: string, ...args: unknown[]], options: Options): Promise<unknown> {
    return readContract(this.#chain, this.address, TX_RELAY, call, options)
  }
}
