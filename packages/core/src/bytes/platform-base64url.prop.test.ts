import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digitTable } from './ascii.ts'
import { decodeBase64url } from './base64url.ts'
import { findPlatformBase64url } from './platform-base64url.ts'
import { decodeSextets, encodeSextets } from './sextets.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const DIGITS = digitTable(ALPHABET)
const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0))
const read = findPlatformBase64url()!
const portable = (text: string) => decodeSextets(text, text.length, DIGITS, true)
/** In arrays that compare as the portable reader's do. */
const platform = (text: string) => {
  const bytes = read(text)
  return bytes && new Uint8Array(bytes)
}

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

  it('gives arrays of their own where they are kept, at every length', () => {
    for (const length of [3, 300]) {
      const bytes = decodeBase64url(encodeSextets(new Uint8Array(length), CODES))
      expect([bytes?.constructor, bytes?.buffer.byteLength]).toEqual([Uint8Array, length])
    }
  })

  it('is not looked for where there is none', () => {
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
