import {
  cidFromDigest,
  type Did,
  didFromMnid,
  digestFromCid,
  encodeHex,
  encodeMnid,
  type KeyStore,
  type Options,
  type SafeFetch,
  UportError,
} from '@uport-kit/core'
import { computeAddress, type TransactionLike } from 'ethers'
import type {} from '../errors.ts'
import type { Fetch } from '../exchange.ts'
import { JsonRpcEndpoint } from '../json-rpc.ts'
import { digestFromWord, profileCallData, registrationCallData } from '../registry.ts'
import { RpcAnswerError } from '../rpc-answer.ts'
import { DeadlineError, withDeadline } from '../with-deadline.ts'
import { ChainClient, type Receipt } from './chain-client.ts'
import { signTransaction } from './sign-transaction.ts'

export interface Registration {
  /** One JSON-RPC endpoint over http(s). */
  readonly rpcUrl: string
  /** Address of the uPort registry, version 3. */
  readonly registry: string
  readonly keys: KeyStore
  /** The key whose account is the identity and pays for the transaction. */
  readonly keyId: string
  /** The published document. */
  readonly cid: string
  /** What the endpoint's chain must be. Default: whatever it is. */
  readonly chainId?: bigint | undefined
  /** The network id inside the MNID. Default the chain id; given where the network goes by a prefix of its genesis hash. */
  readonly network?: bigint | undefined
}

export interface RegistrationOptions extends Options {
  /** Milliseconds for everything, inclusion in a block too. Default 180 000. */
  readonly deadlineMs?: number | undefined
  /** Milliseconds between looks for the receipt. Default 1000. */
  readonly pollMs?: number | undefined
  readonly onProgress?: ((progress: RegistrationProgress) => void) | undefined
  /** Default: the platform's. */
  readonly fetch?: Fetch | SafeFetch | undefined
}

/** `signed` before anything is sent, `sent` when the endpoint took it, `included` when a block has it. */
export interface RegistrationProgress {
  readonly stage: 'signed' | 'sent' | 'included'
  readonly transactionHash: string
}

export interface Registered {
  readonly did: Did<'uport'>
  readonly cid: string
  readonly transactionHash: string
  readonly blockNumber: bigint
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/
/** A registry write costs the same each time but the first; the rest is for a chain that reckons otherwise. */
const GAS_MARGIN_PERCENT = 20n

/**
 * Writes an identity's document into the registry, from the account of a key, and reads it back. The transaction is signed
 * through the key store: the private key never leaves it.
 *
 * @throws TypeError on a registry that is no address or an endpoint that is no URL
 * @throws UportError `CID_INVALID`, `KEY_NOT_FOUND`, `RPC_WRONG_CHAIN`, `REGISTRY_NOT_DEPLOYED`, `RPC_FAILED`;
 * `ACCOUNT_FUNDS_INSUFFICIENT`, `TRANSACTION_FAILED`, `TRANSACTION_TIMEOUT`, `REGISTRATION_MISMATCH`; `KEY_SIGNATURE_INVALID`
 * and the key store's own codes
 */
export async function registerIdentity(
  registration: Registration,
  options: RegistrationOptions = {},
): Promise<Registered> {
  if (!ADDRESS.test(registration.registry)) throw new TypeError('registry: write 0x and 40 hex digits')
  const endpoint = new JsonRpcEndpoint(registration.rpcUrl, { fetch: options.fetch })
  const { deadlineMs = 180_000, onProgress } = options
  let transactionHash: string | undefined
  const report = (progress: RegistrationProgress): void => {
    transactionHash = progress.stage === 'signed' ? undefined : progress.transactionHash
    onProgress?.(progress)
  }
  try {
    return await withDeadline(deadlineMs, options, (signal) =>
      new Registrar(
        registration,
        new ChainClient(endpoint, { signal }),
        { ...options, signal },
        report,
      ).run(),
    )
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error
    const data = { milliseconds: deadlineMs, ...(transactionHash === undefined ? {} : { transactionHash }) }
    const message =
      'The registration was not included in time: look the transaction up before you send another'
    throw new UportError('TRANSACTION_TIMEOUT', message, { data, retryable: transactionHash === undefined })
  }
}

/** One run of `registerIdentity`. */
class Registrar {
  readonly #registration: Registration
  readonly #registry: string
  readonly #chain: ChainClient
  readonly #options: RegistrationOptions
  readonly #report: (progress: RegistrationProgress) => void

  constructor(
    registration: Registration,
    chain: ChainClient,
    options: RegistrationOptions,
    report: (progress: RegistrationProgress) => void,
  ) {
    this.#registration = registration
    this.#registry = registration.registry.toLowerCase()
    this.#chain = chain
    this.#options = options
    this.#report = report
  }

  async run(): Promise<Registered> {
    const { cid } = this.#registration
    const digest = digestFromCid(cid)
    const address = await this.#address()
    const chainId = await this.#checkChain()
    await this.#readBack(address, 'latest', chainId)
    const data = registrationCallData(address, digest)
    const { hash, receipt } = await this.#transact(chainId, address, data)
    const word = await this.#readBack(address, `0x${receipt.blockNumber.toString(16)}`, chainId)
    if (word !== `0x${encodeHex(digest)}`) throw mismatch(cid, word, hash)
    const network = this.#registration.network ?? chainId
    const did = didFromMnid(encodeMnid({ network, address }))
    return Object.freeze({ did, cid, transactionHash: hash, blockNumber: receipt.blockNumber })
  }

  async #address(): Promise<string> {
    const { keys, keyId } = this.#registration
    const key = await keys.get(keyId, this.#options)
    if (key !== undefined) return computeAddress(`0x${encodeHex(key.publicKey)}`).toLowerCase()
    throw new UportError('KEY_NOT_FOUND', 'The key store has no such key: create or import it', {
      data: { keyId },
    })
  }

  async #checkChain(): Promise<bigint> {
    const found = await this.#chain.chainId()
    const expected = this.#registration.chainId
    if (expected === undefined || expected === found) return found
    const { host } = this.#chain
    const message = `The RPC endpoint ${host} serves another chain: correct the configuration`
    const data = { host, expected: `0x${expected.toString(16)}`, found: `0x${found.toString(16)}` }
    throw new UportError('RPC_WRONG_CHAIN', message, { data })
  }

  /** What is registered; also the proof that there is a registry: a transaction to an empty address succeeds. */
  async #readBack(address: string, block: string, chainId: bigint): Promise<string> {
    const word = await this.#chain.readWord(this.#registry, profileCallData(address), block)
    if (word !== '0x') return word
    const network = `0x${(this.#registration.network ?? chainId).toString(16)}`
    const message = `No uPort registry answers at ${this.#registry}: correct the address`
    const data = { network, registry: this.#registry, hasCode: false }
    throw new UportError('REGISTRY_NOT_DEPLOYED', message, { data })
  }

  async #transact(chainId: bigint, from: string, data: string): Promise<{ hash: string; receipt: Receipt }> {
    const { keys, keyId } = this.#registration
    const fields = await this.#fields(chainId, from, data)
    const { hash, serialized } = await signTransaction(fields, { keys, keyId, address: from }, this.#options)
    this.#report({ stage: 'signed', transactionHash: hash })
    await this.#translated(chainId, from, this.#chain.send(serialized))
    this.#report({ stage: 'sent', transactionHash: hash })
    const receipt = await this.#included(hash)
    this.#report({ stage: 'included', transactionHash: hash })
    if (receipt.succeeded) return { hash, receipt }
    throw failed('reverted', { transactionHash: hash })
  }

  async #fields(chainId: bigint, from: string, data: string): Promise<TransactionLike<string>> {
    const to = this.#registry
    const [nonce, fees, gas] = await Promise.all([
      this.#chain.nonce(from),
      this.#chain.fees(),
      this.#translated(chainId, from, this.#chain.estimateGas({ from, to, data })),
    ])
    const gasLimit = (gas * (100n + GAS_MARGIN_PERCENT)) / 100n
    return { chainId, to, data, nonce, gasLimit, value: 0n, ...fees }
  }

  async #included(hash: string): Promise<Receipt> {
    const { pollMs = 1000, signal } = this.#options
    for (;;) {
      const receipt = await this.#chain.receipt(hash)
      if (receipt !== undefined) return receipt
      await pause(pollMs, signal)
    }
  }

  /** Nodes tell what is wrong with a transaction in words alone. */
  async #translated<T>(chainId: bigint, address: string, work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      const answer = error instanceof UportError ? error.cause : undefined
      if (!(answer instanceof RpcAnswerError)) throw error
      if (!/insufficient (funds|balance)/i.test(answer.message))
        throw failed(answer.message, { cause: error })
      const message = `The account ${address} cannot pay for the transaction: send it funds`
      const data = { address, chainId: `0x${chainId.toString(16)}` }
      throw new UportError('ACCOUNT_FUNDS_INSUFFICIENT', message, { data, cause: error })
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })
}

function failed(
  reason: string,
  { transactionHash, cause }: { transactionHash?: string; cause?: unknown },
): UportError<'TRANSACTION_FAILED'> {
  const data = { reason, ...(transactionHash === undefined ? {} : { transactionHash }) }
  const message = 'The chain did not take the transaction: see the reason, correct it and send again'
  return new UportError('TRANSACTION_FAILED', message, { data, cause })
}

function mismatch(cid: string, word: string, transactionHash: string): UportError<'REGISTRATION_MISMATCH'> {
  const digest = digestFromWord(word)
  const data = {
    expected: cid,
    found: digest === undefined ? 'nothing' : cidFromDigest(digest),
    transactionHash,
  }
  const message = 'The registry holds another value than the one just written: find out who else uses the key'
  return new UportError('REGISTRATION_MISMATCH', message, { data })
}
