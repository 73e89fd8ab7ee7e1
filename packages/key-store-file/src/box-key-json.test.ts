import { isUportError } from '@uport-kit/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatBoxKeyJson, parseBoxKeyJson } from './box-key-json.ts'

const block = {
  cipher: 'aes-128-ctr',
  cipherparams: { iv: '00'.repeat(16) },
  ciphertext: '11'.repeat(32),
  kdf: 'scrypt',
  kdfparams: { dklen: 32, n: 2, r: 8, p: 1, salt: '22'.repeat(32) },
  mac: '33'.repeat(32),
} as const
const good = JSON.parse(formatBoxKeyJson(new Uint8Array(32).fill(4), block))

test('reads what it writes', () => {
  const document = parseBoxKeyJson(JSON.stringify(good))
  expect(document.publicKey).toEqual(new Uint8Array(32).fill(4))
  expect(document.encrypted.ciphertext).toEqual(new Uint8Array(32).fill(0x11))
})

test('returns or throws with its code, whatever it is given', () => {
  const mutated = fc
    .tuple(fc.constantFrom('kind', 'version', 'publicKey', 'crypto'), fc.jsonValue())
    .map(([name, value]) => JSON.stringify({ ...good, [name]: value }))
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), mutated), (text) => {
      try {
        parseBoxKeyJson(text)
      } catch (error) {
        expect(isUportError(error, 'KEYSTORE_JSON_INVALID')).toBe(true)
      }
    }),
  )
})
