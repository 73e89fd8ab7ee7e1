import { concatBytes } from '../bytes/concat.ts'

/**
 * Reads an ECDSA signature as devices return it: DER (X.690) of `SEQUENCE { INTEGER r, INTEGER s }` (RFC 3279, section
 * 2.2.3), strictly: shortest lengths, shortest integers, none negative, nothing after the end.
 *
 * @returns 64 bytes, `r` then `s`, each padded to 32; `undefined` where a rule is broken or a number is longer
 */
export function parseDerSignature(der: Uint8Array): Uint8Array | undefined {
  // 70 bytes of content at most, so that every length is written in one byte.
  if (der.length > 72 || der[0] !== 0x30 || der[1] !== der.length - 2) return undefined
  const r = readInteger(der, 2)
  if (r === undefined) return undefined
  const s = readInteger(der, r.end)
  if (s === undefined || s.end !== der.length) return undefined
  return concatBytes(r.value, s.value)
}

/** A positive INTEGER at `start`, padded to 32 bytes, and where it ends. */
function readInteger(
  der: Uint8Array,
  start: number,
): { readonly value: Uint8Array; readonly end: number } | undefined {
  const length = der[start + 1]
  if (der[start] !== 0x02 || length === undefined || length === 0 || length > 33) return undefined
  const end = start + 2 + length
  if (end > der.length) return undefined
  const content = der.subarray(start + 2, end)
  const first = content[0]!
  if (first >= 0x80) return undefined
  const padded = first === 0 && length > 1
  if (padded && content[1]! < 0x80) return undefined
  const digits = padded ? content.subarray(1) : content
  if (digits.length > 32) return undefined
  const value = new Uint8Array(32)
  value.set(digits, 32 - digits.length)
  return { value, end }
}
