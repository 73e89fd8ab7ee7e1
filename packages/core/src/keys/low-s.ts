import { concatBytes } from '../bytes/concat.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'

/** The order of secp256k1 (SEC 2, section 2.4.1). */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/**
 * A compact signature with `s` in the lower half of the order (BIP-62). Of the two values that verify, it is the one
 * that Ethereum and libsecp256k1 accept. A value that is no scalar stays as it is.
 */
export function toLowS(compact: Uint8Array): Uint8Array {
  const s = BigInt(`0x${encodeHex(compact.subarray(32))}`)
  if (s <= ORDER >> 1n || s >= ORDER) return compact.slice()
  const low = decodeHex((ORDER - s).toString(16).padStart(64, '0'))!
  return concatBytes(compact.subarray(0, 32), low)
}
