import { describe, expect, it, vi } from 'vitest'
import { forgeToken, hexMethod, NOW, TestResolver, testDocument, testKey } from '../../test-support/tokens.ts'
import { sha256 } from '../bytes/hash.ts'
import { decodeUtf8 } from '../bytes/utf8.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { KeyStore, SignContext } from '../ports/key-store.ts'
import { decodeJwt } from './decode.ts'
import { encodeSigningInput, type JwtClaims, type JwtSigner, type SignJwtOptions, signJwt } from './encode.ts'
import { verifyJwt } from './verify.ts'

const key = testKey('signer')
const ETHR = 'did:ethr:0xf3beac30c498d9e26865f34fcaa57dbb935b0d74'
const MNID = '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'

async function store(): Promise<MemoryKeyStore> {
  const keys = new MemoryKeyStore()
  await keys.import(key.privateKey, { keyId: 'k' })
  return keys
}

async function sign(
  claims: JwtClaims,
  options: SignJwtOptions = { now: NOW },
  signer: Partial<JwtSigner> = {},
) {
  return signJwt(claims, { did: ETHR, keyId: 'k', keys: await store(), ...signer }, options)
}

const text = (jwt: string, index: number) => Buffer.from(jwt.split('.')[index]!, 'base64url').toString()

describe('bytes', () => {
  it('have the order of the original signers', async () => {
    const jwt = await sign(
      { type: 'shareReq', callback: 'https://a.example', skipped: undefined },
      { now: NOW, expiresIn: 600 },
    )
    expect(text(jwt, 0)).toBe('{"typ":"JWT","alg":"ES256K-R"}')
    expect(text(jwt, 1)).toBe(
      `{"iat":${NOW},"exp":${NOW + 600},"type":"shareReq","callback":"https://a.example","iss":"${ETHR}"}`,
    )
  })

  it('are deterministic, and those of a token signed by the definition', async () => {
    const jwt = await sign({ a: 1 })
    expect(await sign({ a: 1 })).toBe(jwt)
    expect(jwt).toBe(
      forgeToken('{"typ":"JWT","alg":"ES256K-R"}', `{"iat":${NOW},"a":1,"iss":"${ETHR}"}`, key, 'ES256K-R'),
    )
  })

  it('let claims replace iat and exp in their place, also by undefined, but never iss', async () => {
    expect(text(await sign({ a: 1, iat: 5, exp: 7 }, { now: NOW, expiresIn: 10 }), 1)).toBe(
      `{"iat":5,"exp":7,"a":1,"iss":"${ETHR}"}`,
    )
    expect(text(await sign({ a: 1, iat: undefined }), 1)).toBe(`{"a":1,"iss":"${ETHR}"}`)
    expect(text(await sign({ iss: 'did:test:other', a: 1 }), 1)).toBe(`{"iat":${NOW},"a":1,"iss":"${ETHR}"}`)
  })

  it('count exp from nbf where the payload has one, else from the clock', async () => {
    const claim = async (claims: JwtClaims, expiresIn: number) =>
      decodeJwt(await sign(claims, { now: NOW, expiresIn })).payload['exp']
    expect(await claim({}, 10.9)).toBe(NOW + 10)
    expect(await claim({ nbf: NOW + 100 }, 10)).toBe(NOW + 110)
    expect(await claim({ nbf: 'soon' }, 10)).toBe(NOW + 10)
    expect(await claim({ iat: 5 }, 10)).toBe(NOW + 10)
  })

  it('leave the claims of the caller alone', async () => {
    const claims = Object.freeze({ a: Object.freeze({ b: 1 }) })
    await sign(claims, { now: NOW, expiresIn: 1 })
    expect(claims).toEqual({ a: { b: 1 } })
  })
})

describe('algorithm', () => {
  it.each([
    [ETHR, 'ES256K-R', 65],
    ['did:web:example.com', 'ES256K-R', 65],
    [`did:uport:${MNID}`, 'ES256K', 64],
    [MNID, 'ES256K', 64],
  ])('of %s is %s', async (did, alg, length) => {
    const { header, signature, payload } = decodeJwt(await sign({}, { now: NOW }, { did }))
    expect(header.alg).toBe(alg)
    expect(signature).toHaveLength(length)
    expect(payload['iss']).toBe(did)
  })

  it('is the one asked for', async () => {
    expect(decodeJwt(await sign({}, { now: NOW }, { alg: 'ES256K' })).signature).toHaveLength(64)
    expect(decodeJwt(await sign({}, { now: NOW }, { did: MNID, alg: 'ES256K-R' })).signature).toHaveLength(65)
  })

  it('is not to be had for what is no DID', async () => {
    await expect(
      sign({}, { now: NOW }, { did: '0xf3beac30c498d9e26865f34fcaa57dbb935b0d74' }),
    ).rejects.toMatchObject({
      code: 'DID_INVALID',
    })
  })
})

it('shows the key store what it signs', async () => {
  const keys = await store()
  const spy = vi.spyOn(keys, 'sign')
  const { signal } = new AbortController()
  const jwt = await signJwt({ a: 1, b: undefined }, { did: ETHR, keyId: 'k', keys }, { now: NOW, signal })
  expect(spy).toHaveBeenCalledTimes(1)
  const [keyId, digest, context, options] = spy.mock.calls[0]!
  const signingInput = jwt.slice(0, jwt.lastIndexOf('.'))
  expect(keyId).toBe('k')
  expect(context.purpose).toBe('jwt')
  expect(context.hash).toBe('sha256')
  expect(decodeUtf8(context.preimage)).toBe(signingInput)
  expect(digest).toEqual(sha256(context.preimage))
  expect(JSON.stringify(context.preview)).toBe(JSON.stringify({ iat: NOW, a: 1, iss: ETHR }))
  expect(options?.signal).toBe(signal)
})

it('takes the time of this machine where none is given', async () => {
  const before = Math.floor(Date.now() / 1000)
  const { iat } = decodeJwt(await sign({}, {})).payload
  expect(iat).toBeGreaterThanOrEqual(before)
  expect(iat).toBeLessThanOrEqual(Math.floor(Date.now() / 1000))
  expect(decodeJwt(await sign({}, { now: 12.9 })).payload['iat']).toBe(12)
})

it.each([
  [{ now: Number.NaN }, 'now'],
  [{ now: Number.POSITIVE_INFINITY }, 'now'],
  [{ now: NOW, expiresIn: Number.NaN }, 'expiresIn'],
  [{ now: NOW, expiresIn: '600' as unknown as number }, 'expiresIn'],
])('refuses %j', async (options, name) => {
  const failure = sign({}, options)
  await expect(failure).rejects.toBeInstanceOf(TypeError)
  await expect(failure).rejects.toThrow(name)
})

it.each([
  ['r', { r: new Uint8Array(31) }],
  ['s', { s: new Uint8Array(33) }],
  ['recovery', { recovery: 27 as 0 }],
])('refuses a store whose signature has a wrong %s', async (_, wrong) => {
  const keys: Pick<KeyStore, 'sign'> = {
    sign: async (_keyId: string, _digest: Uint8Array, _context: SignContext) => ({
      r: new Uint8Array(32),
      s: new Uint8Array(32),
      recovery: 0,
      ...wrong,
    }),
  }
  await expect(sign({}, { now: NOW }, { keys })).rejects.toMatchObject({
    code: 'KEY_SIGNATURE_INVALID',
    data: { keyId: 'k' },
  })
})

it('passes the failure of the store on', async () => {
  await expect(sign({}, { now: NOW }, { keyId: 'other' })).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' })
})

it('signs what verifies', async () => {
  const resolver = new TestResolver(testDocument(`did:uport:${MNID}`, [hexMethod('#keys-1', key)]))
  const jwt = await sign({ a: 'grüße' }, { now: NOW, expiresIn: 60 }, { did: MNID })
  const verified = await verifyJwt(jwt, { resolver, now: NOW })
  expect(verified.issuer).toBe(`did:uport:${MNID}`)
  expect(verified.payload).toEqual({ iat: NOW, exp: NOW + 60, a: 'grüße', iss: MNID })
})

it('encodes a signing input from texts', () => {
  expect(encodeSigningInput('{"alg":"x"}', '{}')).toBe('eyJhbGciOiJ4In0.e30')
})
