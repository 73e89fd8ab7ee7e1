import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeBase58, encodeBase58 } from './base58.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { decodeBase64url, encodeBase64url } from './base64url.ts'
import { concatBytes } from './concat.ts'
import { equalBytes } from './equal.ts'
import { keccak256, sha3Checksum, sha256, sha256Base64url } from './hash.ts'
import { decodeHex, encodeHex } from './hex.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const bytes = (value: string) => Uint8Array.from(Buffer.from(value, 'latin1'))

describe('base58', () => {
  it.each([
    ['', ''],
    ['\0', '1'],
    ['\0\0\0', '111'],
    ['\0\0(\x7f\xb4\xcd', '11233QC4'],
    ['Hello World!', '2NEpo7TZRRrLZSi2U'],
    [
      'The quick brown fox jumps over the lazy dog.',
      'USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z',
    ],
  ])('maps %j to %s and back', (plain, encoded) => {
    expect(encodeBase58(bytes(plain))).toBe(encoded)
    expect(text(decodeBase58(encoded)!)).toBe(plain)
  })

  it.each(['0', 'O', 'I', 'l', ' 1', '1\n', 'é', '\u{1F600}', 'abc-'])('refuses %j', (hostile) => {
    expect(decodeBase58(hostile)).toBeUndefined()
  })

  it('refuses what decodes to more bytes than asked for', () => {
    const encoded = encodeBase58(new Uint8Array(32).fill(255))
    expect(decodeBase58(encoded, 32)).toHaveLength(32)
    expect(decodeBase58(encoded, 31)).toBeUndefined()
    expect(decodeBase58('1'.repeat(33), 32)).toBeUndefined()
    expect(decodeBase58('z'.repeat(1_000_000))).toBeUndefined()
  })
})

describe('base64', () => {
  it.each(['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar', '\xff\xfe\xfd\xfb'])(
    'agrees with the platform on %j',
    (plain) => {
      const encoded = Buffer.from(plain, 'latin1').toString('base64')
      expect(encodeBase64(bytes(plain))).toBe(encoded)
      expect(text(decodeBase64(encoded)!)).toBe(plain)
      expect(text(decodeBase64(encoded.replaceAll('=', ''))!)).toBe(plain)
    },
  )

  it.each([
    'Zg=',
    'Z',
    'Zg===',
    '=',
    '====',
    'Zm9v=',
    'Zm9=v',
    ' Zm9v',
    'Zm9v\n',
    'Zm-_',
    'Zméa',
    'Zm9é',
    'é',
    'Zé',
  ])('refuses %j', (hostile) => {
    expect(decodeBase64(hostile)).toBeUndefined()
  })

  it('encodes large inputs', () => {
    const large = new Uint8Array(200_000).map((_, index) => index * 7)
    expect(encodeBase64(large)).toBe(Buffer.from(large).toString('base64'))
    expect(decodeBase64(encodeBase64(large))).toEqual(large)
  })
})

describe('base64url', () => {
  it.each(['', 'f', 'fo', 'foo', '\xff\xfe\xfd\xfb'])('agrees with the platform on %j', (plain) => {
    const encoded = Buffer.from(plain, 'latin1').toString('base64url')
    expect(encodeBase64url(bytes(plain))).toBe(encoded)
    expect(text(decodeBase64url(encoded)!)).toBe(plain)
  })

  it.each(['Zg==', 'Zh', 'Zm8=', 'Zm9', 'Z', 'Zm+/', 'Zm9v ', 'Zm9vé', '\u0100A'])(
    'refuses %j',
    (hostile) => {
      expect(decodeBase64url(hostile)).toBeUndefined()
    },
  )
})

describe('hex', () => {
  it('reads any case and writes lower case', () => {
    expect(encodeHex(decodeHex('0x00aBFf')!)).toBe('00abff')
    expect(decodeHex('')).toHaveLength(0)
  })

  it('keeps the rule for the prefix', () => {
    expect(decodeHex('0x01', { prefix: 'none' })).toBeUndefined()
    expect(decodeHex('01', { prefix: 'none' })).toEqual(Uint8Array.of(1))
    expect(decodeHex('01', { prefix: 'required' })).toBeUndefined()
    expect(decodeHex('0x01', { prefix: 'required' })).toEqual(Uint8Array.of(1))
  })

  it.each([
    '0',
    '0x0',
    '0X00',
    'g0',
    '0g',
    '0x ',
    'é0',
    '0x0\u0130',
    '@0',
    '`0',
    '\u01610',
    '0x\u00410\u0141',
  ])('refuses %j', (hostile) => {
    expect(decodeHex(hostile)).toBeUndefined()
  })
})

describe('utf8', () => {
  it('keeps every character, the byte order mark too', () => {
    for (const sample of ['', 'abc', 'Zürich 😀', '\uFEFF{}'])
      expect(decodeUtf8(encodeUtf8(sample))).toBe(sample)
  })

  it('refuses bytes that are not UTF-8', () => {
    expect(decodeUtf8(Uint8Array.of(0xc3, 0x28))).toBeUndefined()
    expect(decodeUtf8(Uint8Array.of(0xed, 0xa0, 0x80))).toBeUndefined()
    expect(decodeUtf8(encodeUtf8('after a failure'))).toBe('after a failure')
  })
})

describe('concatBytes and equalBytes', () => {
  it('join and compare', () => {
    expect(concatBytes()).toEqual(new Uint8Array())
    expect(concatBytes(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3))).toEqual(
      Uint8Array.of(1, 2, 3),
    )
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false)
  })
})

describe('hashes', () => {
  const input = encodeUtf8('abc')

  it('agree with the platform', () => {
    expect(encodeHex(sha256(input))).toBe(createHash('sha256').update(input).digest('hex'))
    expect(sha256Base64url('abc')).toBe(createHash('sha256').update('abc').digest('base64url'))
    expect(sha256Base64url(input)).toBe(sha256Base64url('abc'))
    const sha3 = createHash('sha3-256').update(input).digest('hex')
    expect(encodeHex(sha3Checksum(encodeUtf8('abcd'), 3))).toBe(sha3.slice(0, 8))
  })

  it('tell Keccak-256 from SHA3-256', () => {
    expect(encodeHex(keccak256(new Uint8Array()))).toBe(
      'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
    )
  })
})
