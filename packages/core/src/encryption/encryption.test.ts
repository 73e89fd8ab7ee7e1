import nacl from 'tweetnacl'
import { describe, expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from '../bytes/base64.ts'
import { equalBytes } from '../bytes/equal.ts'
import { decodeHex } from '../bytes/hex.ts'
import { decodeUtf8 } from '../bytes/utf8.ts'
import type { UportErrorCode } from '../errors/uport-error.ts'
import { BOX_VERSION, openBox, parseBoxEnvelope, sealBox, sealBoxWith } from './box.ts'
import { openLegacyBox, parseLegacyBox, sealLegacyBox } from './legacy-box.ts'
import { boxPublicKey, MAX_BOX_BYTES } from './nacl-box.ts'
import { openAnyBox } from './open-any-box.ts'

const secretKey = new Uint8Array(32).fill(7)
const publicKey = boxPublicKey(secretKey)
const good = sealBox('hello', publicKey)
const code = (value: UportErrorCode) => expect.objectContaining({ code: value })

/** Every point of small order, canonical or not, with both values of the ignored top bit where that is another text. */
const LOW_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000080',
].map((hex) => decodeHex(hex)!)

describe('sealBox', () => {
  test('takes a fresh key and nonce for every message', () => {
    const other = sealBox('hello', publicKey)
    expect(other.ephemPublicKey).not.toBe(good.ephemPublicKey)
    expect(other.nonce).not.toBe(good.nonce)
    expect(Object.isFrozen(good)).toBe(true)
  })

  test('takes its randomness from the option, and wipes the ephemeral key', () => {
    const given: Uint8Array[] = []
    const randomBytes = (length: number) => {
      const bytes = new Uint8Array(length).fill(given.length + 1)
      given.push(bytes)
      return bytes
    }
    const expected = sealBoxWith('hello', publicKey, new Uint8Array(32).fill(1), new Uint8Array(24).fill(2))
    expect(sealBox('hello', publicKey, { randomBytes })).toEqual(expected)
    expect(given.map((bytes) => bytes.length)).toEqual([32, 24])
    expect(given[0]).toEqual(new Uint8Array(32))
  })

  test('does not touch its inputs', () => {
    const plaintext = Uint8Array.of(1, 2, 3)
    const recipient = publicKey.slice()
    sealBox(plaintext, recipient)
    expect(plaintext).toEqual(Uint8Array.of(1, 2, 3))
    expect(recipient).toEqual(publicKey)
  })

  test('is what NaCl opens', () => {
    const part = (member: 'ciphertext' | 'nonce' | 'ephemPublicKey') => decodeBase64(good[member])!
    const opened = nacl.box.open(part('ciphertext'), part('nonce'), part('ephemPublicKey'), secretKey)
    expect(decodeUtf8(opened!)).toBe(`hello${'\0'.repeat(59)}`)
  })

  test('tells the caller what is wrong with its arguments', () => {
    expect(() => sealBox(5 as unknown as string, publicKey)).toThrow(TypeError)
    expect(() => sealBox(new Uint8Array(MAX_BOX_BYTES - 15), publicKey)).toThrow(TypeError)
    expect(() => openBox(good, new Uint8Array(31))).toThrow(TypeError)
    expect(() => boxPublicKey(new Uint8Array(33))).toThrow(TypeError)
  })

  test('refuses a public key of another length', () => {
    expect(() => sealBox('hello', publicKey.slice(1))).toThrow(code('BOX_MALFORMED'))
    expect(() => sealLegacyBox('hello', new Uint8Array(0))).toThrow(code('BOX_MALFORMED'))
  })

  test('opens the largest box it seals', () => {
    const plaintext = new Uint8Array(MAX_BOX_BYTES - 64).fill(1)
    // Not toEqual, which takes seconds to compare a megabyte.
    expect(equalBytes(openBox(sealBox(plaintext, publicKey), secretKey), plaintext)).toBe(true)
  })
})

describe('points of low order', () => {
  test.each(LOW_ORDER)('case %#: neither sealed to nor opened from', (point) => {
    expect(() => sealBox('hello', point)).toThrow(code('BOX_MALFORMED'))
    expect(() => sealLegacyBox('hello', point)).toThrow(code('BOX_MALFORMED'))
    const forged = {
      version: BOX_VERSION,
      nonce: encodeBase64(new Uint8Array(24)),
      ephemPublicKey: encodeBase64(point),
      // Made without any secret: with such a key everybody knows the box key.
      ciphertext: encodeBase64(
        nacl.secretbox(new Uint8Array(3), new Uint8Array(24), nacl.box.before(new Uint8Array(32), secretKey)),
      ),
    }
    expect(() => openBox(forged, secretKey)).toThrow(code('BOX_MALFORMED'))
    const legacy = { from: forged.ephemPublicKey, nonce: forged.nonce, ciphertext: forged.ciphertext }
    expect(() => openLegacyBox(legacy, secretKey)).toThrow(code('BOX_MALFORMED'))
  })
})

describe('parseBoxEnvelope', () => {
  test('reads Base64 without padding and gives it with', () => {
    const unpadded = Object.fromEntries(
      Object.entries(good).map(([member, text]) => [member, text.replace(/=+$/, '')]),
    )
    expect(unpadded).not.toEqual(good)
    expect(parseBoxEnvelope(unpadded)).toEqual(good)
    expect(Object.isFrozen(parseBoxEnvelope(unpadded))).toBe(true)
  })

  test('drops unknown members', () => {
    expect(parseBoxEnvelope({ ...good, note: 'x' })).toEqual(good)
  })

  test.each([
    ['null', null],
    ['an array', []],
    ['a text', 'box'],
    ['nothing', undefined],
    ['no nonce', { ...good, nonce: undefined }],
    ['a short nonce', { ...good, nonce: encodeBase64(new Uint8Array(23)) }],
    ['a long nonce', { ...good, nonce: encodeBase64(new Uint8Array(25)) }],
    ['a short key', { ...good, ephemPublicKey: encodeBase64(new Uint8Array(31)) }],
    ['a long key', { ...good, ephemPublicKey: encodeBase64(new Uint8Array(33)) }],
    ['a short ciphertext', { ...good, ciphertext: encodeBase64(new Uint8Array(15)) }],
    ['a ciphertext above the cap', { ...good, ciphertext: encodeBase64(new Uint8Array(MAX_BOX_BYTES + 1)) }],
    ['an endless ciphertext', { ...good, ciphertext: 'A'.repeat(8 * MAX_BOX_BYTES) }],
    ['base64url', { ...good, nonce: '-_'.repeat(16) }],
    ['white space', { ...good, nonce: `${good.nonce}\n` }],
    ['a number', { ...good, ciphertext: 7 }],
    ['wrong padding', { ...good, ephemPublicKey: `${good.ephemPublicKey}=` }],
  ])('refuses %s', (_name, value) => {
    expect(() => parseBoxEnvelope(value)).toThrow(code('BOX_MALFORMED'))
  })

  test.each([
    ['none', undefined, ''],
    ['no text', 1, ''],
    ['another one', 'enigma', 'enigma'],
    ['an endless one', 'e'.repeat(100_000), 'e'.repeat(64)],
  ])('of versions refuses %s', (_name, version, told) => {
    const refused = expect.objectContaining({ code: 'BOX_UNSUPPORTED_VERSION', data: { version: told } })
    expect(() => parseBoxEnvelope({ ...good, version })).toThrow(refused)
  })
})

describe('openBox', () => {
  test('checks the form of what it is given, too', () => {
    expect(() => openBox({ ...good, nonce: 'AAAA' }, secretKey)).toThrow(code('BOX_MALFORMED'))
    expect(() => openBox({ ...good, version: '2' }, secretKey)).toThrow(code('BOX_UNSUPPORTED_VERSION'))
  })

  test('does not open with another key, and its error carries nothing of the box', () => {
    try {
      openBox(good, new Uint8Array(32).fill(8))
      expect.unreachable()
    } catch (error) {
      expect(error).toEqual(code('BOX_OPEN_FAILED'))
      expect(JSON.stringify(error) + String(error)).not.toContain(good.ciphertext)
    }
  })
})

describe('openAnyBox', () => {
  test('goes by the presence of a version', () => {
    const legacy = sealLegacyBox('hello', publicKey)
    expect(decodeUtf8(openAnyBox(legacy, secretKey))).toBe('hello')
    expect(decodeUtf8(openAnyBox(good, secretKey))).toBe('hello')
    expect(() => openAnyBox({ ...legacy, version: '1' }, secretKey)).toThrow(code('BOX_UNSUPPORTED_VERSION'))
    expect(() => openAnyBox({ ...good, version: undefined }, secretKey)).toThrow(
      code('BOX_UNSUPPORTED_VERSION'),
    )
    const { version: _version, ...unversioned } = good
    expect(() => openAnyBox(unversioned, secretKey)).toThrow(code('BOX_MALFORMED'))
    expect(() => openAnyBox(null, secretKey)).toThrow(code('BOX_MALFORMED'))
  })

  test('parseLegacyBox gives a frozen box', () => {
    const legacy = sealLegacyBox('hello', publicKey)
    expect(parseLegacyBox({ ...legacy, other: 1 })).toEqual(legacy)
    expect(Object.isFrozen(parseLegacyBox(legacy))).toBe(true)
  })
})
