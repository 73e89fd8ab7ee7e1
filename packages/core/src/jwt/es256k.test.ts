import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import {
  addressMethod,
  forgeToken,
  hexMethod,
  NOW,
  testDocument,
  testKey,
} from '../../test-support/tokens.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import type { Did } from '../ports/index.ts'
import { decodeJwt } from './decode.ts'
import { createNobleEngine } from './noble-engine.ts'
import { selectVerifier } from './signature.ts'

const alice = testKey('alice')
const bob = testKey('bob')
const issuer: Did = 'did:test:alice'

/** What one verifier asks of its arithmetic, token by token. */
function watched() {
  const noble = createNobleEngine()
  const calls: string[] = []
  const engine = {
    verify: (...given: Parameters<typeof noble.verify>) => {
      calls.push('verify')
      return noble.verify(...given)
    },
    recover: (...given: Parameters<typeof noble.recover>) => {
      calls.push('recover')
      return noble.recover(...given)
    },
  }
  async function signer(jwt: string, document: ReturnType<typeof testDocument>) {
    calls.length = 0
    const { header, signingInput, signature } = decodeJwt(jwt)
    const verifier = selectVerifier(header.alg, engine, undefined)
    const token = { algorithm: header.alg, signingInput, signature, document }
    return (await verifier.verify(token, verifier.readKeys(document)))?.id
  }
  return { signer, calls }
}

const token = (n: number, key = alice): string =>
  forgeToken({ alg: 'ES256K' }, { iss: issuer, iat: NOW, n }, key)
const recoverable = (n: number): string =>
  forgeToken({ alg: 'ES256K-R' }, { iss: issuer, iat: NOW, n }, alice, 'ES256K-R')

describe('a key that is listed by its address alone', () => {
  const document = testDocument(issuer, [addressMethod('#a', alice)])

  it('is recovered once, and verified against its point from then on', async () => {
    const { signer, calls } = watched()
    expect(await signer(token(1), document)).toBe(`${issuer}#a`)
    expect(new Set(calls)).toEqual(new Set(['recover']))
    expect(await signer(token(2), document)).toBe(`${issuer}#a`)
    expect(calls).toEqual(['verify'])
  })

  it('signs nothing that another key made, once its point is known', async () => {
    const { signer, calls } = watched()
    await signer(token(1), document)
    expect(await signer(token(2, bob), document)).toBeUndefined()
    expect(calls).toEqual(['verify'])
  })

  it('is known to both algorithms, and recovered each time where the token says how', async () => {
    const { signer, calls } = watched()
    await signer(recoverable(1), document)
    await signer(recoverable(2), document)
    expect(calls).toEqual(['recover'])
    await signer(token(3), document)
    expect(calls).toEqual(['verify'])
  })

  it('is one of several: the signer is recovered', async () => {
    const { signer, calls } = watched()
    await signer(token(1), document)
    const two = testDocument(issuer, [addressMethod('#b', bob), addressMethod('#a', alice)])
    expect(await signer(token(2), two)).toBe(`${issuer}#a`)
    expect(new Set(calls)).toEqual(new Set(['recover']))
  })
})

describe('an engine that answers later, by a promise of another realm', () => {
  const later: <T>(answer: T) => Promise<T> = runInNewContext('(answer) => Promise.resolve(answer)')
  const noble = createNobleEngine()
  const engine = (honest: boolean) => ({
    verify: (...given: Parameters<typeof noble.verify>) => later(honest && noble.verify(...given)),
    recover: (...given: Parameters<typeof noble.recover>) =>
      later(honest ? noble.recover(...given) : undefined),
  })
  const cases = [
    ['ES256K', token(1), hexMethod('#k', alice)],
    ['ES256K by address', token(1), addressMethod('#k', alice)],
    ['ES256K-R', recoverable(1), hexMethod('#k', alice)],
    ['ES256K-R by address', recoverable(1), addressMethod('#k', alice)],
  ] as const

  it.each(cases)('is waited for: %s', async (_, jwt, method) => {
    const document = testDocument(issuer, [method])
    const { header, signingInput, signature } = decodeJwt(jwt)
    for (const honest of [true, false]) {
      const verifier = selectVerifier(header.alg, engine(honest), undefined)
      const parts = { algorithm: header.alg, signingInput, signature, document }
      const found = await verifier.verify(parts, verifier.readKeys(document))
      expect(found?.id).toBe(honest ? `${issuer}#k` : undefined)
    }
  })
})

it('asks nothing of the arithmetic where the recovery id is neither 0 nor 1', async () => {
  const { signer, calls } = watched()
  const { signingInput, signature } = decodeJwt(recoverable(1))
  const jwt = `${signingInput}.${encodeBase64url(signature.map((byte, at) => (at === 64 ? 2 : byte)))}`
  expect(await signer(jwt, testDocument(issuer, [hexMethod('#k', alice)]))).toBeUndefined()
  expect(calls).toEqual([])
})

it.each(['ES256K', 'ES256K-R'])('offers %s no key of another curve', (algorithm) => {
  const other = { id: '#e', type: 'Ed25519VerificationKey2018', publicKeyBase64: `${'A'.repeat(43)}=` }
  const document = testDocument(issuer, [other, hexMethod('#k', alice), addressMethod('#a', bob)])
  const { readKeys } = selectVerifier(algorithm, createNobleEngine(), undefined)
  expect(readKeys(document).map(({ id }) => id)).toEqual([`${issuer}#k`, `${issuer}#a`])
})
