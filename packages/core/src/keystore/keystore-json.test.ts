import { createCipheriv, randomBytes, scryptSync } from 'node:crypto'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { computeAddress } from 'ethers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isUportError } from '../errors/uport-error.ts'
import { decryptKeystore, parseKeystoreJson } from './keystore-json.ts'

const PASSPHRASE = 'correct horse'

/** A document as another writer would make it, independent of ours. */
function foreignDocument(secret: Uint8Array, more: object = {}): string {
  const [salt, iv] = [randomBytes(32), randomBytes(16)]
  const derived = scryptSync(PASSPHRASE, salt, 32, { N: 2, r: 8, p: 1 })
  const ciphertext = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv).update(secret)
  const crypto = {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: iv.toString('hex') },
    ciphertext: ciphertext.toString('hex'),
    kdf: 'scrypt',
    kdfparams: { dklen: 32, n: 2, r: 8, p: 1, salt: salt.toString('hex') },
    mac: Buffer.from(keccak_256(Buffer.concat([derived.subarray(16), ciphertext]))).toString('hex'),
  }
  return JSON.stringify({ version: 3, id: 'x', crypto, ...more })
}

const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index)
const ADDRESS = computeAddress(`0x${Buffer.from(SECRET).toString('hex')}`)
const good = JSON.parse(foreignDocument(SECRET))
const invalid = expect.objectContaining({ code: 'KEYSTORE_JSON_INVALID' })

/** The document with one member of its crypto block, or below it, set. */
function withCrypto(path: string, value: unknown): string {
  const copy = structuredClone(good)
  const names = path.split('.')
  const last = names.pop()!
  names.reduce((object, name) => object[name], copy.crypto)[last] = value
  return JSON.stringify(copy)
}

describe('parseKeystoreJson', () => {
  test.each([
    ['no JSON', '{"version":3'],
    ['an array', '[]'],
    ['null', 'null'],
    ['an endless text', ' '.repeat(2 ** 16 + 1)],
    ['another version', JSON.stringify({ ...good, version: 4 })],
    ['a version as text', JSON.stringify({ ...good, version: '3' })],
    ['no crypto', JSON.stringify({ ...good, crypto: undefined })],
    ['null for crypto', JSON.stringify({ ...good, crypto: null })],
    ['a short address', JSON.stringify({ ...good, address: '00' })],
    ['a number for address', JSON.stringify({ ...good, address: 0 })],
    ['a key off the curve', JSON.stringify({ ...good, 'x-uport': { publicKey: `02${'f'.repeat(64)}` } })],
    [
      'a key without compression',
      JSON.stringify({ ...good, 'x-uport': { publicKey: `04${'1'.repeat(128)}` } }),
    ],
    ['null for our member', JSON.stringify({ ...good, 'x-uport': null })],
    ['another cipher', withCrypto('cipher', 'aes-128-cbc')],
    ['another kdf', withCrypto('kdf', 'argon2')],
    ['a number for kdf', withCrypto('kdf', 1)],
    ['a short IV', withCrypto('cipherparams.iv', '00')],
    ['an IV that is no hex', withCrypto('cipherparams.iv', 'zz'.repeat(16))],
    ['half a byte', withCrypto('ciphertext', '0'.repeat(63))],
    ['no ciphertext', withCrypto('ciphertext', '')],
    ['a long ciphertext', withCrypto('ciphertext', '00'.repeat(33))],
    ['a short MAC', withCrypto('mac', '00'.repeat(31))],
    ['a short salt', withCrypto('kdfparams.salt', '00')],
    ['an endless salt', withCrypto('kdfparams.salt', '00'.repeat(65))],
    ['another length', withCrypto('kdfparams.dklen', 64)],
    ['n of no power of two', withCrypto('kdfparams.n', 3)],
    ['n of 1', withCrypto('kdfparams.n', 1)],
    ['n as text', withCrypto('kdfparams.n', '2')],
    ['a fraction', withCrypto('kdfparams.p', 1.5)],
    ['r of 0', withCrypto('kdfparams.r', 0)],
    ['all the memory there is, by n', withCrypto('kdfparams.n', 2 ** 30)],
    ['all the memory there is, by r', withCrypto('kdfparams.r', 2 ** 40)],
    ['all the time there is', withCrypto('kdfparams.p', 2 ** 30)],
  ])('refuses %s', (_name, text) => {
    expect(() => parseKeystoreJson(text)).toThrow(invalid)
  })

  test.each([
    ['another prf', { prf: 'hmac-sha512' }],
    ['no rounds', { c: 0 }],
    ['all the time there is', { c: 2 ** 40 }],
  ])('of PBKDF2 refuses %s', (_name, change) => {
    const kdfparams = { dklen: 32, prf: 'hmac-sha256', c: 1000, salt: '00'.repeat(32), ...change }
    const crypto = { ...good.crypto, kdf: 'pbkdf2', kdfparams }
    expect(() => parseKeystoreJson(JSON.stringify({ ...good, crypto }))).toThrow(invalid)
  })

  test('returns or throws with its code, whatever it is given', () => {
    const mutated = fc
      .tuple(
        fc.constantFrom('cipher', 'cipherparams', 'ciphertext', 'kdf', 'kdfparams', 'mac', 'kdfparams.n'),
        fc.jsonValue(),
      )
      .map(([path, value]) => withCrypto(path, value))
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), mutated), (text) => {
        try {
          parseKeystoreJson(text)
        } catch (error) {
          expect(isUportError(error, 'KEYSTORE_JSON_INVALID')).toBe(true)
        }
      }),
    )
  })

  test('its error quotes nothing of the text', () => {
    try {
      parseKeystoreJson('{"secret": hunter2')
      expect.unreachable()
    } catch (error) {
      expect(error).toEqual(invalid)
      expect(`${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)}`).not.toContain(
        'hunter',
      )
    }
  })
})

describe('decryptKeystore', () => {
  test('opens, with and without an address, in any spelling of hex', async () => {
    for (const more of [{}, { address: ADDRESS }, { address: ADDRESS.slice(2).toUpperCase() }]) {
      const document = parseKeystoreJson(foreignDocument(SECRET, more))
      expect(await decryptKeystore(document, PASSPHRASE)).toEqual(SECRET)
    }
  })

  test('puts back the leading zeros that old writers dropped', async () => {
    const document = parseKeystoreJson(foreignDocument(SECRET.subarray(1)))
    expect(await decryptKeystore(document, PASSPHRASE)).toEqual(SECRET)
  })

  test('takes the passphrase in NFKC', async () => {
    const text = foreignDocument(SECRET)
    // A no-break space is a space there.
    expect(await decryptKeystore(parseKeystoreJson(text), 'correct\u00a0horse')).toEqual(SECRET)
  })

  test('refuses a document that holds another key than it says, or none', async () => {
    const otherKey = `02${'79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'}`
    for (const text of [
      foreignDocument(SECRET, { address: '00'.repeat(20) }),
      foreignDocument(SECRET, { 'x-uport': { publicKey: otherKey } }),
      foreignDocument(new Uint8Array(32)),
      foreignDocument(new Uint8Array(32).fill(255)),
    ]) {
      await expect(decryptKeystore(parseKeystoreJson(text), PASSPHRASE)).rejects.toEqual(invalid)
    }
    const apart = foreignDocument(SECRET, { address: ADDRESS, 'x-uport': { publicKey: otherKey } })
    expect(() => parseKeystoreJson(apart)).toThrow(invalid)
  })

  test('one changed bit of ciphertext or MAC closes the document', async () => {
    const flip = (hex: string) => (Number.parseInt(hex[0]!, 16) ^ 1).toString(16) + hex.slice(1)
    for (const member of ['ciphertext', 'mac']) {
      const document = parseKeystoreJson(withCrypto(member, flip(good.crypto[member])))
      await expect(decryptKeystore(document, PASSPHRASE)).rejects.toMatchObject({
        code: 'KEY_PASSPHRASE_WRONG',
      })
    }
  })
})
