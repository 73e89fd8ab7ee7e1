import { describe, expect, it } from 'vitest'
import {
  addressMethod,
  forgeToken,
  hexMethod,
  NOW,
  testDocument,
  testKey,
} from '../../test-support/tokens.ts'
import type { VerificationKey } from '../identity/did-document.ts'
import type { Did, DidDocument } from '../ports/index.ts'
import { createNobleEngine } from './noble-engine.ts'
import { selectVerifier } from './signature.ts'
import { SignatureVerdicts } from './signature-verdicts.ts'
import { type VerifyJwtRules, verifyJwt } from './verify.ts'

const issuer: Did = 'did:test:issuer'
const alice = testKey('alice')
const bob = testKey('bob')
const claims = { iss: issuer, iat: NOW, exp: NOW + 100, aud: 'did:test:me' }
const jwt = forgeToken({ alg: 'ES256K' }, claims, alice)
const listing = (...methods: Parameters<typeof testDocument>[1]) => testDocument(issuer, methods)
const aliceDocument = listing(hexMethod('#k', alice))

/** A verifier with verdicts, whose arithmetic is counted. */
function verifier(verdicts = new SignatureVerdicts()) {
  const noble = createNobleEngine()
  const counts = { curve: 0, resolved: 0 }
  const engine = {
    verify: (...given: Parameters<typeof noble.verify>) => {
      counts.curve++
      return noble.verify(...given)
    },
    recover: (...given: Parameters<typeof noble.recover>) => {
      counts.curve++
      return noble.recover(...given)
    },
  }
  const verify = (
    token: string,
    document: DidDocument,
    versionId: string | undefined,
    more: Partial<VerifyJwtRules> = {},
  ) => {
    const resolve = async () => {
      counts.resolved++
      return { did: issuer, document, versionId }
    }
    const resolver = { methods: ['test'], resolve }
    return verifyJwt(token, { resolver, engine, verdicts, now: NOW, audience: 'did:test:me', ...more })
  }
  return { verify, counts, verdicts }
}
const failure = (code: string) => expect.objectContaining({ code })

describe('signature verdicts', () => {
  it('save the arithmetic of a token that comes again, and nothing else', async () => {
    const { verify, counts } = verifier()
    const first = await verify(jwt, aliceDocument, 'cid-1')
    const again = await verify(jwt, aliceDocument, 'cid-1')
    expect(again).toEqual(first)
    expect(counts).toEqual({ curve: 1, resolved: 2 })
  })

  it('save it for keys known by their address too', async () => {
    const { verify, counts } = verifier()
    const token = forgeToken({ alg: 'ES256K-R' }, claims, alice, 'ES256K-R')
    const document = listing(addressMethod('#a', alice))
    for (let time = 0; time < 3; time++) await verify(token, document, 'cid-1')
    expect(counts).toEqual({ curve: 1, resolved: 3 })
  })

  it('judge times, audience and the rest of the rules each time', async () => {
    const { verify } = verifier()
    await verify(jwt, aliceDocument, 'cid-1')
    const again = (more: Partial<VerifyJwtRules>) => verify(jwt, aliceDocument, 'cid-1', more)
    await expect(again({ now: NOW + 1000 })).rejects.toThrow(failure('JWT_EXPIRED'))
    await expect(again({ now: NOW - 1000 })).rejects.toThrow(failure('JWT_NOT_YET_VALID'))
    await expect(again({ audience: 'did:test:other' })).rejects.toThrow(failure('JWT_AUDIENCE_MISMATCH'))
    await expect(again({ maxAge: 0, skew: 0, now: NOW + 50 })).rejects.toThrow(failure('JWT_EXPIRED'))
    await expect(again({ authentication: true })).rejects.toThrow(failure('JWT_NO_SUITABLE_KEY'))
    await expect(again({ maxBytes: 10 })).rejects.toThrow(failure('JWT_TOO_LARGE'))
  })

  it('do not outlive the key: a rotated, revoked or renamed one signs no more', async () => {
    const { verify, counts } = verifier()
    await verify(jwt, aliceDocument, 'cid-1')
    const rotated = listing(hexMethod('#k', bob))
    await expect(verify(jwt, rotated, 'cid-2')).rejects.toThrow(failure('JWT_SIGNATURE_INVALID'))
    // Also where a registry gives the new document the old version.
    await expect(verify(jwt, rotated, 'cid-1')).rejects.toThrow(failure('JWT_SIGNATURE_INVALID'))
    await expect(verify(jwt, listing(addressMethod('#k', bob)), 'cid-1')).rejects.toThrow(
      failure('JWT_SIGNATURE_INVALID'),
    )
    await expect(verify(jwt, listing(), 'cid-1')).rejects.toThrow(failure('JWT_NO_SUITABLE_KEY'))
    const before = counts.curve
    await verify(jwt, listing(hexMethod('#other', alice)), 'cid-1')
    expect(counts.curve).toBeGreaterThan(before)
  })

  it('never remember a failure, nor let one token speak for another', async () => {
    const { verify, verdicts, counts } = verifier()
    const forged = forgeToken({ alg: 'ES256K' }, claims, bob)
    for (let time = 0; time < 2; time++) {
      await expect(verify(forged, aliceDocument, 'cid-1')).rejects.toThrow(failure('JWT_SIGNATURE_INVALID'))
    }
    expect([verdicts.size, counts.curve]).toEqual([0, 2])
    await verify(jwt, aliceDocument, 'cid-1')
    const [, , signature] = jwt.split('.')
    const [header, payload] = forgeToken({ alg: 'ES256K' }, { ...claims, sub: 'more' }, bob).split('.')
    await expect(verify(`${header}.${payload}.${signature}`, aliceDocument, 'cid-1')).rejects.toThrow(
      failure('JWT_SIGNATURE_INVALID'),
    )
    expect(verdicts.size).toBe(1)
  })

  it('remember nothing under a document without a version', async () => {
    const { verify, verdicts } = verifier()
    for (const version of [undefined, 'v'.repeat(300)]) await verify(jwt, aliceDocument, version)
    expect(verdicts.size).toBe(0)
  })

  it('are remembered apart for keys that may authenticate', async () => {
    const { verify, counts } = verifier()
    const document = { ...aliceDocument, authentication: ['#k'] }
    await verify(jwt, document, 'cid-1')
    await verify(jwt, document, 'cid-1', { authentication: true })
    expect(counts.curve).toBe(2)
  })

  it('keep nothing that a document makes large', async () => {
    const { verify, verdicts } = verifier()
    for (const length of [1024, 60_000]) {
      const named = listing(hexMethod(`#${'k'.repeat(length)}`, alice))
      expect(await verify(jwt, named, 'cid-1')).toMatchObject({ issuer })
      expect(verdicts.size).toBe(0)
    }
    await verify(jwt, listing({ ...hexMethod('#k', alice), owner: 'x'.repeat(60_000) }), 'cid-1')
    expect(verdicts.size).toBe(1)
  })

  it('are bounded', async () => {
    const { verify, verdicts } = verifier(new SignatureVerdicts({ maxEntries: 2 }))
    for (const index of [0, 1, 2, 3]) {
      await verify(forgeToken({ alg: 'ES256K' }, { ...claims, index }, alice), aliceDocument, 'cid-1')
    }
    expect(verdicts.size).toBe(2)
    for (const maxEntries of [0, 1.5]) {
      expect(() => new SignatureVerdicts({ maxEntries })).toThrow(TypeError)
    }
  })

  it('may be one alone', () => {
    expect(new SignatureVerdicts({ maxEntries: 1 }).size).toBe(0)
  })

  it('remember nothing of algorithms that are not ours', async () => {
    const { verify, verdicts } = verifier()
    const own = forgeToken({ alg: 'X' }, claims, alice)
    const { readKeys } = selectVerifier('ES256K', createNobleEngine(), undefined)
    const anything = {
      signatureLength: 64,
      readKeys,
      verify: (_: unknown, [key]: readonly VerificationKey[]) => key,
    }
    await verify(own, aliceDocument, 'cid-1', { algorithms: new Map([['X', anything]]) })
    expect(verdicts.size).toBe(0)
  })
})

describe('a remembered key', () => {
  const subject = { jwt, versionId: 'cid-1', authentication: false }
  const key = (members: Partial<VerificationKey>): VerificationKey => ({
    ...{ id: '#k', type: 't', controller: undefined, authentication: false },
    ...members,
  })
  const find = (remembered: VerificationKey, ...listed: readonly VerificationKey[]) => {
    const verdicts = new SignatureVerdicts()
    verdicts.remember(subject, remembered)
    return verdicts.find(subject, listed)
  }
  const point = key({ publicKey: alice.publicKey })
  const address = key({ ethereumAddress: alice.address })

  it.each([
    ['another id', point, key({ id: '#x', publicKey: alice.publicKey })],
    ['another point', point, key({ publicKey: bob.publicKey })],
    ['no point', point, key({})],
    ['an address instead of its point', point, address],
    ['an address beside its point', point, key({ ...point, ethereumAddress: alice.address })],
    ['another address', address, key({ ethereumAddress: bob.address })],
    ['a point beside its address', address, key({ ...address, publicKey: alice.publicKey })],
  ])('is not the listed one that has %s', (_, remembered, listed) => {
    expect(find(remembered, listed)).toBeUndefined()
  })

  it.each([
    ['point', point],
    ['address', address],
  ])('is the listed one with its id and %s, as it is listed now', (_, remembered) => {
    const listed = { ...remembered, type: 'renamed' }
    expect(find(remembered, key({ id: '#x' }), listed)).toBe(listed)
  })

  it('is not changed with the bytes that were given', () => {
    const verdicts = new SignatureVerdicts()
    const publicKey = alice.publicKey.slice()
    verdicts.remember(subject, key({ publicKey }))
    publicKey.fill(0)
    expect(verdicts.find(subject, [point])).toBe(point)
  })

  it('is remembered under a version of 256 characters at most', () => {
    for (const [length, size] of [
      [256, 1],
      [257, 0],
    ] as const) {
      const verdicts = new SignatureVerdicts()
      verdicts.remember({ ...subject, versionId: 'v'.repeat(length) }, point)
      expect(verdicts.size).toBe(size)
    }
  })
})
