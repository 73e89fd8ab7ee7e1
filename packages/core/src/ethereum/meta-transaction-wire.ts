import { decodeRlp, encodeRlp, Interface } from 'ethers'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { parseAddress } from './address.ts'
import {
  ANY_SENDER,
  MAX_META_DATA_BYTES,
  metaTransactionInvalid,
  metaTransactionSender,
  type SignedMetaTransaction,
} from './meta-transaction.ts'
import { toQuantity } from './quantity.ts'

const TX_RELAY = new Interface([
  'function relayMetaTx(uint8 sigV, bytes32 sigR, bytes32 sigS, address destination, bytes data, address listOwner)',
])

/** Room for the call around the data and the transaction around the call. */
const MAX_WIRE_BYTES = MAX_META_DATA_BYTES + 1024

/** The members of an unsigned transaction, and of one in ethereumjs-tx's form, which adds `v`, `r` and `s`. */
const UNSIGNED = 6
const UNSIGNED_OF_ETHEREUMJS = 9

/** What the signer suggests to whoever pays. */
export interface MetaTransactionAdvice {
  readonly gasLimit?: bigint | undefined
  /** Wei per gas. */
  readonly gasPrice?: bigint | undefined
}

/** A meta-transaction that was read: its form is right, its signature not checked. */
export interface ParsedMetaTransaction extends SignedMetaTransaction {
  readonly gasLimit: bigint
  readonly gasPrice: bigint
}

/** The call of `TxRelay.relayMetaTx`: what whoever pays sends to the relay. `0x` hex. */
export function relayCallData(signed: SignedMetaTransaction): string {
  const { destination, data, whitelistOwner, signature } = signed
  const { v, r, s } = signature
  return TX_RELAY.encodeFunctionData('relayMetaTx', [v, r, s, destination, data, whitelistOwner])
}

/**
 * A meta-transaction as relay services take it (`metaSignedTx`): the unsigned transaction to the `TxRelay` in RLP, without
 * nonce, in the form of the original wallets (`v` 28, `r` and `s` empty). Hex without `0x`, since they expect none.
 */
export function serializeMetaTransaction(
  signed: SignedMetaTransaction,
  { gasLimit = 0n, gasPrice = 0n }: MetaTransactionAdvice = {},
): string {
  const fields = ['0x', rlpNumber(gasPrice), rlpNumber(gasLimit), signed.relay, '0x', relayCallData(signed)]
  return encodeRlp([...fields, '0x1c', '0x', '0x']).slice(2)
}

/**
 * Reads a `metaSignedTx`: an unsigned transaction, of six members or nine, to a `TxRelay`, with or without `0x`. The call is
 * encoded again and must be the same, so what is sent later can be made from the result alone.
 *
 * @throws UportError `META_TRANSACTION_INVALID`: `malformed`, or `sender` where the call names nobody or the zero address
 */
export function parseMetaTransaction(text: unknown): ParsedMetaTransaction {
  const fields = readFields(text)
  const [, gasPrice = '', gasLimit = '', to, value, data = ''] = fields
  const relay = parseAddress(to)
  const call = readCall(data)
  if (relay === undefined || relay === ANY_SENDER || value !== '0x' || call === undefined) {
    throw metaTransactionInvalid('malformed')
  }
  const sender = metaTransactionSender(call.data)
  if (sender === undefined) throw metaTransactionInvalid('sender')
  const numbers = { gasLimit: readNumber(gasLimit), gasPrice: readNumber(gasPrice) }
  return Object.freeze({ relay, ...call, sender, ...numbers })
}

function readFields(text: unknown): readonly string[] {
  const acceptable = typeof text === 'string' && text.length <= 2 + 2 * MAX_WIRE_BYTES
  const bytes = acceptable ? decodeHex(text) : undefined
  if (bytes === undefined) throw metaTransactionInvalid('malformed')
  const hex = `0x${encodeHex(bytes)}`
  const fields = decodeFields(hex)
  const isUnsigned =
    fields?.length === UNSIGNED ||
    (fields?.length === UNSIGNED_OF_ETHEREUMJS && fields[7] === '0x' && fields[8] === '0x')
  // ethers reads lengths in a longer form than needed; two texts for one transaction help nobody. Few fields are encoded in
  // no time; many would be in a time that grows with their square.
  if (fields === undefined || !isUnsigned || encodeRlp(fields) !== hex) {
    throw metaTransactionInvalid('malformed')
  }
  return fields
}

/** The list of texts that the RLP encodes; `undefined` where it encodes something else. */
function decodeFields(hex: string): string[] | undefined {
  try {
    const decoded: unknown = decodeRlp(hex)
    const fields: readonly unknown[] = Array.isArray(decoded) ? decoded : []
    const texts = fields.filter((field): field is string => typeof field === 'string')
    return texts.length === fields.length ? texts : undefined
  } catch {
    return undefined
  }
}

type Call = Pick<SignedMetaTransaction, 'destination' | 'data' | 'whitelistOwner' | 'signature'>

function readCall(callData: string): Call | undefined {
  const call = decodeCall(callData)
  if (call === undefined || call.destination === ANY_SENDER) return undefined
  if (call.data.length > 2 + 2 * MAX_META_DATA_BYTES) return undefined
  return relayCallData({ ...call, relay: '', sender: '' }) === callData ? Object.freeze(call) : undefined
}

function decodeCall(callData: string): Call | undefined {
  try {
    const [v, r, s, destination, data, whitelistOwner] = TX_RELAY.decodeFunctionData('relayMetaTx', callData)
    if (v !== 27n && v !== 28n) return undefined
    return {
      destination: String(destination).toLowerCase(),
      data: String(data),
      whitelistOwner: String(whitelistOwner).toLowerCase(),
      signature: Object.freeze({ r: String(r), s: String(s), v: v === 27n ? 27 : 28 }),
    }
  } catch {
    return undefined
  }
}

function rlpNumber(value: bigint): string {
  const hex = toQuantity(value, 'gas').slice(2)
  return value === 0n ? '0x' : `0x${hex.length % 2 === 0 ? hex : `0${hex}`}`
}

function readNumber(hex: string): bigint {
  if (hex === '0x') return 0n
  // An integer in RLP has no leading zeros (Yellow Paper, appendix B).
  if (hex.length > 66 || hex.startsWith('0x00')) throw metaTransactionInvalid('malformed')
  return BigInt(hex)
}
