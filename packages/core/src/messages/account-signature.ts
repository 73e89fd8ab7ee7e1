import { concatBytes } from '../bytes/concat.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { isJsonObject } from '../identity/is-json-object.ts'
import { pointToAddress } from '../jwt/points.ts'
import type { Secp256k1Engine } from '../jwt/secp256k1-engine.ts'
import { toLowS } from '../keys/low-s.ts'
import type { Json } from '../ports/json.ts'
import type { RecoverableSignature } from '../ports/key-store.ts'
import { member, type Refuse } from './members.ts'

/** An account's signature as the wire writes it and contracts take it. */
export interface AccountSignature {
  /** `0x` and 64 hex digits. */
  readonly r: string
  /** `0x` and 64 hex digits, in the lower half of the order. */
  readonly s: string
  readonly v: 27 | 28
}

/**
 * Reads a signature as wallets have written it: `r` and `s` with and without `0x`, leading zeros dropped or not, `v` as
 * number, hex or decimal text, 0 and 1 for 27 and 28. A high `s` is turned into the low one that contracts accept.
 *
 * @throws what `refuse` throws
 */
export function parseAccountSignature(
  value: Json | undefined,
  path: string,
  refuse: Refuse,
): AccountSignature {
  if (!isJsonObject(value)) return refuse(path, 'is not an object')
  const r = parseScalar(member(value, 'r'), `${path}.r`, refuse)
  const s = parseScalar(member(value, 's'), `${path}.s`, refuse)
  const parity = parseParity(member(value, 'v'), `${path}.v`, refuse)
  const compact = concatBytes(r, s)
  const low = toLowS(compact)
  const flipped = encodeHex(low) !== encodeHex(compact)
  return Object.freeze({
    r: `0x${encodeHex(low.subarray(0, 32))}`,
    s: `0x${encodeHex(low.subarray(32))}`,
    v: (parity === 0) === flipped ? 28 : 27,
  })
}

/** A key store's signature in this form. */
export function toAccountSignature({ r, s, recovery }: RecoverableSignature): AccountSignature {
  return Object.freeze({ r: `0x${encodeHex(r)}`, s: `0x${encodeHex(s)}`, v: recovery === 0 ? 27 : 28 })
}

/** The account that signed a digest, in lower case; undefined where no key fits. */
export function recoverAccount(
  { r, s, v }: AccountSignature,
  digest: Uint8Array,
  engine: Secp256k1Engine,
): string | undefined {
  const compact = concatBytes(decodeHex(r)!, decodeHex(s)!)
  const point = engine.recover(compact, v === 27 ? 0 : 1, digest)
  return point === undefined ? undefined : pointToAddress(point)
}

function parseScalar(value: Json | undefined, path: string, refuse: Refuse): Uint8Array {
  const digits = typeof value === 'string' ? /^(?:0x)?([0-9a-fA-F]{1,64})$/.exec(value)?.[1] : undefined
  if (digits === undefined) return refuse(path, 'is not hex of 32 bytes')
  return decodeHex(digits.padStart(64, '0'))!
}

function parseParity(value: Json | undefined, path: string, refuse: Refuse): 0 | 1 {
  const known = typeof value === 'string' && /^(?:0x[0-9a-fA-F]{1,2}|[0-9]{1,2})$/.test(value)
  const v = typeof value === 'number' ? value : known ? Number(value) : undefined
  if (v === 0 || v === 27) return 0
  if (v === 1 || v === 28) return 1
  return refuse(path, 'is not 27 or 28')
}
