import { UportError } from '../errors/uport-error.ts'

const HEX_ID = /^0x[0-9a-fA-F]{1,64}$/
const CAIP2_EIP155 = /^eip155:(0|[1-9][0-9]{0,31})$/

/** One more than the largest network id: 32 bytes, the width of `CHAINID`. */
const LIMIT = 1n << 256n

/** The four-byte ids that the MNID rules give to private chains: the first bytes of their genesis hash. */
const GENESIS_PREFIX_FIRST = 0x01000000n
const GENESIS_PREFIX_LAST = 0xffffffffn

/**
 * A network id as the protocol writes it: `0x` and hex without leading zeros (`0x1`, `0x16b2`).
 *
 * @throws TypeError where the number is negative or wider than 32 bytes
 */
export function networkToHex(network: bigint): string {
  if (!isNetworkId(network)) throw new TypeError('A network id is a bigint from 0 to 2^256 - 1.')
  return `0x${network.toString(16)}`
}

/**
 * Reads a network id in hex, of any case and with leading zeros (`0x1`, `0x01` and `0x16B2` occur among old
 * peers). Compare network ids as numbers only.
 *
 * @throws UportError `MNID_INVALID` with reason `network`: a text without `0x` is refused, since `10` could be meant either way
 */
export function parseNetworkId(text: unknown): bigint {
  return BigInt(requireHexId(text))
}

/**
 * A network id as `0x` and hex; what is hex already stays as it is.
 *
 * @throws UportError `MNID_INVALID` with reason `network`
 */
export function networkText(network: bigint | string): string {
  return requireHexId(typeof network === 'bigint' ? `0x${network.toString(16)}` : network)
}

function requireHexId(text: unknown): string {
  if (typeof text !== 'string' || !HEX_ID.test(text))
    throw networkError('Write the network id as 0x and hex digits.')
  return text
}

export interface ToCaip2Options {
  /** Set where the caller knows that a four-byte id is a chain id, not a genesis prefix. Default false. */
  readonly chainId?: boolean | undefined
}

/**
 * The CAIP-2 id of a network, `eip155:<chain id>`, or `undefined` where none can be told.
 *
 * Ids from 1 to 2^53 - 1 are chain ids (EIP-155), but those of exactly four bytes (0x01000000 to 0xffffffff) may as well be
 * the genesis prefix of a private chain. They give `undefined` unless the caller vouches for them with `chainId`, because a
 * wrong guess would name an account on another chain. Zero and larger ids are no chain ids.
 */
export function toCaip2(network: bigint, options?: ToCaip2Options): string | undefined {
  if (network < 1n || network > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  const ambiguous = network >= GENESIS_PREFIX_FIRST && network <= GENESIS_PREFIX_LAST
  return ambiguous && options?.chainId !== true ? undefined : `eip155:${network}`
}

/**
 * The network of a CAIP-2 id in the `eip155` namespace.
 *
 * @throws UportError `MNID_INVALID` with reason `network`: another namespace, not canonical, or no chain id
 */
export function fromCaip2(text: unknown): bigint {
  const match = typeof text === 'string' && text.length <= 64 ? CAIP2_EIP155.exec(text) : null
  const network = BigInt(match?.[1] ?? 0)
  if (toCaip2(network, { chainId: true }) === undefined) {
    throw networkError('Write the network as eip155: and its decimal chain id.')
  }
  return network
}

/** Whether a number fits a network id. */
function isNetworkId(network: bigint): boolean {
  return typeof network === 'bigint' && network >= 0n && network < LIMIT
}

function networkError(message: string): UportError<'MNID_INVALID'> {
  return new UportError('MNID_INVALID', message, { data: { reason: 'network' } })
}
