import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import {
  addressMethod,
  forgeToken,
  hexMethod,
  NOW,
  part,
  TestResolver,
  testDocument,
  testKey,
} from '../../test-support/tokens.ts'
import { UportError } from '../errors/uport-error.ts'
import { readVerificationKeys } from '../identity/did-document.ts'
import type { Did, DidDocument, DidResolver } from '../ports/index.ts'
import { createNobleEngine } from './noble-engine.ts'
import type { Secp256k1Engine } from './secp256k1-engine.ts'
import type { SignatureVerifier, SignedToken } from './signature-verifier.ts'
import { type VerifyJwtRules, verifyJwt } from './verify.ts'

const alice = testKey('alice')
const bob = testKey('bob')
const carol = testKey('carol')
const ISS: Did = 'did:test:alice'
const K = { typ: 'JWT', alg: 'ES256K' }
const R = { typ: 'JWT', alg: 'ES256K-R' }
const CLAIMS = { iat: NOW, iss: ISS }
const aliceDocument = testDocument(ISS, [hexMethod('#keys-1', alice)])

function verify(jwt: unknown, document: DidDocument = aliceDocument, rules: Partial<VerifyJwtRules> = {}) {
  return verifyJwt(jwt, { resolver: new TestResolver(document), now: NOW, ...rules })
}

function failure(code: string, data?: object) {
  return expect.objectContaining({ name: 'UportError', code, ...(data && { data }) })
}

/** Counts what is asked of the arithmetic. */
function countingEngine() {
  const calls: string[] = []
  const noble = createNobleEngine()
  const engine: Secp256k1Engine = {
    ...noble,
    verify: (...parameters) => {
      calls.push('verify')
      return noble.verify(...parameters)
    },
    recover: (...parameters) => {
      calls.push(`recover ${parameters[1]}`)
      return noble.recover(...parameters)
    },
  }
  return { engine, calls }
}

describe('result', () => {
  it('says who, what and by which key', async () => {
    const resolver = new TestResolver(aliceDocument)
    const payload = { ...CLAIMS, own: { name: 'Alice' } }
    const jwt = forgeToken(K, payload, alice)
    const verified = await verifyJwt(jwt, { resolver, now: NOW })
    expect(verified).toMatchObject({
      issuer: ISS,
      header: K,
      payload,
      jwt,
      signingInput: jwt.slice(0, jwt.lastIndexOf('.')),
      skewUsed: 0,
    })
    expect(verified.document).toEqual(aliceDocument)
    expect(verified.key).toEqual(readVerificationKeys(aliceDocument)[0])
    expect(verified.key.id).toBe(`${ISS}#keys-1`)
    expect(verified.resolved.versionId).toBe('v1')
    expect(resolver.asked).toEqual([{ did: ISS, fresh: undefined }])
  })

  it('cannot be changed', async () => {
    const verified = await verify(forgeToken(K, { ...CLAIMS, own: { list: [{}] } }, alice))
    const own = verified.payload['own'] as { list: object[] }
    for (const value of [
      verified,
      verified.payload,
      own,
      own.list,
      own.list[0],
      verified.header,
      verified.document,
    ]) {
      expect(Object.isFrozen(value)).toBe(true)
    }
  })

  it('reports the tolerance that was needed', async () => {
    expect((await verify(forgeToken(K, { ...CLAIMS, iat: NOW + 42 }, alice))).skewUsed).toBe(42)
  })

  it('folds the issuer, and resolves the folded one', async () => {
    const did = `did:ethr:${alice.address}` as const
    const document = testDocument(did, [addressMethod('#owner', alice)])
    const resolver = new TestResolver(document)
    const iss = `did:ethr:0x${alice.address.slice(2).toUpperCase()}`
    const verified = await verifyJwt(forgeToken(R, { iat: NOW, iss }, alice, 'ES256K-R'), {
      resolver,
      now: NOW,
    })
    expect(verified.issuer).toBe(did)
    expect(verified.payload['iss']).toBe(iss)
    expect(resolver.asked[0]?.did).toBe(did)
  })

  it('asks afresh where the rules say so', async () => {
    const resolver = new TestResolver(aliceDocument)
    await verifyJwt(forgeToken(K, CLAIMS, alice), { resolver, now: NOW, fresh: true })
    expect(resolver.asked).toEqual([{ did: ISS, fresh: true }])
  })
})

describe('rules keep no state', () => {
  it('serve tokens of different issuers in turn', async () => {
    const bobDocument = testDocument('did:test:bob', [hexMethod('#keys-1', bob)])
    const resolver = new TestResolver(aliceDocument, bobDocument)
    const rules: VerifyJwtRules = Object.freeze({ resolver, now: NOW, engine: createNobleEngine() })
    const before = { ...rules }
    const byAlice = forgeToken(K, CLAIMS, alice)
    const byBob = forgeToken(K, { iat: NOW, iss: 'did:test:bob' }, bob)
    const bobsNameByAlice = forgeToken(K, { iat: NOW, iss: 'did:test:bob' }, alice)

    expect((await verifyJwt(byAlice, rules)).issuer).toBe(ISS)
    expect((await verifyJwt(byBob, rules)).issuer).toBe('did:test:bob')
    await verifyJwt(byAlice, rules)
    await expect(verifyJwt(bobsNameByAlice, rules)).rejects.toEqual(failure('JWT_SIGNATURE_INVALID'))
    expect(resolver.asked.map((call) => call.did)).toEqual([ISS, 'did:test:bob', ISS, 'did:test:bob'])
    expect(rules).toEqual(before)
  })
})

describe('header', () => {
  it.each([
    'none',
    'HS256',
    'ES256',
    'es256k',
    'ES256K ',
    '',
    'EdDSA',
    '__proto__',
    'constructor',
    'x'.repeat(40),
  ])('algorithm %j is refused before anybody is asked', async (alg) => {
    const resolver = new TestResolver(aliceDocument)
    await expect(
      verifyJwt(forgeToken({ typ: 'JWT', alg }, CLAIMS, alice), { resolver, now: NOW }),
    ).rejects.toEqual(failure('JWT_ALGORITHM_UNSUPPORTED', { algorithm: alg.slice(0, 32) }))
    expect(resolver.asked).toEqual([])
  })

  it('critical members are refused (RFC 7515, section 4.1.11)', async () => {
    await expect(verify(forgeToken({ ...K, crit: ['b64'], b64: false }, CLAIMS, alice))).rejects.toEqual(
      failure('JWT_MALFORMED', { reason: 'header has critical members' }),
    )
  })

  it('typ and order of members do not matter', async () => {
    await expect(verify(forgeToken({ alg: 'ES256K' }, CLAIMS, alice))).resolves.toBeDefined()
    await expect(verify(forgeToken({ alg: 'ES256K', typ: 'x' }, CLAIMS, alice))).resolves.toBeDefined()
  })
})

describe('issuer', () => {
  it.each([
    [undefined, 'missing'],
    [null, 'not text'],
    [1, 'not text'],
    [[ISS], 'not text'],
    [{ id: ISS }, 'not text'],
  ])('%j is refused', async (iss, reason) => {
    await expect(verify(forgeToken(K, { iat: NOW, iss }, alice))).rejects.toEqual(
      failure('JWT_CLAIM_INVALID', { claim: 'iss', reason }),
    )
  })

  it.each(['', 'hello', alice.address, 'did:test', `${ISS}#keys-1`, `did:test:${'a'.repeat(5000)}`])(
    '%j is no identifier',
    async (iss) => {
      await expect(verify(forgeToken(K, { iat: NOW, iss }, alice))).rejects.toEqual(failure('DID_INVALID'))
    },
  )
})

describe('claims are judged before anybody is asked', () => {
  it.each([
    [{ exp: 'never' }, { claim: 'exp', reason: 'not an integer' }],
    [{ iat: '1' }, { claim: 'iat', reason: 'not an integer' }],
    [{ nbf: null }, { claim: 'nbf', reason: 'not an integer' }],
    [{ aud: 1 }, { claim: 'aud', reason: 'not text or an array of texts' }],
  ])('%j', async (claims, data) => {
    const resolver = new TestResolver(aliceDocument)
    await expect(
      verifyJwt(forgeToken(K, { ...CLAIMS, ...claims }, alice), { resolver, now: NOW }),
    ).rejects.toEqual(failure('JWT_CLAIM_INVALID', data))
    expect(resolver.asked).toEqual([])
  })

  it('a number beyond the range is no time', async () => {
    const payload = `{"iss":"${ISS}","exp":1e400}`
    await expect(verify(forgeToken(K, payload, alice))).rejects.toEqual(
      failure('JWT_CLAIM_INVALID', { claim: 'exp', reason: 'not an integer' }),
    )
  })

  it('the rules may require exp', async () => {
    await expect(
      verify(forgeToken(K, CLAIMS, alice), aliceDocument, { requireExpiry: true }),
    ).rejects.toEqual(failure('JWT_CLAIM_INVALID', { claim: 'exp', reason: 'missing' }))
  })
})

describe('resolution', () => {
  it('passes the codes of the resolver on', async () => {
    await expect(verify(forgeToken(K, { iat: NOW, iss: 'did:test:nobody' }, alice))).rejects.toEqual(
      failure('DID_NOT_FOUND', { did: 'did:test:nobody' }),
    )
  })

  it.each([
    ['rejects', async () => Promise.reject(new Error('boom'))],
    [
      'throws',
      () => {
        throw new Error('boom')
      },
    ],
  ])('makes a code of a resolver that %s', async (_, resolve) => {
    const resolver: DidResolver = { methods: ['test'], resolve }
    await expect(verifyJwt(forgeToken(K, CLAIMS, alice), { resolver, now: NOW })).rejects.toMatchObject({
      code: 'DID_RESOLUTION_FAILED',
      data: { did: ISS },
      retryable: true,
      cause: new Error('boom'),
    })
  })

  it.each([undefined, null, 'text', [], {}])('refuses %j as a document', async (document) => {
    const resolver: DidResolver = {
      methods: ['test'],
      resolve: async (did) => ({ did, document: document as unknown as DidDocument }),
    }
    await expect(verifyJwt(forgeToken(K, CLAIMS, alice), { resolver, now: NOW })).rejects.toEqual(
      failure('DID_DOCUMENT_INVALID'),
    )
  })

  it("refuses somebody else's document", async () => {
    const document = testDocument('did:test:mallory', [hexMethod('#keys-1', alice)])
    const resolver: DidResolver = { methods: ['test'], resolve: async (did) => ({ did, document }) }
    await expect(verifyJwt(forgeToken(K, CLAIMS, alice), { resolver, now: NOW })).rejects.toEqual(
      failure('DID_DOCUMENT_ID_MISMATCH', { expected: ISS, found: 'did:test:mallory' }),
    )
  })

  it('ends with the reason of the signal, before and during', async () => {
    const jwt = forgeToken(K, CLAIMS, alice)
    const asked: Did[] = []
    const resolver: DidResolver = {
      methods: ['test'],
      resolve: (did) => {
        asked.push(did)
        return new Promise(() => {})
      },
    }
    const rules = { resolver, now: NOW }
    await expect(verifyJwt(jwt, rules, { signal: AbortSignal.abort('early') })).rejects.toBe('early')
    expect(asked).toEqual([])
    const controller = new AbortController()
    const outcome = verifyJwt(jwt, rules, { signal: controller.signal })
    expect(asked).toEqual([ISS])
    controller.abort('enough')
    await expect(outcome).rejects.toBe('enough')
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  it('hands the signal to the resolver', async () => {
    const { signal } = new AbortController()
    let seen: AbortSignal | undefined
    const resolver: DidResolver = {
      methods: ['test'],
      resolve: async (did, options) => {
        seen = options?.signal
        return { did, document: aliceDocument }
      },
    }
    await verifyJwt(forgeToken(K, CLAIMS, alice), { resolver, now: NOW }, { signal })
    expect(seen).toBe(signal)
  })
})

describe('signature', () => {
  it.each([
    ['ES256K', K, 0],
    ['ES256K', K, 63],
    ['ES256K', K, 65],
    ['ES256K-R', R, 64],
    ['ES256K-R', R, 66],
  ])('%s (%j) of %i bytes has the wrong length', async (algorithm, header, bytes) => {
    const signature = bytes === 0 ? '' : Buffer.alloc(bytes, 1).toString('base64url')
    const jwt = `${part(header)}.${part(CLAIMS)}.${signature}`
    const resolver = new TestResolver(aliceDocument)
    const wanted =
      bytes === 0 ? failure('JWT_MALFORMED') : failure('JWT_SIGNATURE_LENGTH', { algorithm, bytes })
    await expect(verifyJwt(jwt, { resolver, now: NOW })).rejects.toEqual(wanted)
    expect(resolver.asked).toEqual([])
  })

  it.each([2, 3, 27, 28, 255])('recovery id %i is refused', async (recovery) => {
    const jwt = forgeToken(R, CLAIMS, alice, 'ES256K-R')
    const signature = Buffer.from(jwt.slice(jwt.lastIndexOf('.') + 1), 'base64url')
    signature[64] = recovery
    const altered = `${jwt.slice(0, jwt.lastIndexOf('.'))}.${signature.toString('base64url')}`
    await expect(verify(altered)).rejects.toEqual(
      failure('JWT_SIGNATURE_INVALID', { issuer: ISS, keysTried: [`${ISS}#keys-1`] }),
    )
  })

  const compressed = hexMethod('#c', alice)
  const uncompressed = hexMethod('#u', alice, 'uncompressed')
  const address = addressMethod('#a', alice)
  const others = [hexMethod('#bob', bob), addressMethod('#carol', carol), { id: '#odd', type: 'Odd' }]

  it.each([
    ['compressed', [compressed], '#c'],
    ['uncompressed', [uncompressed], '#u'],
    ['address', [address], '#a'],
    ['compressed among others', [...others, compressed], '#c'],
    ['uncompressed among others', [...others, uncompressed], '#u'],
    ['address among others', [...others, address], '#a'],
    ['a whole key before an address', [address, compressed], '#c'],
    ['the first of equals', [uncompressed, compressed], '#u'],
  ])('finds the key: %s', async (_, methods, id) => {
    const document = testDocument(ISS, methods)
    expect((await verify(forgeToken(K, CLAIMS, alice), document)).key.id).toBe(`${ISS}${id}`)
    expect((await verify(forgeToken(R, CLAIMS, alice, 'ES256K-R'), document)).key.id).toBe(`${ISS}${id}`)
  })

  it('finds an address by either recovery id', async () => {
    const document = testDocument(ISS, [address])
    const recoveries = new Set<number>()
    for (let n = 0; n < 16; n++) {
      const { signature } = await verifiedSignature(forgeToken(R, { ...CLAIMS, n }, alice, 'ES256K-R'))
      recoveries.add(signature[64]!)
      await expect(verify(forgeToken(K, { ...CLAIMS, n }, alice), document)).resolves.toBeDefined()
    }
    expect(recoveries).toEqual(new Set([0, 1]))
  })

  it('accepts high s, and both spellings have one signing input', async () => {
    const low = forgeToken(K, CLAIMS, alice)
    const high = flipS(low)
    expect(high).not.toBe(low)
    const [one, two] = await Promise.all([verify(low), verify(high)])
    expect(one.signingInput).toBe(two.signingInput)
  })

  it.each([
    ['ES256K', K, 'ES256K'],
    ['ES256K-R', R, 'ES256K-R'],
  ] as const)('%s by another key is refused with the keys that were tried', async (_, header, form) => {
    const document = testDocument(ISS, [
      hexMethod('#one', bob),
      addressMethod('#two', carol),
      { id: '#odd', type: 'Odd' },
    ])
    await expect(verify(forgeToken(header, CLAIMS, alice, form), document)).rejects.toEqual(
      failure('JWT_SIGNATURE_INVALID', { issuer: ISS, keysTried: [`${ISS}#one`, `${ISS}#two`] }),
    )
  })

  it('is not found where a listed key only shares its x with the signer', async () => {
    const wrong = alice.uncompressed.slice()
    wrong[40] = wrong[40]! ^ 1
    const document = testDocument(ISS, [
      {
        id: '#wrong',
        type: 'Secp256k1VerificationKey2018',
        publicKeyHex: Buffer.from(wrong).toString('hex'),
      },
      hexMethod('#bob', bob),
    ])
    await expect(verify(forgeToken(K, CLAIMS, alice), document)).rejects.toEqual(
      failure('JWT_SIGNATURE_INVALID'),
    )
    await expect(verify(forgeToken(R, CLAIMS, alice, 'ES256K-R'), document)).rejects.toEqual(
      failure('JWT_SIGNATURE_INVALID'),
    )
  })

  it('costs no more than one verification and two recoveries, however many keys there are', async () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      hexMethod(`#k${index}`, testKey(`other ${index % 5}`)),
    )
    const cases: [string, DidDocument, number][] = [
      [forgeToken(K, CLAIMS, alice), testDocument(ISS, [compressed]), 1],
      [forgeToken(K, CLAIMS, alice), testDocument(ISS, [hexMethod('#bob', bob)]), 1],
      [
        forgeToken(K, CLAIMS, alice),
        testDocument(ISS, [hexMethod('#bob', bob), addressMethod('#c', carol)]),
        3,
      ],
      [forgeToken(K, CLAIMS, alice), testDocument(ISS, many), 2],
      [forgeToken(R, CLAIMS, alice, 'ES256K-R'), testDocument(ISS, many), 1],
    ]
    for (const [jwt, document, cost] of cases) {
      const { engine, calls } = countingEngine()
      await verify(jwt, document, { engine }).catch(() => undefined)
      expect(calls).toHaveLength(cost)
    }
  })

  it('never becomes another: any flipped bit fails', async () => {
    const jwt = forgeToken(R, { ...CLAIMS, text: 'abc' }, alice, 'ES256K-R')
    const { signature, signingInput } = await verifiedSignature(jwt)
    for (const index of [0, 17, 31, 32, 50, 63, 64]) {
      const altered = signature.slice()
      altered[index] = altered[index]! ^ 1
      const token = `${signingInput}.${Buffer.from(altered).toString('base64url')}`
      await expect(verify(token)).rejects.toEqual(failure('JWT_SIGNATURE_INVALID'))
    }
  })
})

describe('keys', () => {
  it('none for the algorithm', async () => {
    const document = testDocument(ISS, [
      { id: '#x', type: 'Curve25519EncryptionPublicKey', publicKeyBase64: 'AAAA' },
    ])
    for (const [header, form] of [
      [K, 'ES256K'],
      [R, 'ES256K-R'],
    ] as const) {
      await expect(verify(forgeToken(header, CLAIMS, alice, form), document)).rejects.toEqual(
        failure('JWT_NO_SUITABLE_KEY', { issuer: ISS, algorithm: form, authentication: false }),
      )
    }
  })

  it('none that may authenticate', async () => {
    const jwt = forgeToken(K, CLAIMS, alice)
    await expect(verify(jwt, aliceDocument, { authentication: true })).rejects.toEqual(
      failure('JWT_NO_SUITABLE_KEY', { issuer: ISS, algorithm: 'ES256K', authentication: true }),
    )
    await expect(verify(jwt, aliceDocument, { authentication: false })).resolves.toBeDefined()
  })

  it('only those that may authenticate are tried', async () => {
    const document = testDocument(ISS, [hexMethod('#auth', bob), hexMethod('#sign', alice)], {
      authentication: ['#auth'],
    })
    await expect(verify(forgeToken(K, CLAIMS, alice), document, { authentication: true })).rejects.toEqual(
      failure('JWT_SIGNATURE_INVALID', { issuer: ISS, keysTried: [`${ISS}#auth`] }),
    )
    const byBob = await verify(forgeToken(K, CLAIMS, bob), document, { authentication: true })
    expect(byBob.key.authentication).toBe(true)
  })
})

describe('order', () => {
  const late = { ...CLAIMS, exp: 1, aud: 'did:test:bob' }

  it('a forged token is never called expired', async () => {
    await expect(verify(forgeToken(K, late, bob))).rejects.toEqual(failure('JWT_SIGNATURE_INVALID'))
  })

  it('times come before the audience', async () => {
    await expect(verify(forgeToken(K, late, alice))).rejects.toEqual(
      failure('JWT_EXPIRED', { exp: 1, now: NOW, skew: 60 }),
    )
    await expect(
      verify(forgeToken(K, { ...late, exp: NOW + 1 }, alice), aliceDocument, { audience: ISS }),
    ).rejects.toEqual(failure('JWT_AUDIENCE_MISMATCH', { audience: ['did:test:bob'], expected: [ISS] }))
  })

  it('wrong rules come before everything', async () => {
    await expect(verify('no token', aliceDocument, { now: 1.5 })).rejects.toBeInstanceOf(TypeError)
    await expect(verify('no token', aliceDocument, { skew: -1 })).rejects.toBeInstanceOf(TypeError)
  })

  it('size comes first of the token', async () => {
    await expect(verify(forgeToken(K, CLAIMS, alice), aliceDocument, { maxBytes: 10 })).rejects.toEqual(
      failure('JWT_TOO_LARGE'),
    )
    await expect(verify('.'.repeat(65_536))).rejects.toEqual(failure('JWT_MALFORMED'))
  })
})

describe('other algorithms', () => {
  const keys = readVerificationKeys(aliceDocument)
  const verifier = (
    answer: SignatureVerifier['verify'],
    length = 64,
  ): ReadonlyMap<string, SignatureVerifier> =>
    new Map([['TEST', { signatureLength: length, readKeys: () => keys, verify: answer }]])
  const jwt = forgeToken({ alg: 'TEST' }, CLAIMS, alice)

  it('are judged by the verifier that the rules give', async () => {
    const seen: SignedToken[] = []
    const algorithms = verifier((token, offered) => {
      seen.push(token)
      return Promise.resolve(offered[0])
    })
    const verified = await verify(jwt, aliceDocument, { algorithms })
    expect(verified.key).toBe(keys[0])
    expect(seen).toEqual([
      {
        algorithm: 'TEST',
        signingInput: jwt.slice(0, jwt.lastIndexOf('.')),
        signature: expect.any(Uint8Array),
        document: aliceDocument,
      },
    ])
  })

  it('are refused where the verifier finds nothing, or a key it was not offered', async () => {
    const foreign = readVerificationKeys(testDocument(ISS, [hexMethod('#keys-1', bob)]))[0]
    for (const answer of [undefined, foreign, { ...keys[0]! }]) {
      await expect(verify(jwt, aliceDocument, { algorithms: verifier(() => answer) })).rejects.toEqual(
        failure('JWT_SIGNATURE_INVALID', { issuer: ISS, keysTried: [`${ISS}#keys-1`] }),
      )
    }
  })

  it('have a length of their own', async () => {
    await expect(verify(jwt, aliceDocument, { algorithms: verifier(() => keys[0], 96) })).rejects.toEqual(
      failure('JWT_SIGNATURE_LENGTH', { algorithm: 'TEST', bytes: 64 }),
    )
  })

  it("do not replace uPort's own", async () => {
    const anything: SignatureVerifier = { signatureLength: 64, readKeys: () => keys, verify: () => keys[0] }
    const algorithms = new Map([
      ['ES256K', anything],
      ['ES256K-R', { ...anything, signatureLength: 65 }],
    ])
    await expect(verify(forgeToken(K, CLAIMS, bob), aliceDocument, { algorithms })).rejects.toEqual(
      failure('JWT_SIGNATURE_INVALID'),
    )
    await expect(
      verify(forgeToken(R, CLAIMS, bob, 'ES256K-R'), aliceDocument, { algorithms }),
    ).rejects.toEqual(failure('JWT_SIGNATURE_INVALID'))
  })
})

describe('an engine that may prepare for more tokens', () => {
  const expecting = async (
    jwt: string,
    document: DidDocument,
    frequent: ((did: Did) => boolean) | undefined,
  ) => {
    const expected: Uint8Array[] = []
    const asked: Did[] = []
    const engine = { ...createNobleEngine(), expectMore: (key: Uint8Array) => expected.push(key) }
    const isFrequentIssuer = frequent && ((did: Did) => asked.push(did) > 0 && frequent(did))
    await verify(jwt, document, { engine, isFrequentIssuer }).catch(() => {})
    return { expected, asked }
  }
  const jwt = forgeToken(K, CLAIMS, alice)

  it('is told the key of an issuer of whom they are expected', async () => {
    const { expected, asked } = await expecting(jwt, aliceDocument, (did) => did === ISS)
    expect([expected, asked]).toEqual([[alice.publicKey], [ISS]])
  })

  it('is told of nobody else, nor of a token that did not pass, nor of a mere address', async () => {
    const addresses = testDocument(ISS, [addressMethod('#a', alice)])
    const expired = forgeToken(K, { ...CLAIMS, exp: NOW - 100 }, alice)
    expect((await expecting(jwt, aliceDocument, undefined)).expected).toEqual([])
    expect((await expecting(jwt, aliceDocument, () => false)).expected).toEqual([])
    expect(await expecting(expired, aliceDocument, () => true)).toEqual({ expected: [], asked: [] })
    expect(await expecting(jwt, addresses, () => true)).toEqual({ expected: [], asked: [] })
  })
})

it('errors carry no claim', async () => {
  const secret = 'secret-claim'
  for (const jwt of [
    forgeToken(K, { ...CLAIMS, secret }, bob),
    forgeToken(K, { ...CLAIMS, secret, exp: 1 }, alice),
  ]) {
    const error = await verify(jwt).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(UportError)
    const { message, data } = error as UportError
    expect(JSON.stringify([message, data])).not.toContain(secret)
    expect(JSON.stringify([message, data])).not.toContain(jwt.slice(0, 20))
  }
})

async function verifiedSignature(jwt: string) {
  const { signingInput } = await verify(jwt)
  return {
    signingInput,
    signature: new Uint8Array(Buffer.from(jwt.slice(signingInput.length + 1), 'base64url')),
  }
}

function flipS(jwt: string): string {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const at = jwt.lastIndexOf('.') + 1
  const signature = Buffer.from(jwt.slice(at), 'base64url')
  const s = order - BigInt(`0x${signature.subarray(32, 64).toString('hex')}`)
  signature.set(Buffer.from(s.toString(16).padStart(64, '0'), 'hex'), 32)
  return jwt.slice(0, at) + signature.toString('base64url')
}
