import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digitTable } from './ascii.ts'
import { findPlatformBase64url } from './platform-base64url.ts'
import { decodeSextets, encodeSextets } from './sextets.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const DIGITS = digitTable(ALPHABET)
const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0))
const portable = (text: string) => decodeSextets(text, text.length, DIGITS, true)
const platform = findPlatformBase64url()!

describe('base64url of the platform', () => {
  it('is read as the portable reader does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = encodeSextets(bytes, CODES)
        expect(platform(text)).toEqual(bytes)
        expect(portable(text)).toEqual(bytes)
      }),
    )
  })

  it('is refused alike: other alphabets, padding, space, unused bits, lengths that cannot be', () => {
    const piece = fc.constantFrom(...ALPHABET, '+', '/', '=', ' ', '\n', 'é', '\u0141', '\0', '😀', 'AA==')
    const text = fc.array(piece, { maxLength: 90 }).map((pieces) => pieces.join(''))
    const nearly = fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.constantFrom('', '=', 'A', '\n', '+'))
      .map(([bytes, tail]) => encodeSextets(bytes, CODES) + tail)
    const ending = fc
      .tuple(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.constantFrom(...ALPHABET))
      .map(([bytes, last]) => encodeSextets(bytes, CODES).slice(0, -1) + last)
    fc.assert(
      fc.property(fc.oneof(text, nearly, ending), (given) => {
        expect(platform(given)).toEqual(portable(given))
      }),
      { numRuns: 500 },
    )
  })

  it('gives arrays of their own, and is not looked for where there is none', () => {
    const bytes = platform('AAAA')
    expect([bytes?.constructor, bytes?.buffer.byteLength]).toEqual([Uint8Array, 3])
    for (const scope of [
      {},
      { process: {} },
      { process: { getBuiltinModule: () => undefined } },
      { Buffer },
    ]) {
      expect(findPlatformBase64url(scope)).toBe(undefined)
    }
  })
})
