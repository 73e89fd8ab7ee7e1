import { generateKeyPairSync, type KeyObject, sign as nodeSign } from 'node:crypto'
import * as didJwt9 from 'did-jwt'
import * as didJwt8 from 'did-jwt-8'
import { describe, expect, it } from 'vitest'
import {
  addressMethod,
  hexMethod,
  NOW,
  part,
  TestResolver,
  testDocument,
  testKey,
} from '../../test-support/tokens.ts'
import { sha256 } from '../bytes/hash.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { signJwt } from '../jwt/encode.ts'
import { type VerifyJwtRules, verifyJwt } from '../jwt/verify.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { Did, SignContext } from '../ports/index.ts'
import { didJwtAlgorithms, fromDidJwtSigner, toDidJwtResolver, toDidJwtSigner } from './index.ts'

const alice = testKey('alice')
const mallory = testKey('mallory')
const MNID = '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'
const UPORT: Did = `did:uport:${MNID}`
const ETHR: Did = `did:ethr:${alice.address}`
const OTHER: Did = 'did:test:other'

const resolver = new TestResolver(
  testDocument(UPORT, [hexMethod('#keys-1', alice)]),
  testDocument(ETHR, [{ ...addressMethod(`${ETHR}#owner`, alice) }]),
  testDocument(OTHER, [hexMethod('#keys-1', testKey('other'))]),
)
const rules: VerifyJwtRules = { resolver, now: NOW }

async function aliceStore() {
  const keys = new MemoryKeyStore()
  await keys.import(alice.privateKey, { keyId: 'k' })
  return keys
}

const versions = [
  ['8', didJwt8],
  ['9', didJwt9],
] as const

describe.each(versions)('did-jwt %s', (_, didJwt) => {
  const policies = { now: NOW }
  const theirs = (did: string, alg: 'ES256K' | 'ES256K-R', privateKey: Uint8Array, claims: object = {}) =>
    didJwt.createJWT(
      { iat: NOW, ...claims },
      { issuer: did, signer: didJwt.ES256KSigner(privateKey, alg === 'ES256K-R') },
      { alg },
    )

  it.each([
    [UPORT, 'ES256K'],
    [UPORT, 'ES256K-R'],
    [ETHR, 'ES256K'],
    [ETHR, 'ES256K-R'],
  ] as const)('verifies our token of %s with %s', async (did, alg) => {
    const signer = { did, keyId: 'k', keys: await aliceStore(), alg }
    const jwt = await signJwt({ text: 'grüße', list: [1, 2] }, signer, { now: NOW, expiresIn: 60 })
    const verified = await didJwt.verifyJWT(jwt, { resolver: toDidJwtResolver(resolver), policies })
    expect(verified.issuer).toBe(did)
    expect(verified.payload).toEqual({ iat: NOW, exp: NOW + 60, text: 'grüße', list: [1, 2], iss: did })
  })

  it.each([
    [UPORT, 'ES256K'],
    [UPORT, 'ES256K-R'],
    [ETHR, 'ES256K'],
    [ETHR, 'ES256K-R'],
  ] as const)('signs a token of %s with %s that we verify', async (did, alg) => {
    const verified = await verifyJwt(await theirs(did, alg, alice.privateKey, { text: 'grüße' }), rules)
    expect(verified.issuer).toBe(did)
    expect(verified.payload['text']).toBe('grüße')
    await expect(verifyJwt(await theirs(did, alg, mallory.privateKey), rules)).rejects.toMatchObject({
      code: 'JWT_SIGNATURE_INVALID',
    })
  })

  it.each(['ES256K', 'ES256K-R'] as const)('signs %s with a key of our store', async (alg) => {
    const signer = toDidJwtSigner(await aliceStore(), 'k')
    const jwt = await didJwt.createJWT({ iat: NOW, a: 1 }, { issuer: ETHR, signer }, { alg })
    expect((await verifyJwt(jwt, rules)).header.alg).toBe(alg)
    await expect(
      didJwt.verifyJWT(jwt, { resolver: toDidJwtResolver(resolver), policies }),
    ).resolves.toMatchObject({ issuer: ETHR })
  })

  it('lends us its signers', async () => {
    for (const signer of [
      didJwt.ES256KSigner(alice.privateKey),
      didJwt.ES256KSigner(alice.privateKey, true),
    ]) {
      const keys = fromDidJwtSigner({ keyId: 'k', publicKey: alice.publicKey, signer })
      expect(await keys.get('k')).toEqual({ keyId: 'k', type: 'secp256k1', publicKey: alice.publicKey })
      const jwt = await signJwt({ a: 1 }, { did: ETHR, keyId: 'k', keys }, { now: NOW })
      expect(jwt).toBe(
        await signJwt({ a: 1 }, { did: ETHR, keyId: 'k', keys: await aliceStore() }, { now: NOW }),
      )
    }
  })

  it('accepts a token of another key when its options are used again; our rules do not', async () => {
    const genuine = await theirs(UPORT, 'ES256K', alice.privateKey)
    const forged = await theirs(OTHER, 'ES256K', alice.privateKey)

    const reused = { resolver: toDidJwtResolver(resolver), policies }
    await didJwt.verifyJWT(genuine, reused)
    expect((await didJwt.verifyJWT(forged, reused)).payload.iss).toBe(OTHER)
    await expect(
      didJwt.verifyJWT(forged, { resolver: toDidJwtResolver(resolver), policies }),
    ).rejects.toThrow('invalid_signature')

    const before = { ...rules }
    await verifyJwt(genuine, rules)
    await expect(verifyJwt(forged, rules)).rejects.toMatchObject({
      code: 'JWT_SIGNATURE_INVALID',
      data: { issuer: OTHER },
    })
    expect(rules).toEqual(before)
  })

  describe('algorithms', () => {
    const algorithms = didJwtAlgorithms({ verifyJWS: didJwt.verifyJWS })
    const ed25519 = generateKeyPairSync('ed25519')
    const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const did: Did = 'did:test:modern'
    const jwkMethod = (id: string, publicKey: KeyObject) => ({
      id,
      type: 'JsonWebKey2020',
      controller: did,
      publicKeyJwk: { ...publicKey.export({ format: 'jwk' }) } as Record<string, string>,
    })
    const rawEd25519 = Buffer.from(String(ed25519.publicKey.export({ format: 'jwk' }).x), 'base64url')
    const legacyEd25519 = {
      id: '#legacy',
      type: 'ED25519SignatureVerification',
      owner: did,
      publicKeyBase64: rawEd25519.toString('base64'),
    }

    function token(alg: string, key: KeyObject): string {
      const input = `${part({ alg, typ: 'JWT' })}.${part({ iat: NOW, iss: did })}`
      const signature =
        alg === 'ES256'
          ? nodeSign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
          : nodeSign(null, Buffer.from(input), key)
      return `${input}.${signature.toString('base64url')}`
    }

    function verify(
      jwt: string,
      methods: readonly object[],
      more: Partial<VerifyJwtRules> = {},
      members = {},
    ) {
      const document = testDocument(
        did,
        methods.map((method) => ({ ...method })),
        members,
      )
      return verifyJwt(jwt, { resolver: new TestResolver(document), now: NOW, algorithms, ...more })
    }

    it('are these', () => {
      expect([...algorithms.keys()]).toEqual(['EdDSA', 'Ed25519', 'ES256'])
    })

    it.each([
      ['EdDSA', ed25519, jwkMethod('#jwk', ed25519.publicKey), '#jwk'],
      ['Ed25519', ed25519, legacyEd25519, '#legacy'],
      ['ES256', p256, jwkMethod('#p256', p256.publicKey), '#p256'],
    ] as const)('%s verifies, among keys of other kinds and odd ones', async (alg, pair, method, id) => {
      const others = [
        hexMethod('#k1', alice),
        {
          id: '#odd',
          type: 'JsonWebKey2020',
          publicKeyJwk: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) },
        },
        { id: '#short', type: 'JsonWebKey2020', publicKeyJwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } },
        { id: 7, type: 'JsonWebKey2020' },
        jwkMethod('#other-ed', generateKeyPairSync('ed25519').publicKey),
        jwkMethod('#other-p256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
      ]
      const verified = await verify(token(alg, pair.privateKey), [...others, method])
      expect(verified.key.id).toBe(`${did}${id}`)
      await expect(verify(token(alg, pair.privateKey), others)).rejects.toMatchObject({
        code: 'JWT_SIGNATURE_INVALID',
      })
    })

    it.each([
      ['EdDSA', ed25519],
      ['ES256', p256],
    ] as const)('%s needs a key of its kind', async (alg, pair) => {
      const issuer = did
      await expect(verify(token(alg, pair.privateKey), [hexMethod('#k1', alice)])).rejects.toMatchObject({
        code: 'JWT_NO_SUITABLE_KEY',
        data: { issuer, algorithm: alg, authentication: false },
      })
    })

    it.each([
      ['EdDSA', ed25519],
      ['ES256', p256],
    ] as const)('%s follows the rule of authentication', async (alg, pair) => {
      const jwt = token(alg, pair.privateKey)
      const method = jwkMethod('#m', pair.publicKey)
      const rule = { authentication: true }
      await expect(verify(jwt, [method], rule)).rejects.toMatchObject({ code: 'JWT_NO_SUITABLE_KEY' })
      await expect(verify(jwt, [method], rule, { authentication: ['#x'] })).rejects.toMatchObject({
        code: 'JWT_NO_SUITABLE_KEY',
      })
      for (const authentication of [['#m'], [`${did}#m`], [method]]) {
        expect((await verify(jwt, [method], rule, { authentication })).key.authentication).toBe(true)
      }
      expect((await verify(jwt, [], rule, { authentication: [method] })).key.id).toBe(`${did}#m`)
    })

    it('a signature of another length is refused', async () => {
      const jwt = token('EdDSA', ed25519.privateKey)
      await expect(verify(jwt.slice(0, -2), [legacyEd25519])).rejects.toMatchObject({ name: 'UportError' })
      await expect(verify(`${jwt}AAAA`, [legacyEd25519])).rejects.toMatchObject({ name: 'UportError' })
    })

    it('do not help where a token is altered', async () => {
      for (const [alg, pair] of [
        ['EdDSA', ed25519],
        ['ES256', p256],
      ] as const) {
        const [header, , signature] = token(alg, pair.privateKey).split('.')
        const altered = `${header}.${part({ iat: NOW, iss: did, admin: true })}.${signature}`
        await expect(verify(altered, [jwkMethod('#m', pair.publicKey)])).rejects.toMatchObject({
          code: 'JWT_SIGNATURE_INVALID',
        })
      }
    })
  })
})

describe('toDidJwtSigner', () => {
  it('shows the store what it signs', async () => {
    const keys = await aliceStore()
    const contexts: SignContext[] = []
    const watched = {
      sign: (keyId: string, digest: Uint8Array, context: SignContext) => {
        contexts.push(context)
        return keys.sign(keyId, digest, context)
      },
    }
    const data = `${part({ alg: 'ES256K' })}.${part({ a: 1 })}`
    const signature = await toDidJwtSigner(watched, 'k')(data)
    expect(signature).toEqual(await toDidJwtSigner(watched, 'k')(encodeUtf8(data)))
    expect(signature.r).toMatch(/^[0-9a-f]{64}$/)
    expect(signature.s).toMatch(/^[0-9a-f]{64}$/)
    expect([0, 1]).toContain(signature.recoveryParam)
    expect(contexts).toHaveLength(2)
    expect(contexts[0]).toEqual({
      purpose: 'jwt',
      hash: 'sha256',
      preimage: encodeUtf8(data),
      preview: { a: 1 },
    })
  })

  it.each([
    '',
    'text',
    'a.b',
    `${part({})}.${part([])}`,
    `${part({})}.${part('null')}`,
    `${part({})}.${part('{')}`,
    `${part({})}.!`,
    `${part({})}.${part({})}.x`,
  ])('refuses %j, which is no signing input', async (data) => {
    await expect(toDidJwtSigner(await aliceStore(), 'k')(data)).rejects.toBeInstanceOf(TypeError)
  })

  it('refuses bytes that are no text', async () => {
    await expect(toDidJwtSigner(await aliceStore(), 'k')(Uint8Array.of(255, 254))).rejects.toBeInstanceOf(
      TypeError,
    )
  })

  it('passes codes on', async () => {
    const data = `${part({})}.${part({})}`
    await expect(toDidJwtSigner(await aliceStore(), 'x')(data)).rejects.toMatchObject({
      code: 'KEY_NOT_FOUND',
    })
  })
})

describe('fromDidJwtSigner', () => {
  const preimage = encodeUtf8('header.payload')
  const context: SignContext = { purpose: 'jwt', hash: 'sha256', preimage, preview: {} }
  const keysWith = (answer: unknown) =>
    fromDidJwtSigner({
      keyId: 'k',
      publicKey: alice.publicKey,
      signer: async () => answer as string,
    })

  it('knows its one key', async () => {
    const keys = keysWith('')
    expect(await keys.get('other')).toBeUndefined()
    await expect(keys.sign('other', sha256(preimage), context)).rejects.toMatchObject({
      code: 'KEY_NOT_FOUND',
    })
  })

  it('reads signatures as text and as hex', async () => {
    const { r, s, recovery } = await (await aliceStore()).sign('k', sha256(preimage), context)
    const compact = Buffer.concat([r, s])
    for (const answer of [
      compact.toString('base64url'),
      Buffer.concat([compact, Buffer.of(recovery)]).toString('base64url'),
      { r: Buffer.from(r).toString('hex'), s: Buffer.from(s).toString('hex') },
    ]) {
      expect(await keysWith(answer).sign('k', sha256(preimage), context)).toEqual({ r, s, recovery })
    }
  })

  it.each([
    '',
    '!',
    'AAAA',
    { r: '00', s: '00' },
    { r: '0x', s: 'zz' },
    { r: 'aa'.repeat(32), s: 'aa'.repeat(31) },
  ])('refuses %j as a signature', async (answer) => {
    await expect(keysWith(answer).sign('k', sha256(preimage), context)).rejects.toMatchObject({
      code: 'KEY_SIGNATURE_INVALID',
      data: { keyId: 'k', reason: 'not 64 bytes' },
    })
  })

  it('refuses everything but tokens', async () => {
    const bytes = Uint8Array.of(255)
    for (const [digest, told] of [
      [sha256(preimage), { ...context, purpose: 'transaction' as const }],
      [sha256(bytes), { ...context, preimage: bytes }],
    ] as const) {
      await expect(keysWith('').sign('k', digest, told)).rejects.toMatchObject({
        code: 'KEY_SIGNING_REFUSED',
        data: { keyId: 'k', reason: 'not a token' },
      })
    }
  })
})

describe('toDidJwtResolver', () => {
  const bridge = toDidJwtResolver(resolver)
  const failed = (error: string) => ({
    didResolutionMetadata: { error },
    didDocument: null,
    didDocumentMetadata: {},
  })

  it('gives copies, in the envelope of did-resolver', async () => {
    const one = await bridge.resolve(UPORT)
    expect(one).toMatchObject({ didDocument: { id: UPORT }, didDocumentMetadata: { versionId: 'v1' } })
    expect(one.didResolutionMetadata.error).toBeUndefined()
    Object.assign(one.didDocument!, { id: 'changed' })
    expect((await bridge.resolve(UPORT)).didDocument?.id).toBe(UPORT)
  })

  it('passes on that the source is to be asked anew', async () => {
    const own = new TestResolver(testDocument(UPORT, []))
    await toDidJwtResolver(own).resolve(UPORT, { cache: false })
    expect(own.asked).toEqual([{ did: UPORT, fresh: true }])
  })

  it('reads the query of a DID URL', async () => {
    expect(await bridge.resolve(`${UPORT}?versionId=1`)).toMatchObject({
      didResolutionMetadata: { error: 'invalidDidUrl' },
      didDocument: null,
    })
  })

  it.each([
    ['nobody', 'invalidDid'],
    ['did:other:x', 'unsupportedDidMethod'],
    ['did:constructor:x', 'unsupportedDidMethod'],
  ])('refuses %s as %s', async (did, error) => {
    expect(await bridge.resolve(did)).toEqual(failed(error))
  })

  it('gives failures as metadata, which did-jwt reports', async () => {
    expect(await bridge.resolve('did:test:nobody')).toMatchObject({
      didResolutionMetadata: { error: 'notFound' },
      didDocument: null,
    })
    const keys = await aliceStore()
    const jwt = await signJwt({}, { did: 'did:test:nobody', keyId: 'k', keys }, { now: NOW })
    await expect(didJwt9.verifyJWT(jwt, { resolver: bridge })).rejects.toThrow('notFound')
  })
})
