import { parseAddress } from '@uport-kit/core/ethereum'

const ZERO = `0x${'0'.repeat(40)}`

/**
 * An address in lower case.
 *
 * @throws TypeError where it is none, or the zero address: the contracts would take it, and with it give power to nobody
 */
export function requireAddress(text: string, name: string): string {
  const address = parseAddress(text)
  if (address === undefined || address === ZERO) {
    throw new TypeError(`${name} must be an address (0x and 40 hex digits), and not the zero address`)
  }
  return address
}
