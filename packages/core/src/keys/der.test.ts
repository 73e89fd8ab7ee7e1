import { generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { parseDerSignature } from './der.ts'

const hex = (text: string) => decodeHex(text.replaceAll(' ', ''))!
const padded = (text: string) => text.padStart(64, '0')
const FULL = 'ab'.repeat(32)
const SMALL = '7f'.repeat(32)

describe('reads', () => {
  it.each([
    ['shortest numbers', '30 06 020101 020102', '01', '02'],
    ['zero, which is for the engine to refuse', '30 06 020100 020100', '00', '00'],
    ['full width', `3044 0220${SMALL} 0220${SMALL}`, SMALL, SMALL],
    ['full width with the sign byte', `3046 022100${FULL} 022100${FULL}`, FULL, FULL],
    [
      '64 bytes in all',
      `303e 021d${'11'.repeat(29)} 021d${'22'.repeat(29)}`,
      '11'.repeat(29),
      '22'.repeat(29),
    ],
    ['a sign byte on a short number', '30 07 02020080 020101', '80', '01'],
  ])('%s', (_, der, r, s) => {
    expect(encodeHex(parseDerSignature(hex(der))!)).toBe(padded(r) + padded(s))
  })

  it('what OpenSSL writes, as its other form has it', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
    for (let index = 0; index < 40; index++) {
      const der = sign('sha256', Buffer.of(index), privateKey)
      expect(parseDerSignature(der)).toHaveLength(64)
    }
  })
})

describe('refuses', () => {
  it.each([
    ['nothing', ''],
    ['a lone tag', '30'],
    ['another tag', '31 06 020101 020102'],
    ['a length too short', '30 05 020101 020102'],
    ['a length too long', '30 07 020101 020102'],
    ['a long form of a length', '3081 06 020101 020102'],
    ['an indefinite length', '3080 020101 020102 0000'],
    ['a byte after the end', '30 06 020101 020102 00'],
    ['a byte after s inside', '30 07 020101 020102 00'],
    ['a third number', '30 09 020101 020102 020103'],
    ['one number', '30 03 020101'],
    ['no number', '30 00'],
    ['another tag for r', '30 06 030101 020102'],
    ['another tag for s', '30 06 020101 030102'],
    ['an empty number', '30 05 0200 020102'],
    ['an empty second number', '30 05 020101 0200'],
    ['a negative r', '30 06 020180 020102'],
    ['a negative s', '30 06 020101 0201ff'],
    ['a needless zero', '30 07 02020001 020102'],
    ['a needless zero before 7f', '30 07 020101 0202007f'],
    ['a zero in two bytes', '30 07 02020000 020102'],
    ['a number beyond the end', '30 06 020501 020102'],
    ['a number of 33 digits', `3026 022101${FULL} 020101`],
    ['a number longer than any', `3027 022200${'ab'.repeat(33)} 020101`],
    ['a length missing', '30 04 020101 02'],
  ])('%s', (_, der) => {
    expect(parseDerSignature(hex(der))).toBeUndefined()
  })

  it('anything over 72 bytes', () => {
    expect(parseDerSignature(new Uint8Array(73))).toBeUndefined()
    expect(parseDerSignature(new Uint8Array(1_000_000).fill(0x30))).toBeUndefined()
  })
})

/** The one encoding, by definition. */
function encode(numbers: readonly Uint8Array[]): Uint8Array {
  const parts = numbers.map((bytes) => {
    const digits = BigInt(`0x${encodeHex(bytes)}`).toString(16)
    const even = digits.length % 2 === 0 ? digits : `0${digits}`
    const content = Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even
    return `02${(content.length / 2).toString(16).padStart(2, '0')}${content}`
  })
  const body = parts.join('')
  return hex(`30${(body.length / 2).toString(16).padStart(2, '0')}${body}`)
}

const scalar = fc.oneof(
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc.uint8Array({ minLength: 1, maxLength: 31 }).map((bytes) => hex(padded(encodeHex(bytes)))),
)

it('reads every pair of numbers', () => {
  fc.assert(
    fc.property(scalar, scalar, (r, s) => {
      expect(encodeHex(parseDerSignature(encode([r, s]))!)).toBe(encodeHex(r) + encodeHex(s))
    }),
  )
})

it('accepts one encoding only: whatever is read encodes to the same bytes', () => {
  const near = fc
    .tuple(scalar, scalar, fc.nat({ max: 71 }), fc.nat({ max: 255 }))
    .map(([r, s, at, value]) => {
      const der = encode([r, s])
      der[at % der.length] = value
      return der
    })
  fc.assert(
    fc.property(fc.oneof(near, fc.uint8Array({ maxLength: 80 })), (der) => {
      const compact = parseDerSignature(der)
      if (compact !== undefined) {
        expect(encode([compact.subarray(0, 32), compact.subarray(32)])).toEqual(Uint8Array.from(der))
      }
    }),
    { numRuns: 500 },
  )
})
