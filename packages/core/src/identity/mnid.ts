import { decodeBase58, encodeBase58 } from '../bytes/base58.ts'
import { equalBytes } from '../bytes/equal.ts'
import { sha3Checksum } from '../bytes/hash.ts'
import { encodeHex, readHex } from '../bytes/hex.ts'
import type { MnidProblem } from '../errors/error-data.ts'
import { UportError } from '../errors/uport-error.ts'
import { fromCaip2, networkText, type ToCaip2Options, toCaip2 } from './network-id.ts'

/** An account on a network: what an MNID (multi-network id) stands for. */
export interface Mnid {
  readonly network: bigint
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
}

/** What `encodeMnid` takes. */
export interface MnidInput {
  /** A number, or `0x` hex of any case. */
  readonly network: bigint | string
  /** `0x` and 40 hex digits of any case. */
  readonly address: string
}

const VERSION = 1
const ADDRESS_BYTES = 20
const CHECKSUM_BYTES = 4
const MIN_BYTES = 1 + 1 + ADDRESS_BYTES + CHECKSUM_BYTES
const MAX_BYTES = 1 + 32 + ADDRESS_BYTES + CHECKSUM_BYTES
/** Base58 digits of `MAX_BYTES` bytes. */
const MAX_DIGITS = 78

const MESSAGES: Readonly<Record<MnidProblem, string>> = {
  'not-base58': 'The MNID has characters outside base58. Check that it was copied whole.',
  'too-short': 'The MNID is too short. Check that it was copied whole.',
  'too-long': 'The MNID is too long. Check that nothing else was copied with it.',
  checksum: 'The checksum of the MNID is wrong. Check that it was copied whole.',
  version: 'The MNID has another version than 1.',
  network: 'The network id of the MNID is not one. Write it as 0x and hex digits.',
  address: 'The address of the MNID is not one. Write it as 0x and 40 hex digits.',
}

/**
 * Reads an MNID: base58 of version 1, the network id in minimal big-endian bytes, 20 bytes of address, and the first four
 * bytes of SHA3-256 (FIPS 202) over all that.
 *
 * @throws UportError `MNID_INVALID`: every rule is kept, so that one account on one network has one MNID only
 */
export function parseMnid(text: unknown): Mnid {
  const result = readMnid(text)
  if (typeof result === 'string') throw mnidError(result)
  return result
}

/** Whether a value is an MNID, the checksum included. Never throws. */
export function isMnid(text: unknown): text is string {
  return typeof readMnid(text) !== 'string'
}

/**
 * Writes the MNID of an account.
 *
 * @throws UportError `MNID_INVALID` with reason `network` or `address`: nothing is padded, cut or guessed, since a wrong
 * byte names somebody else's account
 */
export function encodeMnid({ network, address }: MnidInput): string {
  const id = networkText(network)
  let first = 2
  while (id[first] === '0' && first < id.length - 1) first++
  const accountStart = 1 + Math.ceil((id.length - first) / 2)
  const end = accountStart + ADDRESS_BYTES
  const bytes = new Uint8Array(end + CHECKSUM_BYTES)
  bytes[0] = VERSION
  readHex(id, first, bytes, 1)
  const isAddress = typeof address === 'string' && address.length === 42 && address.startsWith('0x')
  if (!isAddress || !readHex(address, 2, bytes, accountStart)) throw mnidError('address')
  const checksum = sha3Checksum(bytes, end)
  for (let index = 0; index < CHECKSUM_BYTES; index++) bytes[end + index] = checksum[index]!
  return encodeBase58(bytes)
}

/**
 * The CAIP-10 account id of an MNID, `eip155:1:0x…` with the address in lower case.
 *
 * @returns `undefined` where the network has no CAIP-2 id that can be told; see `toCaip2`
 * @throws UportError `MNID_INVALID`
 */
export function mnidToCaip10(mnid: string, options?: ToCaip2Options): string | undefined {
  const { network, address } = parseMnid(mnid)
  const chain = toCaip2(network, options)
  return chain === undefined ? undefined : `${chain}:${address}`
}

/**
 * The MNID of a CAIP-10 account id in the `eip155` namespace.
 *
 * @throws UportError `MNID_INVALID` with reason `network` or `address`
 */
export function mnidFromCaip10(accountId: string): string {
  const end = typeof accountId === 'string' ? accountId.lastIndexOf(':') : -1
  if (end < 0) throw mnidError('network')
  return encodeMnid({ network: fromCaip2(accountId.slice(0, end)), address: accountId.slice(end + 1) })
}

function readMnid(text: unknown): Mnid | MnidProblem {
  if (typeof text !== 'string') return 'not-base58'
  if (text.length > MAX_DIGITS) return 'too-long'
  const bytes = decodeBase58(text, MAX_DIGITS)
  if (bytes === undefined) return 'not-base58'
  if (bytes.length < MIN_BYTES) return 'too-short'
  if (bytes.length > MAX_BYTES) return 'too-long'
  const end = bytes.length - CHECKSUM_BYTES
  if (!equalBytes(sha3Checksum(bytes, end), bytes.slice(end))) return 'checksum'
  if (bytes[0] !== VERSION) return 'version'
  // A leading zero byte would give one network a second spelling.
  if (bytes[1] === 0 && bytes.length > MIN_BYTES) return 'network'
  const hex = encodeHex(bytes)
  return Object.freeze({
    network: BigInt(`0x${hex.slice(2, -2 * (ADDRESS_BYTES + CHECKSUM_BYTES))}`),
    address: `0x${hex.slice(-2 * (ADDRESS_BYTES + CHECKSUM_BYTES), -2 * CHECKSUM_BYTES)}`,
  })
}

function mnidError(reason: MnidProblem): UportError<'MNID_INVALID'> {
  return new UportError('MNID_INVALID', MESSAGES[reason], { data: { reason } })
}
