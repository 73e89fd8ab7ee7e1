import { getAddress } from 'ethers'
import { foldDid } from '../identity/did.ts'
import { isMnid, parseMnid } from '../identity/mnid.ts'

/** An account as a message names it; `network` where the name carries one. */
export interface AccountReference {
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
  readonly network?: bigint | undefined
}

const MAX_LENGTH = 128

/**
 * Reads the name of an account: an address, an MNID, or a DID with either in it (`did:uport:<MNID>`, `did:ethr:0x…`).
 *
 * @returns undefined where it is none; also for an address in mixed case whose checksum (EIP-55) is wrong, since then a
 * digit was mistyped
 */
export function parseAccountReference(text: unknown): AccountReference | undefined {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return undefined
  if (text.startsWith('did:')) return parseDidReference(text)
  if (isMnid(text)) return parseMnid(text)
  const address = parseAddress(text)
  return address === undefined ? undefined : { address }
}

/** An address in lower case; undefined where it is none. */
export function parseAddress(text: unknown): string | undefined {
  if (typeof text !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(text)) return undefined
  try {
    return getAddress(text).toLowerCase()
  } catch {
    return undefined
  }
}

function parseDidReference(text: string): AccountReference | undefined {
  let did: string
  try {
    did = foldDid(text)
  } catch {
    return undefined
  }
  const id = did.slice(did.indexOf(':', 4) + 1)
  if (did.startsWith('did:uport:')) return isMnid(id) ? parseMnid(id) : undefined
  return did.startsWith('did:ethr:') && /^0x[0-9a-f]{40}$/.test(id) ? { address: id } : undefined
}
