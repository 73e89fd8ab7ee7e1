import fc from 'fast-check'
import { expect, it } from 'vitest'
import { part } from '../../test-support/tokens.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import { isUportError } from '../errors/uport-error.ts'
import { decodeJwt } from './decode.ts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.'

it('any text decodes or is refused with a code', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...ALPHABET), maxLength: 200 }),
    fc
      .tuple(fc.json(), fc.json(), fc.uint8Array())
      .map(([h, p, s]) => `${part(h)}.${part(p)}.${encodeBase64url(s)}`),
  )
  fc.assert(
    fc.property(text, (jwt) => {
      try {
        expect(decodeJwt(jwt).jwt).toBe(jwt)
      } catch (error) {
        expect(isUportError(error, 'JWT_MALFORMED')).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})

it('decodes what was encoded', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 8 })),
      fc.uint8Array({ minLength: 1 }),
      (claims, signature) => {
        const text = JSON.stringify(claims)
        const jwt = `${part({ alg: 'x' })}.${part(text)}.${encodeBase64url(signature)}`
        const decoded = decodeJwt(jwt)
        expect(JSON.stringify(decoded.payload)).toBe(JSON.stringify(JSON.parse(text)))
        expect(decoded.signature).toEqual(signature)
      },
    ),
    { numRuns: 200 },
  )
})
