import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  addressMethod,
  hexMethod,
  NOW,
  TestResolver,
  testDocument,
  testKey,
} from '../../test-support/tokens.ts'
import { isUportError } from '../errors/uport-error.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { Did } from '../ports/did.ts'
import { signJwt } from './encode.ts'
import { verifyJwt } from './verify.ts'

const key = testKey('property')
const did: Did = 'did:test:property'
const keys = new MemoryKeyStore()
const imported = keys.import(key.privateKey, { keyId: 'k' })

const claims = fc
  .dictionary(
    fc.string().filter((name) => !['iss', 'iat', 'exp', 'nbf', 'aud', '__proto__'].includes(name)),
    fc.jsonValue({ maxDepth: 5 }),
    { maxKeys: 8 },
  )
  .map((value) => JSON.parse(JSON.stringify(value)))
const algorithm = fc.constantFrom('ES256K' as const, 'ES256K-R' as const)
const method = fc.constantFrom(
  hexMethod('#k', key),
  hexMethod('#k', key, 'uncompressed'),
  addressMethod('#k', key),
)

async function sign(payload: object, alg: 'ES256K' | 'ES256K-R') {
  await imported
  return signJwt({ ...payload }, { did, keyId: 'k', keys, alg }, { now: NOW, expiresIn: 60 })
}

const rules = (methods: readonly object[]) => ({
  resolver: new TestResolver(
    testDocument(
      did,
      methods.map((entry) => ({ ...entry })),
    ),
  ),
  now: NOW,
})

it('what was signed verifies, and says the same', async () => {
  await fc.assert(
    fc.asyncProperty(claims, algorithm, method, async (payload, alg, listed) => {
      const verified = await verifyJwt(await sign(payload, alg), rules([listed]))
      expect(verified.payload).toEqual({ iat: NOW, exp: NOW + 60, ...payload, iss: did })
    }),
    { numRuns: 40 },
  )
})

it('any changed character of a token fails with a code', async () => {
  await fc.assert(
    fc.asyncProperty(
      algorithm,
      method,
      fc.nat(),
      fc.integer({ min: 1, max: 127 }),
      async (alg, listed, at, change) => {
        const jwt = await sign({ text: 'to be altered' }, alg)
        const index = at % jwt.length
        const altered =
          jwt.slice(0, index) + String.fromCharCode(jwt.charCodeAt(index) ^ change) + jwt.slice(index + 1)
        const outcome = await verifyJwt(altered, rules([listed])).then(
          () => 'verified',
          (error: unknown) => (isUportError(error) ? 'refused' : error),
        )
        expect(outcome).toBe('refused')
      },
    ),
    { numRuns: 80 },
  )
})

it('any value is refused with a code', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.anything(), fc.string({ unit: 'binary' })), async (value) => {
      const error = await verifyJwt(value, rules([hexMethod('#k', key)])).catch((reason: unknown) => reason)
      expect(isUportError(error, 'JWT_MALFORMED')).toBe(true)
    }),
    { numRuns: 200 },
  )
})
