import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeBase58 } from '../bytes/base58.ts'
import { encodeBase64 } from '../bytes/base64.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import { concatBytes } from '../bytes/concat.ts'
import { encodeHex } from '../bytes/hex.ts'
import type { Json } from '../ports/json.ts'
import { parseDidDocument, readEncryptionKey, readProfile, readVerificationKeys } from './did-document.ts'

const MNID = '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'
const DID = 'did:example:subject'
const ADDRESS = '0x00521965E7bd230323c423d96c657db5b79d099f'
const X = new Uint8Array(32).fill(7)
const Y = new Uint8Array(32).fill(8)
const POINT = concatBytes(Uint8Array.of(4), X, Y)
const COMPRESSED = concatBytes(Uint8Array.of(2), X)
const KEY32 = new Uint8Array(32).fill(9)

const multibase =
  (...codec: number[]) =>
  (key: Uint8Array) =>
    `z${encodeBase58(concatBytes(Uint8Array.of(...codec), key))}`
const secpMultibase = multibase(0xe7, 0x01)
const edMultibase = multibase(0xed, 0x01)
const xMultibase = multibase(0xec, 0x01)

const parse = (members: Record<string, Json>) => parseDidDocument({ id: DID, ...members }, DID)
const keysOf = (method: Record<string, Json>, list = 'verificationMethod') =>
  readVerificationKeys(parse({ [list]: [{ id: `${DID}#k`, ...method }] }))

describe('parseDidDocument', () => {
  it('gives a frozen copy', () => {
    const source = { id: DID, service: [{ id: '#s' }] }
    const document = parseDidDocument(source, DID)
    expect(document).toEqual(source)
    expect(document['service']).not.toBe(source.service)
    expect(Object.isFrozen(document) && Object.isFrozen(document['service'])).toBe(true)
  })

  it('compares ids folded', () => {
    expect(parseDidDocument({ id: `did:ethr:${ADDRESS}` }, `did:ethr:${ADDRESS.toLowerCase()}`).id).toBe(
      `did:ethr:${ADDRESS}`,
    )
    expect(parseDidDocument({ id: MNID }, MNID).id).toBe(`did:uport:${MNID}`)
    expect(parseDidDocument({ id: `did:uport:${MNID}` }, MNID).id).toBe(`did:uport:${MNID}`)
  })

  it.each(['did:example:other', 'hello', `${DID}#k`, ''])('refuses a document of %j', (id) => {
    expect(() => parseDidDocument({ id }, DID)).toThrow(
      expect.objectContaining({ code: 'DID_DOCUMENT_ID_MISMATCH', data: { expected: DID, found: id } }),
    )
  })

  it.each([
    ['null', null],
    ['nothing', undefined],
    ['an array', [{ id: DID }]],
    ['text', DID],
    ['no id', {}],
    ['another id type', { id: 1 }],
    ['many members', { id: DID, ...Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`m${i}`, 1])) }],
    ['many keys', { id: DID, publicKey: new Array(65).fill({}) }],
    ['much text', { id: DID, x: 'x'.repeat(300_000) }],
    ['deep nesting', { id: DID, x: JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) }],
  ])('refuses %s', (_, value) => {
    expect(() => parseDidDocument(value, DID)).toThrow(
      expect.objectContaining({ code: 'DID_DOCUMENT_INVALID' }),
    )
  })

  it('refuses to be asked for what is no DID', () => {
    expect(() => parseDidDocument({ id: DID }, 'hello')).toThrow(
      expect.objectContaining({ code: 'DID_INVALID' }),
    )
  })
})

describe('secp256k1 keys', () => {
  it.each([
    'Secp256k1VerificationKey2018',
    'Secp256k1SignatureVerificationKey2018',
    'EcdsaPublicKeySecp256k1',
    'EcdsaSecp256k1VerificationKey2019',
  ])('of type %s', (type) => {
    expect(keysOf({ type, publicKeyHex: encodeHex(POINT) })).toEqual([
      { id: `${DID}#k`, type, controller: undefined, authentication: false, publicKey: POINT },
    ])
  })

  it.each([
    ['hex', { publicKeyHex: encodeHex(POINT) }],
    ['hex with 0x', { publicKeyHex: `0x${encodeHex(POINT)}` }],
    ['upper-case hex', { publicKeyHex: encodeHex(POINT).toUpperCase() }],
    ['Base64', { publicKeyBase64: encodeBase64(POINT) }],
    ['base64url', { publicKeyBase64: encodeBase64url(POINT) }],
    ['base58', { publicKeyBase58: encodeBase58(POINT) }],
    ['multibase', { publicKeyMultibase: secpMultibase(POINT) }],
    ['multibase without codec', { publicKeyMultibase: `z${encodeBase58(POINT)}` }],
    ['hex multibase', { publicKeyMultibase: `f${encodeHex(POINT)}` }],
    ['base64url multibase', { publicKeyMultibase: `u${encodeBase64url(POINT)}` }],
    ['Base64 multibase', { publicKeyMultibase: `m${encodeBase64(POINT).replaceAll('=', '')}` }],
    ['JWK', { publicKeyJwk: { kty: 'EC', crv: 'secp256k1', x: encodeBase64url(X), y: encodeBase64url(Y) } }],
  ])('in %s', (_, material) => {
    expect(keysOf({ type: 'EcdsaSecp256k1VerificationKey2019', ...material })).toMatchObject([
      { publicKey: POINT },
    ])
  })

  it('compressed', () => {
    const material = { publicKeyHex: encodeHex(COMPRESSED) }
    expect(keysOf({ type: 'Secp256k1VerificationKey2018', ...material })).toMatchObject([
      { publicKey: COMPRESSED },
    ])
  })

  it('of types that name no curve, only where the material does', () => {
    const jwk = { kty: 'EC', crv: 'secp256k1', x: encodeBase64url(X), y: encodeBase64url(Y) }
    expect(keysOf({ type: 'JsonWebKey2020', publicKeyJwk: jwk })).toMatchObject([{ publicKey: POINT }])
    expect(keysOf({ type: 'Multikey', publicKeyMultibase: secpMultibase(COMPRESSED) })).toMatchObject([
      { publicKey: COMPRESSED },
    ])
    expect(keysOf({ type: 'Multikey', publicKeyMultibase: `z${encodeBase58(COMPRESSED)}` })).toEqual([])
    expect(keysOf({ type: 'JsonWebKey2020', publicKeyHex: encodeHex(POINT) })).toEqual([])
    expect(keysOf({ type: 'JsonWebKey2020', publicKeyJwk: { ...jwk, crv: 'P-256' } })).toEqual([])
    expect(keysOf({ type: 'JsonWebKey2020', publicKeyJwk: { ...jwk, kty: 'OKP' } })).toEqual([])
    expect(
      keysOf({ type: 'JsonWebKey2020', publicKeyJwk: { ...jwk, x: encodeBase64url(X.subarray(1)) } }),
    ).toEqual([])
  })
})

describe('addresses', () => {
  it.each([
    { ethereumAddress: ADDRESS },
    { blockchainAccountId: `eip155:1:${ADDRESS}` },
    { blockchainAccountId: `${ADDRESS}@eip155:1` },
  ])('in %j', (material) => {
    expect(keysOf({ type: 'EcdsaSecp256k1RecoveryMethod2020', ...material })).toMatchObject([
      { ethereumAddress: ADDRESS.toLowerCase() },
    ])
    expect(keysOf({ type: 'Secp256k1VerificationKey2018', ...material })).toMatchObject([
      { ethereumAddress: ADDRESS.toLowerCase() },
    ])
  })

  it.each([
    { ethereumAddress: ADDRESS.slice(2) },
    { ethereumAddress: `${ADDRESS}00` },
    { blockchainAccountId: `cosmos:1:${ADDRESS}` },
    { blockchainAccountId: `eip155:1:${ADDRESS}:x` },
    { blockchainAccountId: 'x'.repeat(1000) },
    { blockchainAccountId: 7 },
  ])('not in %j', (material) => {
    expect(keysOf({ type: 'EcdsaSecp256k1RecoveryMethod2020', ...material })).toEqual([])
  })
})

describe('Ed25519 keys', () => {
  it.each([
    { type: 'ED25519SignatureVerification', publicKeyBase64: encodeBase64(KEY32) },
    { type: 'Ed25519VerificationKey2018', publicKeyBase58: encodeBase58(KEY32) },
    { type: 'Ed25519VerificationKey2020', publicKeyMultibase: edMultibase(KEY32) },
    { type: 'Multikey', publicKeyMultibase: edMultibase(KEY32) },
    { type: 'JsonWebKey2020', publicKeyJwk: { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(KEY32) } },
  ])('of type $type', (method) => {
    expect(keysOf(method)).toMatchObject([{ ed25519: KEY32 }])
  })
})

describe('readVerificationKeys', () => {
  it('passes over what it cannot read, and never lets it hide the rest', () => {
    const good = { id: `${DID}#good`, type: 'Secp256k1VerificationKey2018', publicKeyHex: encodeHex(POINT) }
    const odd: Json[] = [
      null,
      1,
      'text',
      [],
      {},
      { id: 1, type: good.type, publicKeyHex: good.publicKeyHex },
      { id: '#k', type: 7, publicKeyHex: good.publicKeyHex },
      { id: '#k', type: good.type },
      { id: '#k', type: good.type, publicKeyHex: null },
      { id: '#k', type: good.type, publicKeyHex: '0xzz' },
      { id: '#k', type: good.type, publicKeyHex: 'ab'.repeat(500) },
      { id: '#k', type: good.type, publicKeyHex: `05${'00'.repeat(64)}` },
      { id: '#k', type: good.type, publicKeyMultibase: '' },
      { id: '#k', type: good.type, publicKeyMultibase: 'q0' },
      { id: '#k', type: good.type, publicKeyJwk: [] },
      { id: '#k', type: 'RsaVerificationKey2018', publicKeyPem: 'x' },
      { id: '#k', type: 'Curve25519EncryptionPublicKey', publicKeyBase64: encodeBase64(KEY32) },
      { id: '#k', type: 'X25519KeyAgreementKey2020', publicKeyMultibase: xMultibase(KEY32) },
    ]
    for (const list of ['publicKey', 'verificationMethod']) {
      expect(readVerificationKeys(parse({ [list]: [...odd, good] })).map((key) => key.id)).toEqual([
        `${DID}#good`,
      ])
    }
    expect(
      readVerificationKeys(parse({ publicKey: good, verificationMethod: 'x', authentication: null })),
    ).toEqual([])
  })

  it('reads both vocabularies at once, and whose key it is', () => {
    const keys = readVerificationKeys(
      parse({
        verificationMethod: [
          {
            id: '#a',
            type: 'EcdsaSecp256k1VerificationKey2019',
            controller: 'did:example:c',
            publicKeyHex: encodeHex(POINT),
          },
        ],
        publicKey: [
          { id: '#b', type: 'Secp256k1VerificationKey2018', owner: DID, publicKeyHex: encodeHex(COMPRESSED) },
        ],
      }),
    )
    expect(keys.map(({ id, controller }) => [id, controller])).toEqual([
      [`${DID}#a`, 'did:example:c'],
      [`${DID}#b`, DID],
    ])
  })

  it('keeps two keys that share an id', () => {
    const type = 'Secp256k1VerificationKey2018'
    const keys = readVerificationKeys(
      parse({
        publicKey: [
          { id: '#k', type, ethereumAddress: ADDRESS },
          { id: '#k', type, publicKeyHex: encodeHex(POINT) },
        ],
      }),
    )
    expect(keys).toHaveLength(2)
  })

  it.each([
    ['text', ['#k']],
    ['absolute text', [`${DID}#k`]],
    ['an object with an id', [{ type: 'Secp256k1SignatureAuthentication2018', publicKey: `${DID}#k` }]],
    ['an object with a relative id', [{ type: 'Secp256k1SignatureAuthentication2018', publicKey: '#k' }]],
    ['an object with ids', [{ type: 'Secp256k1SignatureAuthentication2018', publicKey: ['#x', '#k'] }]],
    ['one of several', [null, 7, {}, [], '#x', '#k']],
  ] as [string, Json][])('reads authentication as %s', (_, authentication) => {
    const publicKey = [
      { id: '#k', type: 'Secp256k1VerificationKey2018', publicKeyHex: encodeHex(POINT) },
      { id: '#other', type: 'Secp256k1VerificationKey2018', publicKeyHex: encodeHex(COMPRESSED) },
    ]
    const keys = readVerificationKeys(parse({ publicKey, authentication }))
    expect(keys.map((key) => key.authentication)).toEqual([true, false])
  })

  it('reads methods embedded in a relationship, but not those for key agreement', () => {
    const method = (id: string) => ({
      id,
      type: 'EcdsaSecp256k1VerificationKey2019',
      publicKeyHex: encodeHex(POINT),
    })
    const keys = readVerificationKeys(
      parse({
        authentication: [method('#a')],
        assertionMethod: [method('#b')],
        keyAgreement: [method('#c')],
      }),
    )
    expect(keys.map(({ id, authentication }) => [id, authentication])).toEqual([
      [`${DID}#a`, true],
      [`${DID}#b`, false],
    ])
  })

  it('never throws', () => {
    const texts = fc.constantFrom(
      'publicKey',
      'id',
      'type',
      '#k',
      'Secp256k1VerificationKey2018',
      'publicKeyHex',
      'z6LS',
      '',
    )
    const json = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        texts,
        fc.constantFrom(null, 0, true),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(texts, tie('value'), { maxKeys: 5 }),
      ),
    })).value
    fc.assert(
      fc.property(json, json, json, (publicKey, verificationMethod, authentication) => {
        const document = parse({ publicKey, verificationMethod, authentication, keyAgreement: publicKey })
        expect(Array.isArray(readVerificationKeys(document))).toBe(true)
        readEncryptionKey(document)
        readProfile(document)
      }),
      { numRuns: 300 },
    )
  })
})

describe('readEncryptionKey', () => {
  it.each([
    ['publicKey', { type: 'Curve25519EncryptionPublicKey', publicKeyBase64: encodeBase64(KEY32) }],
    [
      'publicKey',
      { type: 'Curve25519EncryptionPublicKey', publicKeyBase64: encodeBase64(KEY32).replace('=', '') },
    ],
    ['keyAgreement', { type: 'X25519KeyAgreementKey2019', publicKeyBase58: encodeBase58(KEY32) }],
    ['keyAgreement', { type: 'X25519KeyAgreementKey2020', publicKeyMultibase: xMultibase(KEY32) }],
    ['keyAgreement', { type: 'Multikey', publicKeyMultibase: xMultibase(KEY32) }],
    [
      'verificationMethod',
      { type: 'JsonWebKey2020', publicKeyJwk: { kty: 'OKP', crv: 'X25519', x: encodeBase64url(KEY32) } },
    ],
  ] as [string, Record<string, Json>][])('reads it from %s: %j', (list, method) => {
    expect(readEncryptionKey(parse({ [list]: [null, { type: 1 }, { id: '#e', ...method }] }))).toEqual(KEY32)
  })

  it.each([
    { type: 'Curve25519EncryptionPublicKey', publicKeyBase64: 'AAAA' },
    { type: 'Ed25519VerificationKey2018', publicKeyBase58: encodeBase58(KEY32) },
    { type: 'Multikey', publicKeyMultibase: edMultibase(KEY32) },
    { type: 'JsonWebKey2020', publicKeyJwk: { kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(KEY32) } },
  ])('finds none in %j', (method) => {
    expect(readEncryptionKey(parse({ publicKey: [{ id: '#e', ...method }] }))).toBeUndefined()
  })

  it('does not take a key for verification', () => {
    const publicKey = [
      { id: '#e', type: 'Curve25519EncryptionPublicKey', publicKeyBase64: encodeBase64(KEY32) },
    ]
    expect(readVerificationKeys(parse({ publicKey }))).toEqual([])
  })
})

describe('readProfile', () => {
  it('is the profile, or empty', () => {
    expect(readProfile(parse({ uportProfile: { name: 'Bob' } }))).toEqual({ name: 'Bob' })
    expect(readProfile(parse({}))).toEqual({})
    expect(readProfile(parse({ uportProfile: ['Bob'] }))).toEqual({})
  })
})
