const QUANTITY = /^0x[0-9a-fA-F]{1,64}$/

/** One more than the largest quantity: 32 bytes, an EVM word. */
const LIMIT = 1n << 256n

/**
 * A number as the wire writes it: `0x` and hex without leading zeros (EIP-1474).
 *
 * @throws TypeError where it is no bigint of 0 to 32 bytes: a decimal text or a number of ether is never guessed at
 */
export function toQuantity(value: bigint, name: string): string {
  if (typeof value !== 'bigint' || value < 0n || value >= LIMIT) {
    throw new TypeError(`${name} must be a bigint from 0 to 2^256 - 1`)
  }
  return `0x${value.toString(16)}`
}

/**
 * Reads a quantity. Leading zeros are read over, since numbers are compared as numbers.
 *
 * @returns undefined for everything but `0x` and 1 to 64 hex digits, decimal text included
 */
export function parseQuantity(value: unknown): bigint | undefined {
  return typeof value === 'string' && QUANTITY.test(value) ? BigInt(value) : undefined
}
