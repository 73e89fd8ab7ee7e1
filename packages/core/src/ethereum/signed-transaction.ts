import { decodeRlp, Transaction } from 'ethers'
import { parseAddress } from './address.ts'

/** A signed transaction, read. */
export interface ParsedTransaction {
  /** Whose signature it carries: `0x` and 40 lower-case hex digits. */
  readonly from: string
  readonly hash: string
  /** Undefined for a signature that holds on every chain (before EIP-155). */
  readonly chainId: bigint | undefined
  /** Undefined where it creates a contract. */
  readonly to: string | undefined
  readonly data: string
  /** Wei. */
  readonly value: bigint
  readonly nonce: bigint
  readonly gasLimit: bigint
  /** Wei per gas that the account must hold: the gas price, or the highest fee (EIP-1559). */
  readonly gasPrice: bigint
}

const HEX = /^0x(?:[0-9a-fA-F]{2})+$/
/** 64 KiB of bytes as hex: more than a node takes for a transaction that creates no blobs. */
const MAX_CHARACTERS = 2 + 2 * 65_536
/** Addresses, and addresses and keys, of an access list: ethers takes a time that grows with their square. */
const MAX_ACCESS_LIST = 256
/** Where types 1 (EIP-2930) and 2 (EIP-1559) have their access list. */
const ACCESS_LIST: ReadonlyMap<string, number> = new Map([
  ['0x01', 7],
  ['0x02', 8],
])

/**
 * Reads a signed transaction: legacy (EIP-155 or before), EIP-2930 or EIP-1559, as `0x` hex of its serialization.
 *
 * @returns undefined where it is none: another type, trailing bytes, no signature, or one that recovers to no account;
 * also with an access list of more than 256 addresses and keys
 */
export function parseSignedTransaction(serialized: unknown): ParsedTransaction | undefined {
  if (typeof serialized !== 'string' || serialized.length > MAX_CHARACTERS || !HEX.test(serialized))
    return undefined
  const transaction = parse(serialized)
  if (transaction === undefined || (transaction.type ?? 0) > 2) return undefined
  const from = parseAddress(transaction.from)
  const { hash, gasPrice, maxFeePerGas } = transaction
  if (from === undefined || hash === null || transaction.serialized !== serialized.toLowerCase())
    return undefined
  const price = transaction.type === 2 ? maxFeePerGas : gasPrice
  return Object.freeze({
    from,
    hash,
    chainId: transaction.chainId === 0n ? undefined : transaction.chainId,
    to: transaction.to?.toLowerCase(),
    data: transaction.data,
    value: transaction.value,
    nonce: BigInt(transaction.nonce),
    gasLimit: transaction.gasLimit,
    gasPrice: price ?? 0n,
  })
}

function parse(serialized: string): Transaction | undefined {
  try {
    if (!listsFew(serialized)) return undefined
    const transaction = Transaction.from(serialized)
    return transaction.isSigned() ? transaction : undefined
  } catch {
    return undefined
  }
}

function listsFew(serialized: string): boolean {
  const index = ACCESS_LIST.get(serialized.slice(0, 4))
  if (index === undefined) return true
  const fields: unknown = decodeRlp(`0x${serialized.slice(4)}`)
  const list: unknown = Array.isArray(fields) ? fields[index] : undefined
  return Array.isArray(list) && list.length <= MAX_ACCESS_LIST && list.flat(2).length <= MAX_ACCESS_LIST
}
