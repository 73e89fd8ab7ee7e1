import { readFileSync } from 'node:fs'
import { ed25519 } from '@noble/curves/ed25519.js'
import { didResolverCases, registerConformance } from '@uport-kit/conformance'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { encodeBase58 } from '../bytes/base58.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import { sha256 } from '../bytes/hash.ts'
import { decodeHex, encodeHex } from '../bytes/hex.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { didJwtAlgorithms } from '../did-jwt/did-jwt-algorithms.ts'
import { UportError } from '../errors/uport-error.ts'
import { cidFromDigest } from '../identity/cid.ts'
import { readEncryptionKey, readProfile, readVerificationKeys } from '../identity/did-document.ts'
import { signJwt } from '../jwt/encode.ts'
import { verifyJwt } from '../jwt/verify.ts'
import { MemoryKeyStore } from '../keys/memory-key-store.ts'
import type { ContentSource } from '../ports/content.ts'
import type { Did } from '../ports/did.ts'
import type { DidResolver } from '../ports/did-resolver.ts'
import { keyDidResolver } from './key-did-resolver.ts'
import { MuportDidResolver } from './muport-did-resolver.ts'
import { naclDidResolver } from './nacl-did-resolver.ts'

const NOW = 1_700_000_000

/** Content in memory, hashed like the real thing; raw bytes instead of UnixFS. */
function contentOf(...texts: string[]): ContentSource & { readonly cids: readonly string[] } {
  const stored = new Map(texts.map((text) => [cidFromDigest(sha256(encodeUtf8(text))), encodeUtf8(text)]))
  return {
    cids: [...stored.keys()],
    async get(cid, { maxBytes }, options) {
      options?.signal?.throwIfAborted()
      const bytes = stored.get(cid)
      if (bytes === undefined)
        throw new UportError('CONTENT_NOT_FOUND', 'nobody has it', { data: { cid, sources: 1 } })
      if (bytes.length > maxBytes)
        throw new UportError('CONTENT_TOO_LARGE', 'too large', { data: { cid, maxBytes } })
      return bytes
    },
  }
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error) => error.code,
  )

const MUPORT = {
  version: 1,
  signingKey: '02756bca1edf0d0e263851b95e7963b4721d82c2e84c9d7f8a380f899dff8f721c',
  managementKey: '0214ca1c21dfa6bb2550a8559e83817ebd82cfbb8dbda56757f4c0517dde9c52ff',
  asymEncryptionKey: 'uYGr6nD/c/2hQ3hNFrWUWAdlNoelPqduYyyafrALf2U=',
  publicProfile: { name: 'lala' },
  symEncryptedData: {},
}

describe('conformance', () => {
  const content = contentOf(JSON.stringify(MUPORT))
  const subjects: [string, DidResolver, Did, Did][] = [
    [
      'keyDidResolver',
      keyDidResolver(),
      'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme',
      'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBmf',
    ],
    [
      'naclDidResolver',
      naclDidResolver(),
      'did:nacl:BvrB8iJAz_1jfq1mRxiEKfr9qcnLfq5DOGrBf2ERUHU',
      'did:nacl:BvrB8iJAz_1jfq1mRxiEKfr9qcnLfq5DOGrBf2ERUH',
    ],
    [
      'MuportDidResolver',
      new MuportDidResolver({ content }),
      `did:muport:${content.cids[0]}`,
      'did:muport:QmRhjfL4HLdB8LovGf1o43NJ8QnbfqmpdnTuBvZTewnuBV',
    ],
  ]
  for (const [name, resolver, known, unknown] of subjects)
    registerConformance({ describe, it }, name, didResolverCases, () => ({ resolver, known, unknown }))
})

// From the test vectors of the did:key method specification (W3C Credentials Community Group).
describe('did:key vectors', () => {
  const resolver = keyDidResolver()

  test.each([
    [
      'zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme',
      '9085d2bef69286a6cbb51623c8fa258629945cd55ca705cc4e66700396894e0c',
      '23o6Sau8NxxzXcgSc3PLcNxrzrZpbLeBn1izfv3jbKhuv',
    ],
    [
      'zQ3shtxV1FrJfhqE1dvxYRcCknWNjHc3c5X1y3ZSoPDi2aur2',
      'f0f4df55a2b3ff13051ea814a8f24ad00f2e469af73c363ac7e9fb999a9072ed',
      '291KzQhqCPC18PqH83XKhxv1HdqrdnxyS7dh15t2uNRzJ',
    ],
  ])('secp256k1 %s', async (id, seed, publicKeyBase58) => {
    const did: Did = `did:key:${id}`
    const { document } = await resolver.resolve(did)
    const method = {
      id: `${did}#${id}`,
      type: 'EcdsaSecp256k1VerificationKey2019',
      controller: did,
      publicKeyBase58,
    }
    expect(document).toEqual({
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/secp256k1-2019/v1'],
      id: did,
      verificationMethod: [method],
      assertionMethod: [method.id],
      authentication: [method.id],
      capabilityInvocation: [method.id],
      capabilityDelegation: [method.id],
      keyAgreement: [method.id],
    })
    const keys = new MemoryKeyStore()
    const { keyId } = await keys.import(decodeHex(seed)!)
    const jwt = await signJwt({ said: true }, { did, keys, keyId }, { now: NOW })
    const verified = await verifyJwt(jwt, { resolver, now: NOW, authentication: true })
    expect(verified.issuer).toBe(did)
  })

  test.each([
    [
      'z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp',
      0,
      '4zvwRjXUKGfvwnParsHAS3HuSVzV5cA4McphgmoCtajS',
      'z6LShs9GGnqk85isEBzzshkuVWrVKsRp24GnDuHk8QWkARMW',
      '7By6kV2t2d188odEM4ExAve1UithKT6dLva4dwsDT3ak',
    ],
    [
      'z6MkwW6aqMnjgrhJXFUko3NnZPGzVpkNzhYK7yEhnsibmLwL',
      4,
      'J3qYF7YJMKCqQke47UQwiHizgFUXapHxRxKmxbkar89x',
      'z6LSrGb3qm4xMCEBjvwkLb2WEcXfTM94Tu1RyGCbT5wbg8i9',
      'FbQtKTG6FjWSeYZyowWYv2KBcCbwmHqH6HUuxdJ4xkwP',
    ],
  ])('Ed25519 %s', async (id, seedEnd, publicKeyBase58, sealingId, sealingBase58) => {
    const did: Did = `did:key:${id}`
    const { document } = await resolver.resolve(did)
    expect(document['verificationMethod']).toEqual([
      { id: `${did}#${id}`, type: 'Ed25519VerificationKey2018', controller: did, publicKeyBase58 },
      {
        id: `${did}#${sealingId}`,
        type: 'X25519KeyAgreementKey2019',
        controller: did,
        publicKeyBase58: sealingBase58,
      },
    ])
    expect(document['keyAgreement']).toEqual([`${did}#${sealingId}`])
    expect(document['authentication']).toEqual([`${did}#${id}`])
    expect(encodeBase58(readEncryptionKey(document)!)).toBe(sealingBase58)
    const seed = new Uint8Array(32)
    seed[31] = seedEnd
    const jwt = edToken(did, seed, 'EdDSA')
    const rules = { resolver, now: NOW, algorithms: didJwtAlgorithms() }
    expect((await verifyJwt(jwt, rules)).issuer).toBe(did)
  })
})

/** A token made without the code under test. */
function edToken(issuer: string, seed: Uint8Array, alg: string): string {
  const part = (value: object) => encodeBase64url(encodeUtf8(JSON.stringify(value)))
  const input = `${part({ typ: 'JWT', alg })}.${part({ iat: NOW, exp: NOW + 60, iss: issuer })}`
  return `${input}.${encodeBase64url(ed25519.sign(encodeUtf8(input), seed))}`
}

describe('did:key and what is none', () => {
  test.each([
    ['another base', `f${encodeHex(Uint8Array.of(0xed, 1, ...new Uint8Array(32).fill(7)))}`],
    ['P-256', 'zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169'],
    ['x25519', 'z6LShs9GGnqk85isEBzzshkuVWrVKsRp24GnDuHk8QWkARMW'],
    [
      'a point off secp256k1',
      `z${encodeBase58(Uint8Array.of(0xe7, 1, 2, ...new Uint8Array(32).fill(0xff)))}`,
    ],
    ['an uncompressed point', `z${encodeBase58(Uint8Array.of(0xe7, 1, 4, ...new Uint8Array(60)))}`],
    ['31 bytes of Ed25519', `z${encodeBase58(Uint8Array.of(0xed, 1, ...new Uint8Array(31).fill(7)))}`],
    ['a point of small order', `z${encodeBase58(Uint8Array.of(0xed, 1, 1, ...new Uint8Array(31)))}`],
    ['no base58', 'z0OIl'],
    ['nothing', 'z'],
    ['a flood', `z${'1'.repeat(4000)}`],
  ])('%s is refused', async (_, id) => {
    expect(await codeOf(keyDidResolver().resolve(`did:key:${id}`))).toBe('DID_INVALID')
  })

  test('never anything but a document with keys or DID_INVALID', async () => {
    const head = fc.constantFrom([0xe7, 1], [0xed, 1], [0xe7, 1, 2], [0, 0])
    let resolved = 0
    await fc.assert(
      fc.asyncProperty(head, fc.uint8Array({ minLength: 31, maxLength: 34 }), async (prefix, body) => {
        const did: Did = `did:key:z${encodeBase58(Uint8Array.of(...prefix, ...body))}`
        try {
          const { document } = await keyDidResolver().resolve(did)
          expect(document.id).toBe(did)
          expect(readVerificationKeys(document)).toHaveLength(1)
          resolved += 1
        } catch (error) {
          expect(error).toMatchObject({ code: 'DID_INVALID' })
        }
      }),
      { numRuns: 300 },
    )
    expect(resolved).toBeGreaterThan(0)
  })
})

describe('did:nacl', () => {
  test('has the document of its package, and verifies its tokens', async () => {
    const seed = new Uint8Array(32).fill(9)
    const publicKey = ed25519.getPublicKey(seed)
    const did: Did = `did:nacl:${encodeBase64url(publicKey)}`
    const resolver = naclDidResolver()
    const { document } = await resolver.resolve(did)
    expect(document).toMatchObject({
      '@context': 'https://w3id.org/did/v1',
      publicKey: [
        { id: `${did}#key1`, type: 'ED25519SignatureVerification', owner: did },
        { id: `${did}#key2`, type: 'Curve25519EncryptionPublicKey', owner: did },
      ],
      authentication: [{ type: 'ED25519SigningAuthentication', publicKey: `${did}#key1` }],
    })
    expect(readEncryptionKey(document)).toEqual(ed25519.utils.toMontgomery(publicKey))

    const rules = { resolver, now: NOW, authentication: true, algorithms: didJwtAlgorithms() }
    const jwt = edToken(did, seed, 'Ed25519')
    const verified = await verifyJwt(jwt, rules)
    expect(verified.issuer).toBe(did)
    const stranger = edToken(did, new Uint8Array(32).fill(8), 'Ed25519')
    expect(await codeOf(verifyJwt(stranger, rules))).toBe('JWT_SIGNATURE_INVALID')
    expect(await codeOf(verifyJwt(jwt, { resolver, now: NOW }))).toBe('JWT_ALGORITHM_UNSUPPORTED')
  })

  test('has the key of the published vectors', async () => {
    const file = new URL('../../../../test/vectors/jwt.json', import.meta.url)
    const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as {
      vectors: { jwt: string; verify: { at: number }; didDocument?: { id: Did; publicKey: object[] } }[]
    }
    const mine = vectors.filter((vector) => vector.didDocument?.id.startsWith('did:nacl:'))
    expect(mine.length).toBeGreaterThan(0)
    for (const { jwt, verify, didDocument } of mine) {
      const resolver = naclDidResolver()
      const { document } = await resolver.resolve(didDocument!.id)
      expect(document).toMatchObject({
        ...didDocument,
        publicKey: expect.arrayContaining(didDocument!.publicKey),
      })
      const rules = { resolver, now: verify.at, algorithms: didJwtAlgorithms() }
      expect(await codeOf(verifyJwt(jwt, rules))).toBe('JWT_SIGNATURE_INVALID')
    }
  })

  test.each([
    ['did:nacl:hello'],
    [`did:nacl:${'A'.repeat(44)}`],
    // The neutral element, and bytes that are no point.
    [`did:nacl:AQ${'A'.repeat(41)}`],
    [`did:nacl:${encodeBase64url(new Uint8Array(32).fill(0xff))}`],
    // A last character with bits that belong to no byte: a second spelling of the same key.
    ['did:nacl:BvrB8iJAz_1jfq1mRxiEKfr9qcnLfq5DOGrBf2ERUHV'],
  ] as const)('%s is refused', async (did) => {
    expect(await codeOf(naclDidResolver().resolve(did))).toBe('DID_INVALID')
  })
})

describe('did:muport', () => {
  const resolve = async (stored: string, maxBytes?: number) => {
    const content = contentOf(stored)
    const did: Did = `did:muport:${content.cids[0]}`
    return new MuportDidResolver({ content, maxBytes }).resolve(did)
  }

  test('is mapped as its resolver did', async () => {
    const { did, document, versionId } = await resolve(JSON.stringify(MUPORT))
    expect(versionId).toBe(did.slice('did:muport:'.length))
    const owner = { owner: did }
    expect(document).toEqual({
      '@context': 'https://w3id.org/did/v1',
      id: did,
      publicKey: [
        {
          id: `${did}#signingKey`,
          type: 'Secp256k1VerificationKey2018',
          ...owner,
          publicKeyHex: MUPORT.signingKey,
        },
        {
          id: `${did}#managementKey`,
          type: 'Secp256k1VerificationKey2018',
          ...owner,
          publicKeyHex: MUPORT.managementKey,
        },
        {
          id: `${did}#encryptionKey`,
          type: 'Curve25519EncryptionPublicKey',
          ...owner,
          publicKeyBase64: MUPORT.asymEncryptionKey,
        },
      ],
      authentication: [{ type: 'Secp256k1SignatureAuthentication2018', publicKey: `${did}#signingKey` }],
      muportData: { symEncryptedData: {} },
      uportProfile: { name: 'lala' },
    })
    expect(readProfile(document)).toEqual({ name: 'lala' })
    expect(readEncryptionKey(document)).toHaveLength(32)
  })

  test('manages by an address, keeps the recovery network, and verifies its tokens', async () => {
    const keys = new MemoryKeyStore()
    const { keyId, publicKey } = await keys.import(new Uint8Array(32).fill(3))
    const managementKey = `0x${'Ab'.repeat(20)}`
    const stored = JSON.stringify({
      ...MUPORT,
      signingKey: `0x${encodeHex(publicKey)}`,
      managementKey,
      publicProfile: 'not an object',
      recoveryNetwork: ['did:muport:x'],
    })
    const content = contentOf(stored)
    const did: Did = `did:muport:${content.cids[0]}`
    const resolver = new MuportDidResolver({ content })
    const { document } = await resolver.resolve(did)
    expect(document['muportData']).toEqual({ symEncryptedData: {}, recoveryNetwork: ['did:muport:x'] })
    expect(document).not.toHaveProperty('uportProfile')
    expect(readVerificationKeys(document)[1]?.ethereumAddress).toBe(managementKey.toLowerCase())
    const jwt = await signJwt({}, { did, keys, keyId }, { now: NOW })
    const verified = await verifyJwt(jwt, { resolver, now: NOW, authentication: true })
    expect(verified.key.id).toBe(`${did}#signingKey`)
  })

  test('an odd management or encryption key does not hide the one that signs', async () => {
    const { document } = await resolve(
      JSON.stringify({ ...MUPORT, managementKey: '09'.repeat(33), asymEncryptionKey: '?' }),
    )
    expect(readVerificationKeys(document)).toHaveLength(1)
    expect(readEncryptionKey(document)).toBeUndefined()
  })

  test.each([
    ['no JSON', '<html>'],
    ['a list', '[1]'],
    ['null', 'null'],
    ['another version', JSON.stringify({ ...MUPORT, version: 2 })],
    ['no signing key', JSON.stringify({ ...MUPORT, signingKey: undefined })],
    ['a signing key that is none', JSON.stringify({ ...MUPORT, signingKey: '0x12' })],
    ['no management key', JSON.stringify({ ...MUPORT, managementKey: '' })],
    ['a number as a key', JSON.stringify({ ...MUPORT, asymEncryptionKey: 7 })],
    ['too deep', `{"version":1,"x":${'['.repeat(50)}${']'.repeat(50)}}`],
  ])('%s is refused', async (_, stored) => {
    expect(await codeOf(resolve(stored))).toBe('DID_DOCUMENT_INVALID')
  })

  test('is bounded, and asks for no content under another name', async () => {
    expect(await codeOf(resolve(JSON.stringify(MUPORT), 10))).toBe('CONTENT_TOO_LARGE')
    const resolver = new MuportDidResolver({ content: contentOf() })
    for (const id of ['tmaZBBKPS2NWc6PMZbUk9zUHCo1SHKzQPPX4ndfwaYzmxs', 'Qm', '..', `Qm${'1'.repeat(44)}`])
      expect(await codeOf(resolver.resolve(`did:muport:${id}`))).toBe('DID_INVALID')
  })
})
