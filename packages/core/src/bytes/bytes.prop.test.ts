import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeBase58, encodeBase58 } from './base58.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { decodeHex, encodeHex } from './hex.ts'

const short = fc.uint8Array({ maxLength: 128 })
const withZeros = fc
  .tuple(fc.nat({ max: 8 }), fc.uint8Array({ maxLength: 64 }))
  .map(([zeros, rest]) => Uint8Array.from([...new Array<number>(zeros).fill(0), ...rest]))

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** The definition of base58, by big integers. */
function slowBase58(bytes: Uint8Array): string {
  let value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  let text = ''
  for (; value > 0n; value /= 58n) text = ALPHABET[Number(value % 58n)] + text
  const first = bytes.findIndex((byte) => byte !== 0)
  return '1'.repeat(first < 0 ? bytes.length : first) + text
}

it('base58 is what its definition says, and decodes back', () => {
  fc.assert(
    fc.property(fc.oneof(short, withZeros), (bytes) => {
      const encoded = encodeBase58(bytes)
      expect(encoded).toBe(slowBase58(bytes))
      expect(decodeBase58(encoded, bytes.length)).toEqual(bytes)
      if (bytes.length > 0) expect(decodeBase58(encoded, bytes.length - 1)).toBeUndefined()
    }),
    { numRuns: 400 },
  )
})

it('base64, base64url and hex agree with the platform and decode back', () => {
  fc.assert(
    fc.property(short, (bytes) => {
      expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
      expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes)
      expect(encodeBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
      expect(decodeBase64url(encodeBase64url(bytes))).toEqual(bytes)
      expect(encodeHex(bytes)).toBe(Buffer.from(bytes).toString('hex'))
      expect(decodeHex(encodeHex(bytes))).toEqual(bytes)
    }),
  )
})

it('any text decodes to bytes that encode to it again, or not at all', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...ALPHABET, '0', '-', '_', '+', '/', '='), maxLength: 40 }),
  )
  fc.assert(
    fc.property(hostile, (text) => {
      const base58 = decodeBase58(text)
      if (base58 !== undefined) expect(encodeBase58(base58)).toBe(text)
      const base64url = decodeBase64url(text)
      if (base64url !== undefined) expect(encodeBase64url(base64url)).toBe(text)
      const hex = decodeHex(text, { prefix: 'none' })
      if (hex !== undefined) expect(encodeHex(hex)).toBe(text.toLowerCase())
    }),
    { numRuns: 500 },
  )
})
