import { hkdfSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { decodeUtf8 } from '../bytes/utf8.ts'
import { sealBox } from '../encryption/box.ts'
import { boxPublicKey } from '../encryption/nacl-box.ts'
import { derivedBoxKeys } from './derived-box-keys.ts'

const secret = Uint8Array.from({ length: 32 }, (_, index) => index)

describe('derivedBoxKeys', () => {
  test('derives as documented: HKDF-SHA256 of the secret and the name', async () => {
    const expected = new Uint8Array(hkdfSync('sha256', secret, '', 'uport-kit/box-key/1request-1', 32))
    expect(await derivedBoxKeys(secret).publicKey('request-1')).toEqual(boxPublicKey(expected))
  })

  test('another process with the secret opens; one with another secret, or by another name, does not', async () => {
    const envelope = sealBox('hello', await derivedBoxKeys(secret).publicKey('request-1'))
    expect(decodeUtf8(await derivedBoxKeys(secret.slice()).open('request-1', envelope))).toBe('hello')
    const closed = { code: 'BOX_OPEN_FAILED' }
    await expect(derivedBoxKeys(secret).open('request-2', envelope)).rejects.toMatchObject(closed)
    await expect(derivedBoxKeys(new Uint8Array(32)).open('request-1', envelope)).rejects.toMatchObject(closed)
  })

  test('keeps a copy of the secret', async () => {
    const given = secret.slice()
    const keys = derivedBoxKeys(given)
    const before = await keys.publicKey('name')
    given.fill(0)
    expect(await keys.publicKey('name')).toEqual(before)
  })

  test('checks secrets and names, and honours a signal', async () => {
    expect(() => derivedBoxKeys(new Uint8Array(31))).toThrow(TypeError)
    expect(() => derivedBoxKeys('x'.repeat(32) as unknown as Uint8Array)).toThrow(TypeError)
    const keys = derivedBoxKeys(secret)
    await expect(keys.publicKey('')).rejects.toThrow(TypeError)
    const envelope = sealBox('hello', await keys.publicKey('name'))
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(keys.publicKey('name', { signal })).rejects.toThrow('enough')
    await expect(keys.open('name', envelope, { signal })).rejects.toThrow('enough')
    await expect(keys.open('name', { ...envelope, ciphertext: '' })).rejects.toMatchObject({
      code: 'BOX_MALFORMED',
    })
  })
})
