import { isUportError } from '@uport-kit/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseWrappedSecret, unwrapSecret, wrapSecret } from './wrapped-secret.ts'
import { generateWrappingKey } from './wrapping-key.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length))

test('a secret comes out as it went in, and only under its own kind, name and public key', async () => {
  const wrapping = await generateWrappingKey()
  await fc.assert(
    fc.asyncProperty(
      bytes(32),
      bytes(33),
      fc.string({ minLength: 1 }),
      fc.string(),
      async (secret, publicKey, name, more) => {
        const record = await wrapSecret({ kind: 'keys', name, publicKey }, secret, wrapping, randomBytes)
        const parsed = parseWrappedSecret('keys', name, record)
        expect(await unwrapSecret('keys', parsed, wrapping)).toEqual(Uint8Array.from(secret))
        for (const other of [
          () => unwrapSecret('box-keys', parsed, wrapping),
          () => unwrapSecret('keys', { ...parsed, name: `${name}${more}x` }, wrapping),
          () => unwrapSecret('keys', { ...parsed, publicKey: publicKey.map((byte) => byte ^ 1) }, wrapping),
        ])
          await expect(other()).rejects.toMatchObject({ code: 'KEY_STORE_FAILED' })
      },
    ),
  )
})

test('parseWrappedSecret returns or throws with its code, whatever a script has written', () => {
  const member = fc.oneof(fc.anything(), bytes(12), bytes(33), bytes(48), fc.constant('key'))
  const record = fc.record(
    { name: member, publicKey: member, iv: member, ciphertext: member, wrappedBy: member, expiresAt: member },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(fc.anything(), record), (value) => {
      try {
        parseWrappedSecret('keys', 'key', value)
      } catch (error) {
        expect(isUportError(error, 'KEY_STORE_FAILED')).toBe(true)
      }
    }),
  )
})
