import { describe, expect, it } from 'vitest'
import { UportError } from '../errors/uport-error.ts'
import type { Did } from '../ports/did.ts'
import type { DidDocument, DidResolver, ResolvedDid, ResolveOptions } from '../ports/did-resolver.ts'
import { MethodRouter } from './method-router.ts'

const MNID = '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'

class ExampleResolver implements DidResolver {
  readonly asked: [Did, ResolveOptions | undefined][] = []
  readonly methods: readonly string[]
  readonly #answer: (did: Did) => unknown

  constructor(
    methods: readonly string[],
    answer: (did: Did) => unknown = (did) => ({ did, document: { id: did } }),
  ) {
    this.methods = methods
    this.#answer = answer
  }

  async resolve(did: Did, options?: ResolveOptions): Promise<ResolvedDid> {
    this.asked.push([did, options])
    return (await this.#answer(did)) as ResolvedDid
  }
}

const code = (expected: string) => expect.objectContaining({ code: expected })

describe('MethodRouter', () => {
  it('asks the resolver of the method', async () => {
    const a = new ExampleResolver(['a'])
    const b = new ExampleResolver(['b', 'c', 'c'])
    const router = new MethodRouter([a, b])
    expect(router.methods).toEqual(['a', 'b', 'c'])
    const options = { versionTime: 7 }
    expect(await router.resolve('did:c:x', options)).toEqual({ did: 'did:c:x', document: { id: 'did:c:x' } })
    expect(a.asked).toEqual([])
    expect(b.asked).toEqual([['did:c:x', options]])
  })

  it('folds a bare MNID and the case of hex', async () => {
    const resolver = new ExampleResolver(['uport', 'ethr'])
    const router = new MethodRouter([resolver])
    expect((await router.resolve(MNID as Did)).did).toBe(`did:uport:${MNID}`)
    expect((await router.resolve('did:ethr:0xAB')).did).toBe('did:ethr:0xab')
  })

  it.each(['did:a:x/path', 'did:a:x?query', 'did:a:x#fragment', 'hello', '', 'a'])(
    'refuses %j',
    async (did) => {
      const resolver = new ExampleResolver(['a'])
      await expect(new MethodRouter([resolver]).resolve(did as Did)).rejects.toThrow(code('DID_INVALID'))
      expect(resolver.asked).toEqual([])
    },
  )

  it.each(['constructor', 'tostring', 'proto', 'b'])('does not know did:%s', async (method) => {
    const router = new MethodRouter([new ExampleResolver(['a'])])
    await expect(router.resolve(`did:${method}:x`)).rejects.toMatchObject({
      code: 'DID_METHOD_UNSUPPORTED',
      data: { method, known: ['a'] },
    })
  })

  it('refuses two resolvers for one method', () => {
    const resolvers = [new ExampleResolver(['a', 'b']), new ExampleResolver(['b'])]
    expect(() => new MethodRouter(resolvers)).toThrow(
      expect.objectContaining({
        code: 'ASSEMBLY_CONFLICT',
        data: { token: 'did:b', modules: ['ExampleResolver', 'ExampleResolver'] },
      }),
    )
  })

  it('refuses to be built of nothing, or of names that are none', () => {
    expect(() => new MethodRouter([])).toThrow(TypeError)
    expect(() => new MethodRouter([new ExampleResolver([])])).toThrow(TypeError)
    expect(() => new MethodRouter([new ExampleResolver(['did:a'])])).toThrow(TypeError)
    expect(() => new MethodRouter([new ExampleResolver(['A'])])).toThrow(TypeError)
  })

  it('refuses the document of another DID', async () => {
    const router = new MethodRouter([new ExampleResolver(['a'], () => ({ document: { id: 'did:a:other' } }))])
    await expect(router.resolve('did:a:x')).rejects.toThrow(code('DID_DOCUMENT_ID_MISMATCH'))
  })

  it.each([undefined, null, {}, { document: null }, { document: 'x' }])(
    'refuses the answer %j',
    async (answer) => {
      const router = new MethodRouter([new ExampleResolver(['a'], () => answer)])
      await expect(router.resolve('did:a:x')).rejects.toThrow(code('DID_DOCUMENT_INVALID'))
    },
  )

  it('gives frozen copies with the facts it knows', async () => {
    const document = { id: 'did:a:x', publicKey: [{ id: '#k' }] } as unknown as DidDocument
    const facts = { versionId: 'v', validUntil: 9, metadata: { block: 7 } }
    const router = new MethodRouter([
      new ExampleResolver(['a'], () => ({ did: 'did:a:x', document, ...facts, extra: 1 })),
    ])
    const answer = await router.resolve('did:a:x')
    expect(answer).toStrictEqual({ did: 'did:a:x', document, ...facts })
    expect(answer.document).not.toBe(document)
    expect(Object.isFrozen(answer) && Object.isFrozen(answer.document['publicKey'])).toBe(true)
  })

  it('drops facts of the wrong form', async () => {
    const facts = { versionId: 7, validUntil: Number.NaN, metadata: [() => 1] }
    const router = new MethodRouter([
      new ExampleResolver(['a'], (did) => ({ document: { id: did }, ...facts })),
    ])
    expect(await router.resolve('did:a:x')).toStrictEqual({ did: 'did:a:x', document: { id: 'did:a:x' } })
  })

  it('passes coded errors on, and gives others a code', async () => {
    const failures: unknown[] = [
      new UportError('DID_NOT_FOUND', 'x', { data: { did: 'did:a:x' } }),
      new Error('socket'),
    ]
    const router = new MethodRouter([
      new ExampleResolver(['a'], () => {
        throw failures.shift()
      }),
    ])
    await expect(router.resolve('did:a:x')).rejects.toThrow(code('DID_NOT_FOUND'))
    await expect(router.resolve('did:a:x')).rejects.toMatchObject({
      code: 'DID_RESOLUTION_FAILED',
      retryable: true,
      data: { did: 'did:a:x' },
      cause: new Error('socket'),
    })
  })

  it('ends with the signal, before and during the call', async () => {
    const resolver = new ExampleResolver(['a'], () => new Promise(() => undefined))
    const router = new MethodRouter([resolver])
    const reason = new Error('enough')
    await expect(router.resolve('did:a:x', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(resolver.asked).toEqual([])
    const controller = new AbortController()
    const pending = router.resolve('did:a:x', { signal: controller.signal })
    controller.abort(reason)
    await expect(pending).rejects.toBe(reason)
  })
})
