import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Did } from '../ports/did.ts'
import type { DidResolver, ResolvedDid, ResolveOptions } from '../ports/did-resolver.ts'
import { CachingResolver, type CachingResolverOptions } from './caching-resolver.ts'

interface Question {
  readonly did: Did
  readonly options: ResolveOptions | undefined
  answer(facts?: Partial<ResolvedDid>): void
  fail(error: unknown): void
}

/** Leaves every question open until the test answers it. */
class OpenResolver implements DidResolver {
  readonly methods = ['a', 'uport']
  readonly questions: Question[] = []

  resolve(did: Did, options?: ResolveOptions): Promise<ResolvedDid> {
    return new Promise((resolve, reject) => {
      const number = this.questions.length + 1
      this.questions.push({
        did,
        options,
        answer: (facts) => resolve({ did, document: { id: did, number }, ...facts }),
        fail: reject,
      })
    })
  }
}

const MNID = '2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX'
const DID = 'did:a:x'

let time: number
let source: OpenResolver

beforeEach(() => {
  time = 1_000_000
  source = new OpenResolver()
})

const build = (options?: Partial<CachingResolverOptions>) =>
  new CachingResolver({ resolver: source, clock: { now: () => time }, ...options })

async function ask(
  cache: CachingResolver,
  did: Did = DID,
  options?: ResolveOptions,
  facts?: Partial<ResolvedDid>,
) {
  const known = source.questions.length
  const answer = cache.resolve(did, options)
  if (source.questions.length > known) source.questions.at(-1)!.answer(facts)
  return (await answer).document['number']
}

describe('CachingResolver', () => {
  it('knows the methods of its resolver', () => {
    expect(build().methods).toEqual(['a', 'uport'])
  })

  it('keeps an answer for its time, to the second', async () => {
    const cache = build()
    expect(await ask(cache)).toBe(1)
    time += 59
    expect(await ask(cache)).toBe(1)
    time += 1
    expect(await ask(cache)).toBe(2)
  })

  it('keeps an answer no longer than it is valid', async () => {
    const cache = build()
    expect(await ask(cache, DID, undefined, { validUntil: time + 10 })).toBe(1)
    time += 9
    expect(await ask(cache)).toBe(1)
    time += 1
    expect(await ask(cache, DID, undefined, { validUntil: time + 9999 })).toBe(2)
    time += 60
    expect(await ask(cache, DID, undefined, { validUntil: time })).toBe(3)
    expect(await ask(cache)).toBe(4)
  })

  it('counts the age from the question, not from the answer', async () => {
    const cache = build()
    const first = cache.resolve(DID)
    time += 50
    source.questions[0]!.answer()
    await first
    time += 10
    expect(await ask(cache)).toBe(2)
  })

  it('asks again when the clock was set back', async () => {
    const cache = build()
    await ask(cache)
    time -= 1
    expect(await ask(cache)).toBe(2)
  })

  it('keeps nothing with a time of 0', async () => {
    const cache = build({ ttlSeconds: 0 })
    await ask(cache)
    expect(await ask(cache)).toBe(2)
  })

  it('gives everybody the same frozen answer, whatever the resolver does to its own', async () => {
    const cache = build()
    const document = { id: DID, list: [1] } as const
    const first = cache.resolve(DID)
    source.questions[0]!.answer({ document })
    const answer = await first
    expect(answer.document).not.toBe(document)
    expect(Object.isFrozen(answer.document['list'])).toBe(true)
    expect(await cache.resolve(DID)).toBe(answer)
  })

  it('takes a bare MNID and its DID for one', async () => {
    const cache = build()
    expect(await ask(cache, MNID as Did)).toBe(1)
    expect(await ask(cache, `did:uport:${MNID}`)).toBe(1)
    expect(source.questions[0]!.did).toBe(`did:uport:${MNID}`)
  })

  it('refuses what is no DID, and documents of others', async () => {
    const cache = build()
    await expect(cache.resolve('did:a:x#k')).rejects.toMatchObject({ code: 'DID_INVALID' })
    const answer = cache.resolve(DID)
    source.questions[0]!.answer({ document: { id: 'did:a:other' } })
    await expect(answer).rejects.toMatchObject({ code: 'DID_DOCUMENT_ID_MISMATCH' })
    expect(await ask(cache)).toBe(2)
  })

  it('never keeps a failure', async () => {
    const cache = build()
    const failed = cache.resolve(DID)
    source.questions[0]!.fail(new Error('socket'))
    await expect(failed).rejects.toThrow('socket')
    expect(await ask(cache)).toBe(2)
    expect(await ask(cache)).toBe(2)
  })

  it('keeps versions apart', async () => {
    const cache = build()
    expect(await ask(cache)).toBe(1)
    expect(await ask(cache, DID, { versionTime: 5 })).toBe(2)
    expect(await ask(cache, DID, { versionTime: 6 })).toBe(3)
    expect(await ask(cache, DID, { versionTime: 5 })).toBe(2)
    expect(await ask(cache)).toBe(1)
    expect(source.questions[1]!.options?.versionTime).toBe(5)
  })

  it('drops what was unused for longest', async () => {
    const cache = build({ maxEntries: 2 })
    await ask(cache, 'did:a:1')
    await ask(cache, 'did:a:2')
    await ask(cache, 'did:a:1')
    await ask(cache, 'did:a:3')
    expect(await ask(cache, 'did:a:1')).toBe(1)
    expect(await ask(cache, 'did:a:2')).toBe(4)
  })

  it.each([{ ttlSeconds: -1 }, { ttlSeconds: Number.NaN }, { maxEntries: 0 }, { maxEntries: 1.5 }])(
    'refuses %j',
    (options) => {
      expect(() => build(options)).toThrow(TypeError)
    },
  )
})

describe('fresh', () => {
  it('goes past the cache and renews it', async () => {
    const cache = build()
    expect(await ask(cache)).toBe(1)
    expect(await ask(cache, DID, { fresh: true })).toBe(2)
    expect(source.questions[1]!.options?.fresh).toBe(true)
    expect(await ask(cache)).toBe(2)
  })

  it('shares no call that is under way', async () => {
    const cache = build()
    const early = cache.resolve(DID)
    const fresh = cache.resolve(DID, { fresh: true })
    expect(source.questions).toHaveLength(2)
    source.questions[1]!.answer()
    expect((await fresh).document['number']).toBe(2)
    source.questions[0]!.answer()
    expect((await early).document['number']).toBe(1)
    expect(await ask(cache)).toBe(2)
  })

  it('ends with its own signal', async () => {
    const controller = new AbortController()
    const pending = build().resolve(DID, { fresh: true, signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(pending).rejects.toThrow('enough')
  })
})

describe('concurrent questions', () => {
  it('are asked once', async () => {
    const cache = build()
    const answers = [cache.resolve(DID), cache.resolve(DID), cache.resolve(DID)]
    expect(source.questions).toHaveLength(1)
    source.questions[0]!.answer()
    expect(new Set(await Promise.all(answers)).size).toBe(1)
  })

  it('fail together, and the next is asked anew', async () => {
    const cache = build()
    const answers = [cache.resolve(DID), cache.resolve(DID)]
    source.questions[0]!.fail(new Error('socket'))
    for (const answer of answers) await expect(answer).rejects.toThrow('socket')
    expect(await ask(cache)).toBe(2)
  })

  it('are not hurt by one that is aborted', async () => {
    const cache = build()
    const controller = new AbortController()
    const leaving = cache.resolve(DID, { signal: controller.signal })
    const staying = cache.resolve(DID)
    controller.abort(new Error('enough'))
    await expect(leaving).rejects.toThrow('enough')
    expect(source.questions[0]!.options?.signal?.aborted).toBe(false)
    source.questions[0]!.answer()
    expect((await staying).document['number']).toBe(1)
  })

  it('abort the call when the last one leaves, and a later one is asked anew', async () => {
    const cache = build()
    const controllers = [new AbortController(), new AbortController()]
    const leaving = controllers.map(({ signal }) => cache.resolve(DID, { signal }))
    controllers[0]!.abort(new Error('first'))
    controllers[1]!.abort(new Error('last'))
    await expect(leaving[0]).rejects.toThrow('first')
    await expect(leaving[1]).rejects.toThrow('last')
    const { signal } = source.questions[0]!.options!
    expect(signal?.aborted).toBe(true)
    const next = cache.resolve(DID)
    expect(source.questions).toHaveLength(2)
    source.questions[0]!.fail(signal?.reason)
    source.questions[1]!.answer()
    expect((await next).document['number']).toBe(2)
  })

  it('do not begin with a signal that is aborted already', async () => {
    const reason = new Error('enough')
    await expect(build().resolve(DID, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(source.questions).toHaveLength(0)
  })
})

it('never gives an answer older than its time, whatever happens in between', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat({ max: 40 }) }),
    fc.record({ kind: fc.constant('ask' as const), id: fc.nat({ max: 4 }), fresh: fc.boolean() }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      let now = 0
      const resolver: DidResolver = {
        methods: ['a'],
        resolve: async (did) => ({ did, document: { id: did, askedAt: now } }),
      }
      const cache = new CachingResolver({
        resolver,
        ttlSeconds: 30,
        maxEntries: 3,
        clock: { now: () => now },
      })
      for (const entry of steps) {
        if (entry.kind === 'wait') {
          now += entry.seconds
          continue
        }
        const { document } = await cache.resolve(`did:a:${entry.id}`, { fresh: entry.fresh })
        const age = now - Number(document['askedAt'])
        expect(age).toBeLessThan(entry.fresh ? 1 : 30)
      }
    }),
  )
})
