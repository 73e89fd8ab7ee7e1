import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { member, optionalText, refuseRequest } from '../messages/members.ts'
import type { JsonObject } from '../ports/json.ts'
import { type FunctionCall, parseFunctionText } from './function-text.ts'
import { parseQuantity } from './quantity.ts'
import { readAccount, readNetwork } from './typed-data-request.ts'

/** A request to send a transaction (`ethtx`), read: all that a consent screen must show. */
export interface EthereumTransactionRequest {
  readonly type: 'ethtx'
  /** `transfer`: no call data. `call`: call data for a contract. `creation`: no recipient, the data is a contract's code. */
  readonly kind: 'transfer' | 'call' | 'creation'
  readonly network: bigint
  /** `0x` and 40 lower-case hex digits; absent exactly for a creation. */
  readonly to?: string | undefined
  /** The account that must send, in lower case. */
  readonly from?: string | undefined
  /** Wei. */
  readonly value: bigint
  /** What will be sent, `0x` hex; `0x` where there is none. */
  readonly data: string
  /** The call in words, where the request gives it; it was encoded again and gave `data`. */
  readonly call?: FunctionCall | undefined
  /** The requester's advice; whoever sends decides. */
  readonly gas?: bigint | undefined
  /** Wei per gas; the requester's advice. */
  readonly gasPrice?: bigint | undefined
  /** The requester's words: show them as such. */
  readonly label?: string | undefined
}

/** Bytes of code that a creation may carry (EIP-3860), and of any call data here. */
const MAX_DATA_BYTES = 49_152

/** Characters of a call in text. */
const MAX_FUNCTION_TEXT = 16_384

/**
 * Reads the payload of an `ethtx`.
 *
 * The network must be said: by `net`, or by an MNID in `to`, or by both alike. A call in text (`fn`) is shown to people, so
 * it must be unambiguous and, where `data` is there too, encode to exactly that; alone, as old applications send it, it is
 * what is sent. Quantities are hex; decimal text is refused, because `10` could be meant either way.
 *
 * @throws UportError `REQUEST_INVALID` naming the member
 */
export function parseTransactionRequest(payload: JsonObject): EthereumTransactionRequest {
  if (payload['type'] !== 'ethtx') return refuseRequest('type', 'is not ethtx')
  const to = readAccount(payload, 'to', refuseRequest)
  const from = readAccount(payload, 'from', refuseRequest)
  const call = readCall(payload)
  const data = readData(payload, call)
  if (to === undefined && (data === '0x' || call !== undefined)) {
    return refuseRequest('to', 'is missing, and only the code of a contract may go without')
  }
  return Object.freeze({
    type: 'ethtx',
    kind: to === undefined ? 'creation' : data === '0x' ? 'transfer' : 'call',
    network: agreedNetwork(readNetwork(payload, 'net', refuseRequest), to?.network, from?.network),
    to: to?.address,
    from: from?.address,
    value: readQuantity(payload, 'value') ?? 0n,
    data,
    call,
    gas: readQuantity(payload, 'gas'),
    gasPrice: readQuantity(payload, 'gasPrice'),
    label: optionalText(payload, 'label', 'label', refuseRequest),
  })
}

function agreedNetwork(...named: readonly (bigint | undefined)[]): bigint {
  const known = new Set(named.filter((network) => network !== undefined))
  const [network] = known
  if (network === undefined) return refuseRequest('net', 'is missing, and no MNID says the network')
  return known.size === 1 ? network : refuseRequest('net', 'contradicts the network of an MNID')
}

function readCall(payload: JsonObject): FunctionCall | undefined {
  const text = member(payload, 'fn')
  if (text === undefined || text === null) return undefined
  if (typeof text !== 'string' || text.length > MAX_FUNCTION_TEXT) {
    return refuseRequest('fn', 'is not text of acceptable length')
  }
  return parseFunctionText(text) ?? refuseRequest('fn', 'is not one unambiguous function call')
}

function readData(payload: JsonObject, call: FunctionCall | undefined): string {
  const text = member(payload, 'data')
  if (text === undefined || text === null) return call?.data ?? '0x'
  const acceptable = typeof text === 'string' && text.length <= 2 + 2 * MAX_DATA_BYTES
  const bytes = acceptable ? decodeHex(text, { prefix: 'required' }) : undefined
  if (bytes === undefined) return refuseRequest('data', 'is not 0x hex of acceptable length')
  const data = `0x${encodeHex(bytes)}`
  if (call !== undefined && call.data !== data) return refuseRequest('fn', 'says another call than data')
  return data
}

function readQuantity(payload: JsonObject, name: string): bigint | undefined {
  const value = member(payload, name)
  if (value === undefined || value === null) return undefined
  return parseQuantity(value) ?? refuseRequest(name, 'is not a 0x hexadecimal quantity')
}
