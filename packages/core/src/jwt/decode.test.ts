import { describe, expect, it } from 'vitest'
import { forgeToken, part, testKey } from '../../test-support/tokens.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import { decodeJwt } from './decode.ts'

const HEADER = { typ: 'JWT', alg: 'ES256K' }
const SIGNATURE = 'AAAA'

function malformed(jwt: unknown, reason: string) {
  expect(() => decodeJwt(jwt)).toThrow(expect.objectContaining({ code: 'JWT_MALFORMED', data: { reason } }))
}

it('takes a token apart', () => {
  const payload = { iss: 'did:test:a', text: 'grüße 👋', nested: { list: [1, null, true] } }
  const jwt = forgeToken(HEADER, payload, testKey('a'))
  const decoded = decodeJwt(jwt)
  expect(decoded.jwt).toBe(jwt)
  expect(decoded.header).toEqual(HEADER)
  expect(decoded.payload).toEqual(payload)
  expect(decoded.signature).toHaveLength(64)
  expect(`${decoded.signingInput}.${encodeBase64url(decoded.signature)}`).toBe(jwt)
})

it('gives what nobody can change', () => {
  const decoded = decodeJwt(
    `${part({ ...HEADER, x: { y: 1 } })}.${part({ a: { b: [{ c: 1 }] } })}.${SIGNATURE}`,
  )
  const inner = decoded.payload['a'] as { b: { c: number }[] }
  for (const value of [
    decoded,
    decoded.header,
    decoded.header['x'],
    decoded.payload,
    inner,
    inner.b,
    inner.b[0],
  ]) {
    expect(Object.isFrozen(value)).toBe(true)
  }
})

describe('form', () => {
  it.each([undefined, null, 1, {}, [], Buffer.from('a.b.c')])('refuses %j, which is not text', (value) => {
    malformed(value, 'not text')
  })

  it.each(['', 'a', '.', 'a.b', 'a.b.c.d', 'a.b.c.', '....', `${part(HEADER)}.${part({})}`])(
    'refuses %j, which has not three parts',
    (jwt) => {
      malformed(jwt, 'not three parts')
    },
  )

  it('refuses empty parts', () => {
    malformed('..', 'header is empty')
    malformed(`.${part({})}.${SIGNATURE}`, 'header is empty')
    malformed(`${part(HEADER)}..${SIGNATURE}`, 'payload is empty')
    malformed(`${part(HEADER)}.${part({})}.`, 'signature is empty')
  })

  it.each(['=', ' ', '\n', '+', '/', 'é', '\u0000', '\ud800'])('refuses %j in any part', (character) => {
    malformed(`${part(HEADER)}${character}.${part({})}.${SIGNATURE}`, 'header is not canonical base64url')
    malformed(`${part(HEADER)}.${part({})}${character}.${SIGNATURE}`, 'payload is not canonical base64url')
    malformed(`${part(HEADER)}.${part({})}.${SIGNATURE}${character}`, 'signature is not canonical base64url')
  })

  it('refuses unused bits that are set, in any part', () => {
    expect(decodeJwt(`${part(HEADER)}.e30.AA`).payload).toEqual({})
    malformed(`${part(HEADER)}.e31.AA`, 'payload is not canonical base64url')
    malformed(`${part(HEADER)}.e30.AB`, 'signature is not canonical base64url')
    malformed(`eyJhbGciOiIifR.e30.AA`, 'header is not canonical base64url')
  })
})

describe('content', () => {
  it('refuses what is not UTF-8', () => {
    const bytes = encodeBase64url(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))
    malformed(`${bytes}.e30.AA`, 'header is not UTF-8')
    malformed(`${part(HEADER)}.${bytes}.AA`, 'payload is not UTF-8')
    const surrogate = encodeBase64url(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22))
    malformed(`${part(HEADER)}.${surrogate}.AA`, 'payload is not UTF-8')
  })

  it.each([
    '[]',
    '[{}]',
    'null',
    '1',
    '"text"',
    'true',
    '',
    ' ',
    '{',
    '{}x',
    "{'a':1}",
    '\ufeff{}',
    '{"a":NaN}',
  ])('refuses %j, which is no JSON object', (text) => {
    if (text !== '') malformed(`${part(HEADER)}.${part(text)}.AA`, 'payload is not a JSON object')
    if (text !== '') malformed(`${part(text)}.e30.AA`, 'header is not a JSON object')
  })

  it.each([{}, { alg: null }, { alg: 1 }, { alg: ['ES256K'] }, { ALG: 'ES256K' }])(
    'refuses header %j, which names no algorithm',
    (header) => {
      malformed(`${part(header)}.e30.AA`, 'header names no algorithm')
    },
  )

  it('says nothing of the text in its errors', () => {
    const secret = 'secret-claim'
    for (const payload of [`{"${secret}":`, `"${secret}"`]) {
      try {
        decodeJwt(`${part(HEADER)}.${part(payload)}.AA`)
        expect.unreachable()
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
        const { message, data, cause } = error as { message: string; data: unknown; cause: unknown }
        expect(JSON.stringify({ message, data })).not.toContain(secret)
        expect(cause).toBeUndefined()
      }
    }
  })

  it('keeps a member named __proto__ an ordinary one', () => {
    const { payload } = decodeJwt(`${part(HEADER)}.${part('{"__proto__":{"iss":"did:test:evil"}}')}.AA`)
    expect(Object.keys(payload)).toEqual(['__proto__'])
    expect(payload['iss']).toBeUndefined()
    expect(Object.getPrototypeOf(payload)).toBe(Object.prototype)
    expect(({} as { iss?: unknown }).iss).toBeUndefined()
  })

  it('keeps numbers beyond the range and lone surrogates as JSON gives them', () => {
    const { payload } = decodeJwt(`${part(HEADER)}.${part('{"a":1e400,"b":"\\ud800"}')}.AA`)
    expect(payload).toEqual({ a: Number.POSITIVE_INFINITY, b: '\ud800' })
  })
})

describe('limits', () => {
  it('refuses longer tokens unread', () => {
    const jwt = 'x'.repeat(65_537)
    expect(() => decodeJwt(jwt)).toThrow(
      expect.objectContaining({ code: 'JWT_TOO_LARGE', data: { bytes: 65_537, maxBytes: 65_536 } }),
    )
    malformed('x'.repeat(65_536), 'not three parts')
    expect(() => decodeJwt('a.b.c', { maxBytes: 4 })).toThrow(
      expect.objectContaining({ code: 'JWT_TOO_LARGE', data: { bytes: 5, maxBytes: 4 } }),
    )
    expect(decodeJwt(`${part(HEADER)}.e30.AA`, { maxBytes: part(HEADER).length + 7 }).payload).toEqual({})
  })

  it('reads 64 levels and no more', () => {
    const nest = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    expect(decodeJwt(`${part(HEADER)}.${part(nest(64))}.AA`).payload).toHaveProperty('a.a.a')
    malformed(`${part(HEADER)}.${part(nest(65))}.AA`, 'payload is nested too deeply')
    malformed(`${part(`{"alg":"x","a":${nest(64)}}`)}.e30.AA`, 'header is nested too deeply')
  })

  it('survives nesting and dots that fill the limit', () => {
    malformed(
      `${part(HEADER)}.${part(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)}.AA`,
      'payload is nested too deeply',
    )
    malformed(`${part(HEADER)}.${part('['.repeat(40_000))}.AA`, 'payload is not a JSON object')
    malformed('.'.repeat(65_536), 'not three parts')
  })
})
