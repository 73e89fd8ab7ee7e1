import { createRequire } from 'node:module'
import { Resolver } from 'did-resolver'
import { Resolver as Resolver2 } from 'did-resolver-2'
import { describe, expect, it } from 'vitest'
import { UportError } from '../errors/uport-error.ts'
import { readVerificationKeys } from '../identity/did-document.ts'
import { createDidDocument } from '../identity/legacy-conversion.ts'
import type { Did } from '../ports/did.ts'
import type { DidResolver, ResolveOptions } from '../ports/did-resolver.ts'
import { type ForeignDidSource, fromDidResolver } from './from-did-resolver.ts'
import { registerLegacyMethods, toDidResolverRegistry, toLegacyRegistry } from './to-did-resolver.ts'

interface Generation0 {
  default(did: string): Promise<unknown>
  registerMethod(method: string, resolve: (did: string, parsed: { did: string }) => Promise<unknown>): void
}

const MNID = '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'
const DID = `did:uport:${MNID}` as const
const POINT = new Uint8Array(65).fill(7).with(0, 4)
const document = createDidDocument({ did: DID, publicKey: POINT, profile: { name: 'Bob' } })

/** Its registry is global: every test registers what it asks for. */
const generation0: Generation0 = createRequire(import.meta.url)('did-resolver-0')

class UportResolver implements DidResolver {
  readonly methods = ['uport']
  readonly asked: [Did, ResolveOptions | undefined][] = []
  #failure: Error | undefined

  constructor(failure?: Error) {
    this.#failure = failure
  }

  async resolve(did: Did, options?: ResolveOptions) {
    this.asked.push([did, options])
    if (this.#failure) throw this.#failure
    return { did, document, versionId: 'v1' }
  }
}

const notFound = new UportError('DID_NOT_FOUND', 'No such DID.', { data: { did: DID } })
const failed = new UportError('DID_RESOLUTION_FAILED', 'Try again.', { data: { did: DID } })

describe('toDidResolverRegistry, in did-resolver 6', () => {
  const resolve = (resolver: DidResolver, url: string, options = {}) =>
    new Resolver(toDidResolverRegistry(resolver)).resolve(url, options)

  it('answers in the W3C vocabulary, with a document of the caller', async () => {
    const { didDocument, didDocumentMetadata, didResolutionMetadata } = await resolve(
      new UportResolver(),
      `${DID}#keys-1`,
    )
    expect(didResolutionMetadata).toEqual({ contentType: 'application/did+ld+json' })
    expect(didDocumentMetadata).toEqual({ versionId: 'v1' })
    expect(didDocument?.verificationMethod).toMatchObject([{ id: `${DID}#keys-1`, controller: DID }])
    didDocument!.verificationMethod!.length = 0
    expect((await resolve(new UportResolver(), DID)).didDocument?.verificationMethod).toHaveLength(1)
  })

  it.each([
    [notFound, 'notFound'],
    [failed, 'internalError'],
    [new UportError('DID_INVALID', 'x'), 'invalidDid'],
    [new UportError('DID_VERSION_UNSUPPORTED', 'x', { data: { method: 'uport' } }), 'featureNotSupported'],
    [
      new UportError('DID_DOCUMENT_ID_MISMATCH', 'x', { data: { expected: 'a', found: 'b' } }),
      'invalidDidDocument',
    ],
  ])('turns %s into %s', async (error, name) => {
    expect(await resolve(new UportResolver(error), DID)).toEqual({
      didDocument: null,
      didDocumentMetadata: {},
      didResolutionMetadata: { error: name, message: error.message, code: error.code },
    })
  })

  it('says nothing of what a foreign error said', async () => {
    const { didResolutionMetadata } = await resolve(new UportResolver(new Error('token=secret')), DID)
    expect(didResolutionMetadata).toEqual({ error: 'internalError', message: 'The resolver failed.' })
  })

  it('passes versionTime and freshness on', async () => {
    const resolver = new UportResolver()
    await resolve(resolver, `${DID}?versionTime=2020-01-01T00:00:00Z`, { cache: false })
    await resolve(resolver, DID, { versionTime: '2020-01-01T00:00:01Z' })
    await resolve(resolver, DID)
    expect(resolver.asked).toEqual([
      [DID, { fresh: true, versionTime: 1_577_836_800 }],
      [DID, { fresh: false, versionTime: 1_577_836_801 }],
      [DID, { fresh: false }],
    ])
  })

  it.each(['?versionTime=soon', '?versionTime=', '?versionId=7'])(
    'refuses a version it cannot understand: %s',
    async (query) => {
      const resolver = new UportResolver()
      const { didResolutionMetadata } = await resolve(resolver, `${DID}${query}`)
      expect(didResolutionMetadata.error).toBe('invalidDidUrl')
      expect(resolver.asked).toEqual([])
    },
  )
})

describe('toLegacyRegistry, in did-resolver 2', () => {
  // Its types ask for `controller`, which documents of that vocabulary called `owner`.
  const resolve = (resolver: DidResolver, url: string) =>
    new Resolver2(toLegacyRegistry(resolver) as ConstructorParameters<typeof Resolver2>[0]).resolve(url)

  it('answers with a bare document of the caller', async () => {
    const found = await resolve(new UportResolver(), `${DID}/path#keys-1`)
    expect(found).toEqual(document)
    expect(Object.isFrozen(found)).toBe(false)
  })

  it('answers null where there is no such DID, and throws otherwise', async () => {
    await expect(resolve(new UportResolver(notFound), DID)).rejects.toThrow('null')
    await expect(resolve(new UportResolver(failed), DID)).rejects.toBe(failed)
  })
})

describe('registerLegacyMethods, in did-resolver 0', () => {
  it('registers every method', async () => {
    registerLegacyMethods(new UportResolver(), generation0.registerMethod)
    expect(await generation0.default(DID)).toEqual(document)
    expect(await generation0.default(`${DID}/path#keys-1`)).toEqual(document)
  })

  it('answers null where there is no such DID', async () => {
    registerLegacyMethods(new UportResolver(notFound), generation0.registerMethod)
    expect(await generation0.default(DID)).toBeNull()
  })
})

describe('fromDidResolver', () => {
  const envelope = (members: object) => ({
    didDocument: null,
    didDocumentMetadata: {},
    didResolutionMetadata: {},
    ...members,
  })
  const answering = (answer: unknown) => fromDidResolver({ uport: async () => answer }, ['uport'])

  it.each<[string, ForeignDidSource]>([
    [
      'a Resolver of did-resolver 6',
      new Resolver({ uport: async () => ({ ...envelope({}), didDocument: { ...document } }) }),
    ],
    ['a registry of envelopes', { uport: async () => envelope({ didDocument: document }) }],
    ['a Resolver of did-resolver 2', new Resolver2({ uport: async () => document as never })],
    ['a registry of bare documents', { uport: async () => document }],
    ['our own registry', toDidResolverRegistry(new UportResolver())],
    ['our own legacy registry', toLegacyRegistry(new UportResolver())],
  ])('reads %s', async (_, source) => {
    const resolver = fromDidResolver(source, ['uport'])
    expect(resolver.methods).toEqual(['uport'])
    const answer = await resolver.resolve(MNID as Did)
    expect(answer.did).toBe(DID)
    expect(Object.isFrozen(answer.document)).toBe(true)
    expect(readVerificationKeys(answer.document)).toMatchObject([{ publicKey: POINT, authentication: true }])
  })

  it('reads the resolve function of did-resolver 0', async () => {
    generation0.registerMethod('uport', async (did) => ({ ...document, id: did }))
    const { document: found } = await fromDidResolver(generation0.default, ['uport']).resolve(DID)
    expect(found).toEqual(document)
  })

  it('keeps versionId and metadata', async () => {
    const didDocumentMetadata = { versionId: '12', updated: '2020-01-01T00:00:00Z' }
    const answer = await answering(envelope({ didDocument: document, didDocumentMetadata })).resolve(DID)
    expect(answer).toMatchObject({ versionId: '12', metadata: didDocumentMetadata })
  })

  it.each([
    [null, 'DID_NOT_FOUND'],
    [undefined, 'DID_NOT_FOUND'],
    ['text', 'DID_DOCUMENT_INVALID'],
    [{ id: 'did:uport:other' }, 'DID_DOCUMENT_ID_MISMATCH'],
    [envelope({}), 'DID_NOT_FOUND'],
    [envelope({ didDocument: document, didDocumentMetadata: { deactivated: true } }), 'DID_NOT_FOUND'],
    ...[
      ['notFound', 'DID_NOT_FOUND'],
      ['NOT_FOUND', 'DID_NOT_FOUND'],
      [{ type: 'https://www.w3.org/ns/did#NOT_FOUND' }, 'DID_NOT_FOUND'],
      ['invalidDid', 'DID_INVALID'],
      ['unsupportedDidMethod', 'DID_METHOD_UNSUPPORTED'],
      ['methodNotSupported', 'DID_METHOD_UNSUPPORTED'],
      ['invalidDidDocument', 'DID_DOCUMENT_INVALID'],
      ['internalError', 'DID_RESOLUTION_FAILED'],
      ['', 'DID_RESOLUTION_FAILED'],
      [{}, 'DID_RESOLUTION_FAILED'],
    ].map(([error, code]) => [envelope({ didDocument: document, didResolutionMetadata: { error } }), code]),
  ] as [unknown, string][])('answers %j with %s', async (answer, code) => {
    await expect(answering(answer).resolve(DID)).rejects.toMatchObject({ code })
  })

  it('codes what is thrown, as something to try again', async () => {
    const resolver = fromDidResolver(
      new Resolver2({
        uport: async () => {
          throw new Error('socket')
        },
      }),
      ['uport'],
    )
    await expect(resolver.resolve(DID)).rejects.toMatchObject({
      code: 'DID_RESOLUTION_FAILED',
      retryable: true,
    })
  })

  it('knows only the methods it was given, and only own members of a registry', async () => {
    const resolver = fromDidResolver({ uport: async () => document }, ['uport', 'constructor'])
    await expect(resolver.resolve('did:web:x.example')).rejects.toMatchObject({
      code: 'DID_METHOD_UNSUPPORTED',
    })
    await expect(resolver.resolve('did:constructor:x')).rejects.toMatchObject({
      code: 'DID_METHOD_UNSUPPORTED',
    })
  })

  it('lets a method ask for other DIDs of its registry', async () => {
    const resolver = fromDidResolver(
      {
        alias: async (did, _parsed, all) => ({ ...((await all.resolve(`${DID}?x=1`)) as object), id: did }),
        uport: async (_did, parsed) => ({ ...document, asked: parsed.didUrl, query: parsed.query ?? null }),
      },
      ['alias'],
    )
    expect((await resolver.resolve('did:alias:x')).document).toMatchObject({
      asked: `${DID}?x=1`,
      query: 'x=1',
    })
  })

  it('asks for history only where the methods keep one', async () => {
    const seen: unknown[] = []
    const source: ForeignDidSource = {
      uport: async (_did, parsed, _resolver, options) => {
        seen.push([parsed, options])
        return document
      },
    }
    await expect(fromDidResolver(source, ['uport']).resolve(DID, { versionTime: 1 })).rejects.toMatchObject({
      code: 'DID_VERSION_UNSUPPORTED',
    })
    const resolver = fromDidResolver(source, ['uport'], { history: true })
    await resolver.resolve(DID, { versionTime: 1_577_836_800, fresh: true })
    const query = 'versionTime=2020-01-01T00:00:00Z'
    expect(seen).toEqual([
      [{ did: DID, didUrl: `${DID}?${query}`, method: 'uport', id: MNID, query }, { cache: false }],
    ])
    await expect(resolver.resolve(DID, { versionTime: Number.NaN })).rejects.toThrow(TypeError)
  })

  it('ends with the signal', async () => {
    const reason = new Error('enough')
    const resolver = fromDidResolver(() => new Promise(() => undefined), ['uport'])
    await expect(resolver.resolve(DID, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const controller = new AbortController()
    const pending = resolver.resolve(DID, { signal: controller.signal })
    controller.abort(reason)
    await expect(pending).rejects.toBe(reason)
  })
})
