import { keccak256 } from '../bytes/hash.ts'
import { encodeHex } from '../bytes/hex.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { foldDid } from './did.ts'
import { isMnid, parseMnid } from './mnid.ts'

/** An account as a message names it. */
export interface AccountReference {
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
  /** Where the name carries one. */
  readonly network?: bigint | undefined
}

const MAX_LENGTH = 256
const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const ETHR = /^did:ethr:(?:(0x[0-9a-f]{1,16}):)?(0x[0-9a-f]{40})$/

/** The network that a did:ethr without one means. */
const MAINNET = 1n

/**
 * Reads the name of an account: an MNID, a DID with an account in it (did:uport, did:ethr), or a bare address.
 *
 * @returns `undefined` where it is none; also for an address in mixed case whose checksum (EIP-55) is wrong, since then a
 * digit was mistyped
 */
export function parseAccountReference(text: unknown): AccountReference | undefined {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return undefined
  if (text.startsWith('did:')) return ofDid(text)
  if (isAddress(text)) return { address: text.toLowerCase() }
  return isMnid(text) ? parseMnid(text) : undefined
}

/** Whether a text is an Ethereum address whose checksum, where it has one (EIP-55), is right. */
export function isAddress(text: unknown): text is `0x${string}` {
  if (typeof text !== 'string' || !ADDRESS.test(text)) return false
  const digits = text.slice(2)
  const lower = digits.toLowerCase()
  if (digits === lower || digits === digits.toUpperCase()) return true
  const hash = encodeHex(keccak256(encodeUtf8(lower)))
  return [...digits].every((digit, index) => {
    const upper = Number.parseInt(hash.charAt(index), 16) >= 8
    return digit === (upper ? digit.toUpperCase() : digit.toLowerCase())
  })
}

function ofDid(text: string): AccountReference | undefined {
  const did = foldOrUndefined(text)
  if (did === undefined) return undefined
  const mnid = did.startsWith('did:uport:') ? did.slice('did:uport:'.length) : undefined
  if (mnid !== undefined) return isMnid(mnid) ? parseMnid(mnid) : undefined
  const [, network, address] = ETHR.exec(did) ?? []
  if (address === undefined) return undefined
  return { address, network: network === undefined ? MAINNET : BigInt(network) }
}

function foldOrUndefined(text: string): string | undefined {
  try {
    return foldDid(text)
  } catch {
    return undefined
  }
}
