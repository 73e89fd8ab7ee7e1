import { createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDoubleKey } from '../../test-support/double-key.ts'
import { GCP_KEY_RING } from '../../test-support/gcp-double.ts'
import { gcpKeyName, isGcpKeyRing } from './gcp-key-name.ts'
import { parsePublicKeyPem } from './pem.ts'

describe('gcpKeyName', () => {
  test.each([
    ['login/1', `${GCP_KEY_RING}/cryptoKeys/login/cryptoKeyVersions/1`],
    [
      `${GCP_KEY_RING}/cryptoKeys/k/cryptoKeyVersions/12`,
      `${GCP_KEY_RING}/cryptoKeys/k/cryptoKeyVersions/12`,
    ],
    [
      'projects/example.com:p/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1',
      'projects/example.com:p/locations/global/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1',
    ],
  ])('%s is %s', (keyId, name) => {
    expect(gcpKeyName(keyId, GCP_KEY_RING)).toBe(name)
  })

  test.each([
    '',
    'login',
    'login/0',
    'login/01',
    'login/1/2',
    '../1',
    './1',
    'a b/1',
    'a%2f/1',
    'login/1:x',
    'x/1\n',
  ])('%j is no name', (keyId) => {
    expect(gcpKeyName(keyId, GCP_KEY_RING)).toBeUndefined()
  })

  test('never leads to another path than that of a version', () => {
    const near = fc
      .array(fc.constantFrom('login', '..', '.', '/', '1', ':', '%2e', '?', '#', '\\', 'projects'))
      .map((parts) => parts.join(''))
    const right = fc.stringMatching(/^[\w.:-]{1,20}\/[0-9]{1,3}$/)
    let found = 0
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), near, right), (keyId) => {
        const name = gcpKeyName(keyId, GCP_KEY_RING)
        if (name === undefined) return
        found++
        expect(new URL(`/v1/${name}/publicKey`, 'https://kms.example').pathname).toBe(`/v1/${name}/publicKey`)
        expect(name).toMatch(/\/cryptoKeyVersions\/[1-9]\d*$/)
      }),
    )
    expect(found).toBeGreaterThan(0)
    expect(isGcpKeyRing(GCP_KEY_RING)).toBe(true)
    expect(isGcpKeyRing('projects/p/locations/../keyRings/r')).toBe(false)
  })
})

describe('parsePublicKeyPem', () => {
  test('reads what OpenSSL writes, with either line end', () => {
    const spki = Buffer.from(createDoubleKey().spki)
    const pem = String(
      createPublicKey({ key: spki, format: 'der', type: 'spki' }).export({ format: 'pem', type: 'spki' }),
    )
    for (const text of [pem, pem.replaceAll('\n', '\r\n'), pem.trim()]) {
      expect(parsePublicKeyPem(text)).toEqual(Uint8Array.from(spki))
    }
  })

  test('reads any bytes, and nothing that is more or less than one block', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.string(), (der, junk) => {
        const lines =
          Buffer.from(der)
            .toString('base64')
            .match(/.{1,64}/g) ?? []
        const pem = ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n')
        expect(parsePublicKeyPem(pem)).toEqual(der)
        expect(parsePublicKeyPem(`x${junk}${pem}`)).toBeUndefined()
        expect(parsePublicKeyPem(pem + pem)).toBeUndefined()
        expect(parsePublicKeyPem(pem.replaceAll('PUBLIC', 'PRIVATE'))).toBeUndefined()
        expect(parsePublicKeyPem(junk)).toBeUndefined()
      }),
    )
    expect(
      parsePublicKeyPem(`-----BEGIN PUBLIC KEY-----${'A'.repeat(5000)}-----END PUBLIC KEY-----`),
    ).toBeUndefined()
    expect(parsePublicKeyPem('-----BEGIN PUBLIC KEY----------END PUBLIC KEY-')).toBeUndefined()
  })
})
