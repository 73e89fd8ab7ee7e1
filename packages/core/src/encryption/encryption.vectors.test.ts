import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decodeBase64 } from '../bytes/base64.ts'
import { encodeHex } from '../bytes/hex.ts'
import { decodeUtf8 } from '../bytes/utf8.ts'
import type { UportErrorCode } from '../errors/uport-error.ts'
import { openBox, parseBoxEnvelope, sealBoxWith } from './box.ts'
import { openLegacyBox, parseLegacyBox } from './legacy-box.ts'
import { boxPublicKey } from './nacl-box.ts'
import { openAnyBox } from './open-any-box.ts'
import { padWithNuls } from './padding.ts'

interface EncryptionVector {
  readonly id: string
  readonly scheme: 'x25519-xsalsa20-poly1305' | 'legacy'
  readonly recipientSecretKey: string
  readonly message: Readonly<Record<string, string>>
  readonly expect: { readonly ok: boolean; readonly plaintext?: string; readonly error?: string }
  readonly ephemeralSecretKey?: string
  readonly paddedPlaintextHex?: string
  readonly note?: string
}

const url = new URL('../../../../test/vectors/encryption.json', import.meta.url)
const vectors: readonly EncryptionVector[] = JSON.parse(readFileSync(url, 'utf8')).vectors

const CODES = new Map<string, UportErrorCode>([
  ['unsupported-version', 'BOX_UNSUPPORTED_VERSION'],
  ['malformed', 'BOX_MALFORMED'],
  ['decrypt', 'BOX_OPEN_FAILED'],
])

const bytes = (text: string) => decodeBase64(text)!

function open(vector: EncryptionVector): Uint8Array {
  const secretKey = bytes(vector.recipientSecretKey)
  return vector.scheme === 'legacy'
    ? openLegacyBox(parseLegacyBox(vector.message), secretKey)
    : openBox(parseBoxEnvelope(vector.message), secretKey)
}

describe('opening', () => {
  const good = vectors.filter((vector) => vector.expect.ok)
  const bad = vectors.filter((vector) => !vector.expect.ok)

  test('there are vectors of either outcome and scheme', () => {
    expect(vectors).toHaveLength(25)
    expect(good.length).toBeGreaterThan(10)
    expect(bad.length).toBeGreaterThan(7)
    expect(vectors.filter((vector) => vector.scheme === 'legacy').length).toBeGreaterThan(4)
  })

  test.each(good)('$id opens', (vector) => {
    expect(decodeUtf8(open(vector))).toBe(vector.expect.plaintext)
    expect(openAnyBox(vector.message, bytes(vector.recipientSecretKey))).toEqual(open(vector))
  })

  test.each(bad)('$id is refused', (vector) => {
    const code = CODES.get(vector.expect.error!)
    expect(code).toBeDefined()
    expect(() => open(vector)).toThrow(expect.objectContaining({ code }))
  })
})

describe('sealing', () => {
  const ascii = (text: string | undefined) =>
    [...(text ?? '\u0080')].every((character) => character < '\u0080')
  const exact = vectors.filter((vector) => vector.ephemeralSecretKey && vector.paddedPlaintextHex)
  const reproducible = vectors.filter(
    (v) => v.ephemeralSecretKey && (ascii(v.expect.plaintext) || v.paddedPlaintextHex),
  )
  const seal = (vector: EncryptionVector, plaintext: string) =>
    sealBoxWith(
      plaintext,
      boxPublicKey(bytes(vector.recipientSecretKey)),
      bytes(vector.ephemeralSecretKey!),
      bytes(vector.message['nonce']!),
    )

  test('there are vectors to reproduce', () => {
    expect(exact.length).toBeGreaterThan(2)
    expect(reproducible.length).toBeGreaterThan(7)
  })

  test.each(reproducible)('$id comes out byte for byte', (vector) => {
    expect(seal(vector, vector.expect.plaintext!)).toEqual(vector.message)
  })

  test.each(exact)('$id is padded as given', (vector) => {
    expect(encodeHex(padWithNuls(new TextEncoder().encode(vector.expect.plaintext)))).toBe(
      vector.paddedPlaintextHex,
    )
  })

  test('the bytes of text outside ASCII are padded, so its box is a multiple of 64 long', () => {
    const foreign = vectors.filter((vector) => vector.ephemeralSecretKey && !ascii(vector.expect.plaintext))
    expect(foreign.length).toBeGreaterThan(2)
    for (const vector of foreign) {
      const sealed = seal(vector, vector.expect.plaintext!)
      expect((bytes(sealed.ciphertext).length - 16) % 64).toBe(0)
      expect(decodeUtf8(openBox(sealed, bytes(vector.recipientSecretKey)))).toBe(vector.expect.plaintext)
    }
  })
})
