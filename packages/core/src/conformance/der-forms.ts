import { concatBytes } from '../bytes/concat.ts'
import type { RecoverableSignature } from '../ports/key-store.ts'

/** Two numbers of 32 bytes, big-endian. */
type Scalars = Pick<RecoverableSignature, 'r' | 's'>

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** DER (X.690) of `SEQUENCE { INTEGER r, INTEGER s }`, as devices return signatures (RFC 3279, section 2.2.3). */
export function encodeDer({ r, s }: Scalars): Uint8Array {
  const content = concatBytes(encodeInteger(r), encodeInteger(s))
  return concatBytes(Uint8Array.of(0x30, content.length), content)
}

/** The same signature with the other s: the order minus s. */
export function negateS({ r, s }: Scalars): Scalars {
  const value = ORDER - s.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  return { r, s: Uint8Array.from({ length: 32 }, (_, n) => Number((value >> BigInt(8 * (31 - n))) & 0xffn)) }
}

function encodeInteger(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first < 0 ? Uint8Array.of(0) : bytes.subarray(first)
  const padding = (digits[0] ?? 0) >= 0x80 ? [0] : []
  return Uint8Array.of(0x02, digits.length + padding.length, ...padding, ...digits)
}
