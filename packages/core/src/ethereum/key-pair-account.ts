import { UportError } from '../errors/uport-error.ts'
import type { Account, TransactionRequest } from '../ports/account.ts'
import type { KeyStore } from '../ports/key-store.ts'
import type { Options } from '../ports/options.ts'
import { parseAddress } from './address.ts'
import { accountOf } from './answer-typed-data.ts'
import { ChainReader, type Fees, nodeErrorOf, type Trial } from './chain-reader.ts'
import type { RpcEndpoint } from './json-rpc.ts'
import { toQuantity } from './quantity.ts'
import { isRevert, revertReason } from './revert-reason.ts'
import { signTransaction } from './sign-transaction.ts'

export interface KeyPairAccountOptions {
  readonly keys: KeyStore
  readonly keyId: string
  /** The chain's node. */
  readonly rpc: RpcEndpoint
  /** Transactions are signed for this chain; an endpoint of another one is refused. */
  readonly chainId: bigint
  /** Wei per gas; where the chain asks for more, nothing is sent. Default: what the node says. */
  readonly maxFeePerGas?: bigint | undefined
  /** How errors call the endpoint. Default: its host. */
  readonly host?: string | undefined
}

/** Times that the same bytes are offered when the network fails: a node takes them once only. */
const SEND_TRIES = 3

/**
 * The account of a key pair: sends transactions (EIP-1559 where the chain knows it) signed by the key store.
 *
 * Sends are queued, so that each gets its own nonce. `send` resolves when the node has taken the transaction; it rejects
 * with `RPC_WRONG_CHAIN`, `RPC_FAILED`, `ACCOUNT_FUNDS_INSUFFICIENT`, `TRANSACTION_FAILED` (it would revert, or the node
 * refuses it; where `transactionHash` is given, look that up before you send again) and the key store's codes.
 *
 * @throws UportError `KEY_NOT_FOUND`
 */
export async function keyPairAccount(parts: KeyPairAccountOptions, options: Options = {}): Promise<Account> {
  const address = await accountOf(parts.keys, parts.keyId, options)
  return new KeyPairAccount(parts, address)
}

class KeyPairAccount implements Account {
  readonly kind = 'keypair'
  readonly chainId: bigint
  readonly address: string
  readonly #parts: KeyPairAccountOptions
  readonly #chain: ChainReader
  #queue: Promise<unknown> = Promise.resolve()
  #last: { readonly nonce: bigint; readonly hash: string } | undefined

  constructor(parts: KeyPairAccountOptions, address: string) {
    this.chainId = parts.chainId
    this.address = address
    this.#parts = parts
    this.#chain = new ChainReader(parts.rpc, parts.host)
    Object.freeze(this)
  }

  send(transaction: TransactionRequest, options: Options = {}): Promise<{ readonly hash: string }> {
    const trial = this.#checked(transaction)
    const sent = this.#queue.then(() => this.#send(trial, options))
    this.#queue = sent.catch(() => {})
    return sent
  }

  #checked({ to, data, value }: TransactionRequest): Trial {
    if (to !== undefined && parseAddress(to) === undefined) throw new TypeError('send: to is not an address')
    if (data !== undefined && !/^0x(?:[0-9a-fA-F]{2})*$/.test(data))
      throw new TypeError('send: data is not 0x hex')
    if (to === undefined && (data === undefined || data === '0x')) {
      throw new TypeError('send: give a recipient, or the code of a contract')
    }
    return {
      from: this.address,
      ...(to === undefined ? {} : { to }),
      ...(data === undefined ? {} : { data }),
      value: toQuantity(value ?? 0n, 'value'),
    }
  }

  async #send(trial: Trial, options: Options): Promise<{ readonly hash: string }> {
    options.signal?.throwIfAborted()
    await this.#chain.requireChain(this.chainId, options)
    const gasLimit = await this.#estimate(trial, options)
    const fees = this.#affordable(await this.#chain.fees(options))
    const nonce = await this.#nextNonce(options)
    const { from: _, ...fields } = trial
    const all = { chainId: this.chainId, ...fields, nonce: Number(nonce), gasLimit, ...fees }
    const { keys, keyId } = this.#parts
    const signed = await signTransaction(all, { keys, keyId, address: this.address }, options)
    await this.#offer(signed.serialized, signed.hash, options)
    this.#last = { nonce, hash: signed.hash }
    return Object.freeze({ hash: signed.hash })
  }

  async #estimate(trial: Trial, options: Options): Promise<bigint> {
    try {
      return await this.#chain.gasLimit(trial, options)
    } catch (error) {
      throw this.#explain(error)
    }
  }

  #affordable(fees: Fees): Fees {
    const most = this.#parts.maxFeePerGas
    if (most === undefined) return fees
    if (fees.type === 0) {
      if (fees.gasPrice > most) throw failed('the chain asks for more per gas than the account may pay')
      return fees
    }
    const tip = fees.maxPriorityFeePerGas
    // The offered fee leaves room for the base fee to double; what is due now is half of that and the tip.
    const due = (fees.maxFeePerGas - tip) / 2n + tip
    if (due > most) throw failed('the chain asks for more per gas than the account may pay')
    return fees.maxFeePerGas <= most ? fees : { ...fees, maxFeePerGas: most }
  }

  /** A node behind others may not count our last transaction yet; one that was dropped must not leave a gap. */
  async #nextNonce(options: Options): Promise<bigint> {
    const pending = await this.#chain.nonce(this.address, 'pending', options)
    const last = this.#last
    if (last === undefined || pending > last.nonce) return pending
    const known = await this.#chain.transaction(last.hash, options)
    return known === undefined ? pending : last.nonce + 1n
  }

  /** Once the first offer is out the transaction may be included, so the caller's signal no longer counts. */
  async #offer(serialized: string, hash: string, { signal }: Options): Promise<void> {
    signal?.throwIfAborted()
    for (let tries = 1; ; tries++) {
      try {
        return await this.#chain.send(serialized, {})
      } catch (error) {
        const answered = nodeErrorOf(error)
        // A second offer is refused because the first one arrived.
        if (answered !== undefined && tries > 1 && (await this.#isKnown(hash))) return
        if (answered !== undefined && /already known|known transaction/i.test(answered.message)) return
        if (answered !== undefined) throw this.#explain(error)
        if (tries === SEND_TRIES) throw failed('no node confirmed that it arrived', hash, error)
      }
    }
  }

  async #isKnown(hash: string): Promise<boolean> {
    return (await this.#chain.transaction(hash, {}).catch(() => undefined)) !== undefined
  }

  #explain(error: unknown): unknown {
    const answered = nodeErrorOf(error)
    if (answered === undefined) return error
    if (/insufficient (?:funds|balance)/i.test(answered.message)) {
      const message = 'The account cannot pay for the transaction: send it funds.'
      const data = { address: this.address, chainId: this.chainId.toString() }
      return new UportError('ACCOUNT_FUNDS_INSUFFICIENT', message, { data })
    }
    const reason = revertReason(answered)
    if (isRevert(answered))
      return failed(reason === undefined ? 'it would revert' : `it would revert: ${reason}`)
    return failed(`the node refused it (error ${answered.code})`, undefined, error)
  }
}

function failed(reason: string, transactionHash?: string, cause?: unknown): UportError<'TRANSACTION_FAILED'> {
  const message = 'The transaction was not sent: see the reason.'
  const data = { reason, ...(transactionHash === undefined ? {} : { transactionHash }) }
  return new UportError('TRANSACTION_FAILED', message, { data, cause })
}
