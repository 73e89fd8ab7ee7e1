import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isUportError } from '../errors/uport-error.ts'
import { openBox, parseBoxEnvelope, sealBox } from './box.ts'
import { openLegacyBox, parseLegacyBox, sealLegacyBox } from './legacy-box.ts'
import { boxPublicKey } from './nacl-box.ts'
import { openAnyBox } from './open-any-box.ts'
import { padWithNuls, padWithSpaces, stripNuls, stripSpaces } from './padding.ts'

const secretKey = fc.uint8Array({ minLength: 32, maxLength: 32 })
const plaintext = fc.uint8Array({ maxLength: 300 })
const withoutTrailing = (filler: number) => plaintext.filter((bytes) => bytes.at(-1) !== filler)
const runs = { numRuns: 40 }

describe('boxes', () => {
  test('what is sealed opens', () => {
    fc.assert(
      fc.property(secretKey, withoutTrailing(0), (secret, bytes) => {
        const envelope = sealBox(bytes, boxPublicKey(secret))
        expect(openBox(JSON.parse(JSON.stringify(envelope)), secret)).toEqual(bytes)
        expect(openAnyBox(envelope, secret)).toEqual(bytes)
      }),
      runs,
    )
  })

  test('what is sealed in the legacy form opens, byte for byte', () => {
    fc.assert(
      fc.property(secretKey, plaintext, (secret, bytes) => {
        const box = sealLegacyBox(bytes, boxPublicKey(secret))
        expect(openLegacyBox(box, secret)).toEqual(bytes)
        expect(openAnyBox(box, secret)).toEqual(bytes)
      }),
      runs,
    )
  })

  test('one changed bit closes the box', () => {
    fc.assert(
      fc.property(
        secretKey,
        plaintext,
        fc.nat(),
        fc.constantFrom('nonce', 'ciphertext'),
        (secret, bytes, at, member) => {
          const envelope = sealBox(bytes, boxPublicKey(secret))
          const changed = Uint8Array.from(atob(envelope[member]), (c) => c.charCodeAt(0))
          changed[at % changed.length]! ^= 1 << (at % 8)
          const altered = { ...envelope, [member]: btoa(String.fromCharCode(...changed)) }
          expect(() => openBox(altered, secret)).toThrow(expect.objectContaining({ code: 'BOX_OPEN_FAILED' }))
        },
      ),
      runs,
    )
  })
})

describe('parsers', () => {
  const member = fc.oneof(fc.string(), fc.base64String(), fc.integer(), fc.constant(null))
  const boxLike = fc.record(
    {
      version: fc.oneof(fc.constant('x25519-xsalsa20-poly1305'), member),
      nonce: fc.oneof(fc.constant('A'.repeat(32)), member),
      ephemPublicKey: fc.oneof(fc.constant(`${'A'.repeat(43)}=`), member),
      from: fc.oneof(fc.constant('A'.repeat(43)), member),
      ciphertext: fc.oneof(fc.constant('A'.repeat(24)), member),
    },
    { requiredKeys: [] },
  )

  test.each([
    ['parseBoxEnvelope', parseBoxEnvelope],
    ['parseLegacyBox', parseLegacyBox],
  ])(
    '%s returns or throws with a code, whatever it is given; what it returned it reads again',
    (_name, parse) => {
      fc.assert(
        fc.property(fc.oneof(fc.anything(), fc.jsonValue(), boxLike), (value) => {
          try {
            const parsed = parse(value)
            expect(parse(parsed)).toEqual(parsed)
          } catch (error) {
            expect(isUportError(error)).toBe(true)
            expect(error).toHaveProperty(
              'code',
              expect.stringMatching(/^BOX_(MALFORMED|UNSUPPORTED_VERSION)$/),
            )
          }
        }),
      )
    },
  )
})

describe('padding', () => {
  test('NULs: a multiple of 64, the least, and back', () => {
    fc.assert(
      fc.property(withoutTrailing(0), (bytes) => {
        const padded = padWithNuls(bytes)
        expect(padded.length % 64).toBe(0)
        expect(padded.length - bytes.length).toBeLessThan(64)
        expect(stripNuls(padded)).toEqual(bytes)
      }),
    )
  })

  test('spaces: a multiple of 50, one space at least and 50 at most, and back', () => {
    fc.assert(
      fc.property(withoutTrailing(0x20), (bytes) => {
        const padded = padWithSpaces(bytes)
        expect(padded.length % 50).toBe(0)
        expect(padded.length).toBeGreaterThan(bytes.length)
        expect(padded.length - bytes.length).toBeLessThanOrEqual(50)
        expect(stripSpaces(padded)).toEqual(bytes)
      }),
    )
  })
})
