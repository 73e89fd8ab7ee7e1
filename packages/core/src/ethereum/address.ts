import { isAddress } from '../identity/account-reference.ts'

/** An address in lower case; undefined where it is none, or its checksum (EIP-55) is wrong. */
export function parseAddress(text: unknown): string | undefined {
  return isAddress(text) ? text.toLowerCase() : undefined
}
