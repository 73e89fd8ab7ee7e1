import { describe, expect, it } from 'vitest'
import {
  addressMethod,
  forgeToken,
  hexMethod,
  NOW,
  TestResolver,
  testDocument,
  testKey,
} from '../../test-support/tokens.ts'
import { concatBytes } from '../bytes/concat.ts'
import { sha256 } from '../bytes/hash.ts'
import type { Did } from '../ports/index.ts'
import { KnownPoints } from './known-points.ts'
import { createNobleEngine } from './noble-engine.ts'
import { type VerifyJwtRules, verifyJwt } from './verify.ts'

const issuer: Did = 'did:test:issuer'
const key = testKey('issuer')
const document = testDocument(issuer, [hexMethod('#k', key)])
const rules = { resolver: new TestResolver(document), now: NOW }
const token = (index: number, signer = key) =>
  forgeToken({ alg: 'ES256K' }, { iat: NOW, iss: issuer, index }, signer)

describe('tables of multiples', () => {
  it('are made after enough tokens that the rules expect more of, and change no answer', async () => {
    const engine = createNobleEngine({ tableAfter: 3 })
    const expecting: VerifyJwtRules = { ...rules, engine, isFrequentIssuer: (did) => did === issuer }
    for (const index of [0, 1]) await verifyJwt(token(index), expecting)
    expect(engine.tables).toBe(0)
    await verifyJwt(token(2), expecting)
    expect(engine.tables).toBe(1)
    expect((await verifyJwt(token(3), expecting)).issuer).toBe(issuer)
    await expect(verifyJwt(token(4, testKey('thief')), expecting)).rejects.toMatchObject({
      code: 'JWT_SIGNATURE_INVALID',
    })
    for (const nonsense of [new Uint8Array(64), new Uint8Array(64).fill(255)]) {
      expect(engine.verify(nonsense, sha256(nonsense), key.publicKey)).toBe(false)
    }
    const zero = new Uint8Array(32)
    const { r, s } = engine.sign(zero, key.privateKey)
    expect(engine.verify(concatBytes(r, s), zero, key.publicKey)).toBe(true)
  })

  it('are made for nobody else, however many valid tokens come', async () => {
    const engine = createNobleEngine({ tableAfter: 1 })
    for (const isFrequentIssuer of [undefined, () => false]) {
      for (let index = 0; index < 3; index++) {
        await verifyJwt(token(index), { ...rules, engine, isFrequentIssuer })
      }
    }
    expect(engine.tables).toBe(0)
  })

  it('count no token that is forged, expired or for somebody else', async () => {
    const engine = createNobleEngine({ tableAfter: 1 })
    const expecting = { ...rules, engine, isFrequentIssuer: () => true }
    const forged = token(0, testKey('thief'))
    const late = forgeToken({ alg: 'ES256K' }, { iss: issuer, exp: NOW - 1000 }, key)
    const other = forgeToken({ alg: 'ES256K' }, { iss: issuer, aud: 'did:test:other' }, key)
    for (const jwt of [forged, late, other]) await expect(verifyJwt(jwt, expecting)).rejects.toThrow()
    expect(engine.tables).toBe(0)
  })

  it('are kept for the keys used last, and made again when they are gone', () => {
    const points = new KnownPoints({ maxTables: 2 })
    const keys = ['a', 'b', 'c'].map((name) => testKey(name).publicKey)
    const prepared = () => keys.map((publicKey) => points.parse(publicKey)?.isPrepared)
    for (const publicKey of keys) points.prepare(publicKey)
    expect(points.tables).toBe(2)
    expect(prepared()).toEqual([false, true, true])
    points.prepare(keys[0]!)
    expect(prepared()).toEqual([true, false, true])
    points.prepare(keys[0]!)
    expect(points.tables).toBe(2)
  })

  it('are made again only for as many tokens more, so that too many keys do not drive one another out at each', () => {
    const points = new KnownPoints({ maxTables: 1, tableAfter: 3 })
    const [a, b] = ['a', 'b'].map((name) => testKey(name).publicKey)
    const expectTimes = (publicKey: Uint8Array, times: number) => {
      for (let time = 0; time < times; time++) points.expect(publicKey)
      return points.parse(publicKey)?.isPrepared
    }
    expect([expectTimes(a!, 3), expectTimes(b!, 3), expectTimes(a!, 2), expectTimes(a!, 1)]).toEqual([
      true,
      true,
      false,
      true,
    ])
  })

  it('are made for no point that is none, and not at all where none may be kept', () => {
    const points = new KnownPoints()
    points.prepare(new Uint8Array(33).fill(2, 0, 1).fill(0xff, 1))
    points.prepare(new Uint8Array(5))
    points.expect(new Uint8Array(5))
    const none = new KnownPoints({ maxTables: 0, tableAfter: 0 })
    none.prepare(key.publicKey)
    none.expect(key.publicKey)
    expect([points.tables, none.tables]).toEqual([0, 0])
    expect([points.base.isPrepared, none.base.isPrepared]).toEqual([false, false])
  })

  it('are made for the base point with the first key that has one', () => {
    const points = new KnownPoints()
    expect(points.base.isPrepared).toBe(false)
    points.prepare(key.publicKey)
    expect([points.base.isPrepared, points.parse(key.publicKey)?.isPrepared]).toEqual([true, true])
    expect(points.parse(testKey('other').publicKey)?.isPrepared).toBe(false)
  })
})

describe('10,000 keys of strangers', () => {
  it('make no table, and no more is kept of them than of the last few', () => {
    const points = new KnownPoints({ maxKeys: 8 })
    const good = testKey('good').publicKey
    const first = points.parse(good)
    expect(points.parse(good)).toBe(first)
    for (let index = 0; index < 10_000; index++) {
      const stranger = new Uint8Array(33).fill(2, 0, 1)
      new DataView(stranger.buffer).setUint32(1, index)
      points.parse(stranger)
    }
    expect(points.tables).toBe(0)
    expect(points.parse(good)).not.toBe(first)
    expect(points.parse(good)?.isPrepared).toBe(false)
  })

  it('refuses options that are no whole numbers', () => {
    for (const wrong of [{ maxKeys: -1 }, { maxTables: 0.5 }, { tableAfter: Number.NaN }]) {
      expect(() => createNobleEngine(wrong)).toThrow(TypeError)
    }
  })
})

describe('keys that are known by their address', () => {
  const byAddress = testDocument(issuer, [addressMethod('#a', key)])
  const counted = () => {
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
    return { engine, calls }
  }

  it('are recovered once, then verified; a forger is refused after one verification', async () => {
    const { engine, calls } = counted()
    const known = { resolver: new TestResolver(byAddress), now: NOW, engine }
    await verifyJwt(token(0), known)
    const first = calls.splice(0)
    expect(first.every((call) => call === 'recover')).toBe(true)
    await verifyJwt(token(1), known)
    expect(calls.splice(0)).toEqual(['verify'])
    await expect(verifyJwt(token(2, testKey('thief')), known)).rejects.toMatchObject({
      code: 'JWT_SIGNATURE_INVALID',
    })
    expect(calls.splice(0)).toEqual(['verify'])
  })

  it('count no more once the document lists another address', async () => {
    const { engine } = counted()
    await verifyJwt(token(0), { resolver: new TestResolver(byAddress), now: NOW, engine })
    const rotated = testDocument(issuer, [addressMethod('#a', testKey('next'))])
    const after = { resolver: new TestResolver(rotated), now: NOW, engine }
    await expect(verifyJwt(token(1), after)).rejects.toMatchObject({ code: 'JWT_SIGNATURE_INVALID' })
    await verifyJwt(token(1, testKey('next')), after)
  })

  it('still need the right recovery id in ES256K-R', async () => {
    const { engine, calls } = counted()
    const known = { resolver: new TestResolver(byAddress), now: NOW, engine }
    const jwt = forgeToken({ alg: 'ES256K-R' }, { iat: NOW, iss: issuer }, key, 'ES256K-R')
    await verifyJwt(jwt, known)
    await verifyJwt(jwt, known)
    const bytes = Buffer.from(jwt.slice(jwt.lastIndexOf('.') + 1), 'base64url')
    bytes[64]! ^= 1
    const flipped = `${jwt.slice(0, jwt.lastIndexOf('.'))}.${bytes.toString('base64url')}`
    await expect(verifyJwt(flipped, known)).rejects.toMatchObject({ code: 'JWT_SIGNATURE_INVALID' })
    expect(calls).toEqual(['recover', 'recover', 'recover'])
  })
})

describe('what is kept of a document', () => {
  it('cannot be changed through the key of a result', async () => {
    const resolver = new TestResolver(document)
    const { document: frozen, key: handedOut } = await verifyJwt(token(0), { resolver, now: NOW })
    handedOut.publicKey?.set(testKey('thief').publicKey)
    const same = { methods: ['test'], resolve: async () => ({ did: issuer, document: frozen }) }
    await verifyJwt(token(1), { resolver: same, now: NOW })
    await expect(verifyJwt(token(2, testKey('thief')), { resolver: same, now: NOW })).rejects.toMatchObject({
      code: 'JWT_SIGNATURE_INVALID',
    })
  })

  it('is not taken for the document of another DID', async () => {
    const { document: frozen } = await verifyJwt(token(0), rules)
    const liar = { methods: ['test'], resolve: async (did: Did) => ({ did, document: frozen }) }
    const jwt = forgeToken({ alg: 'ES256K' }, { iat: NOW, iss: 'did:test:victim' }, key)
    await expect(verifyJwt(jwt, { resolver: liar, now: NOW })).rejects.toMatchObject({
      code: 'DID_DOCUMENT_ID_MISMATCH',
    })
  })
})
