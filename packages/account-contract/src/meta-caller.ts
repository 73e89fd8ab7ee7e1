import { addressOf, type KeyStore, type Options, UportError } from '@uport-kit/core'
import {
  ANY_SENDER,
  ChainReader,
  type MetaTransactionSender,
  type RpcEndpoint,
  signMetaTransaction,
} from '@uport-kit/core/ethereum'
import type { Caller } from './caller.ts'
import { TX_RELAY } from './contracts.ts'
import { readContract } from './read-contract.ts'
import { requireAddress } from './require-address.ts'

export interface MetaCallerOptions {
  readonly keys: KeyStore
  /** The key that acts. Its account needs no ether. */
  readonly keyId: string
  /** The chain's node, which is asked for the key's counter. */
  readonly rpc: RpcEndpoint
  /** Nothing is signed where the node serves another chain: the signature itself names none. */
  readonly chainId: bigint
  /** The `TxRelay` that the manager trusts. */
  readonly relay: string
  /** Who takes the signed calls to it and pays. */
  readonly sender: MetaTransactionSender
  /** Whose whitelist must name the account that sends. Default: anybody may. */
  readonly whitelistOwner?: string | undefined
  /** How errors call the endpoint. Default: its host. */
  readonly host?: string | undefined
}

/**
 * Calls as meta-transactions: the key signs, `sender` brings them to the `TxRelay` and pays. Calls are queued, for the relay
 * takes a key's calls in the order of their nonces only.
 *
 * `call` rejects with `RPC_WRONG_CHAIN`, `RPC_FAILED`, the codes of `signMetaTransaction`, of the key store and the sender; a
 * TypeError where the call's first argument is not the key's own account.
 *
 * @throws UportError `KEY_NOT_FOUND`
 * @throws TypeError where an address is none
 */
export async function metaCaller(options: MetaCallerOptions, call: Options = {}): Promise<Caller> {
  const key = await options.keys.get(options.keyId, call)
  if (key === undefined) {
    throw new UportError('KEY_NOT_FOUND', 'The store holds no key of this id: create or import it', {
      data: { keyId: options.keyId },
    })
  }
  return new MetaCaller(options, addressOf(key.publicKey))
}

class MetaCaller implements Caller {
  readonly kind = 'meta'
  readonly chainId: bigint
  readonly address: string
  readonly #options: MetaCallerOptions
  readonly #relay: string
  readonly #chain: ChainReader
  #queue: Promise<unknown> = Promise.resolve()
  #last: { readonly nonce: bigint; readonly hash: string } | undefined

  constructor(options: MetaCallerOptions, address: string) {
    this.chainId = options.chainId
    this.address = address
    this.#options = options
    this.#relay = requireAddress(options.relay, 'relay')
    this.#chain = new ChainReader(options.rpc, options.host)
    Object.freeze(this)
  }

  call(to: string, data: string, options: Options = {}): Promise<{ readonly hash: string }> {
    const sent = this.#queue.then(() => this.#call(to, data, options))
    this.#queue = sent.catch(() => {})
    return sent
  }

  async #call(to: string, data: string, options: Options): Promise<{ readonly hash: string }> {
    options.signal?.throwIfAborted()
    await this.#chain.requireChain(this.chainId, options)
    const { keys, keyId, sender, whitelistOwner = ANY_SENDER } = this.#options
    const nonce = await this.#nextNonce(options)
    const transaction = { relay: this.#relay, whitelistOwner, nonce, destination: to, data }
    const signed = await signMetaTransaction(transaction, { keys, keyId }, options)
    const { hash } = await sender.send(signed, options)
    this.#last = { nonce, hash }
    return Object.freeze({ hash })
  }

  /** The relay counts what is in blocks; our last call may wait, have failed, or have been lost. */
  async #nextNonce(options: Options): Promise<bigint> {
    const last = this.#last
    const waits = last !== undefined && (await this.#waits(last.hash, options))
    const getNonce = ['getNonce', this.address] as const
    const counted = BigInt(String(await readContract(this.#chain, this.#relay, TX_RELAY, getNonce, options)))
    return waits && last.nonce >= counted ? last.nonce + 1n : counted
  }

  async #waits(hash: string, options: Options): Promise<boolean> {
    if ((await this.#chain.transaction(hash, options)) === undefined) return false
    return (await this.#chain.receipt(hash, options)) === undefined
  }
}
