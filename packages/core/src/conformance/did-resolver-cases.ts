import { isUportError } from '../errors/uport-error.ts'
import type { Did } from '../ports/did.ts'
import type { DidResolver, ResolvedDid } from '../ports/did-resolver.ts'
import type { ConformanceCase } from './conformance-case.ts'
import { check, checkSame } from './conformance-tools.ts'

/** A resolver, and two DIDs of a method it knows. */
export interface DidResolverSubject {
  readonly resolver: DidResolver
  /** A DID that resolves. */
  readonly known: Did
  /** A well-formed DID of the same method that nobody registered. */
  readonly unknown: Did
}

const REFUSED_FORMS: readonly string[] = [
  '',
  'did:',
  'did:uport',
  'not a did',
  'did:UPPER:x',
  'did:uport:a b',
  ' did:uport:x',
]

/** What every DidResolver must do. */
export const didResolverCases: readonly ConformanceCase<DidResolverSubject>[] = [
  {
    id: 'RS-01',
    since: '1.0.0',
    title: 'names its methods',
    proves: 'a router can choose it',
    matters: 'A router that does not find the method asks nobody, or the wrong resolver.',
    nextStep: 'List method names alone: ["uport"], not ["did:uport"].',
    async run({ resolver, known }) {
      check(resolver.methods.length > 0, 'methods must not be empty')
      for (const method of resolver.methods) {
        check(/^[a-z0-9]+$/.test(method), `${JSON.stringify(method)} must be a method name`)
      }
      check(resolver.methods.includes(methodOf(known)), `methods must include ${methodOf(known)}`)
    },
  },
  {
    id: 'RS-02',
    since: '1.0.0',
    title: 'answers with a document of the DID it was asked for',
    proves: 'no answer speaks for somebody else',
    matters: 'A document of another DID brings another key: whoever owns it could sign in as this person.',
    nextStep: 'Compare the id of the source’s document before you return it; DID_DOCUMENT_ID_MISMATCH.',
    async run({ resolver, known }, tools) {
      const resolved = await tools.within(resolver.resolve(known), 'resolve')
      check(resolved.did === known, 'did must be the DID asked for')
      check(resolved.document.id === known, 'document.id must be the DID asked for')
    },
  },
  {
    id: 'RS-03',
    since: '1.0.0',
    title: 'answers with keys',
    proves: 'a failure of the source never looks like a DID without keys',
    matters: 'An outage that looks like a DID without keys makes good signatures look forged.',
    nextStep: 'Reject instead of answering with an empty document.',
    async run({ resolver, known }, tools) {
      const { document } = await tools.within(resolver.resolve(known), 'resolve')
      const keys = [document['verificationMethod'], document['publicKey']].filter(Array.isArray)
      check(
        keys.some((list) => list.length > 0),
        'the document must have keys',
      )
    },
  },
  {
    id: 'RS-04',
    since: '1.0.0',
    title: 'rejects a DID that nobody registered',
    proves: '“there is none” is final and told apart from “I could not ask”',
    matters:
      'A retry may help against an outage, never against a DID that is not there; callers decide by this.',
    nextStep: 'Throw DID_NOT_FOUND, not retryable.',
    async run({ resolver, unknown }, tools) {
      const reason = await tools.rejection(resolver.resolve(unknown), 'resolve of an unregistered DID')
      check(isUportError(reason), 'the reason must be a UportError')
      check(!reason.retryable, 'the error must not be retryable')
    },
  },
  {
    id: 'RS-05',
    since: '1.0.0',
    title: 'rejects what is no DID',
    proves: 'hostile identifiers reach no source',
    matters: 'A DID becomes part of a URL or a contract call: what is not parsed is injected there.',
    nextStep: 'Parse first; DID_INVALID.',
    async run({ resolver }, tools) {
      for (const form of REFUSED_FORMS) {
        const call = resolver.resolve(form as Did)
        await tools.refuses(
          call,
          ['DID_INVALID', 'DID_METHOD_UNSUPPORTED'],
          `resolve of ${JSON.stringify(form)}`,
        )
      }
    },
  },
  {
    id: 'RS-06',
    since: '1.0.0',
    title: 'rejects another method, whatever it is called',
    proves: 'methods are matched exactly, and their names reach no property of a table',
    matters: 'A method name like a property of a table would reach code, and a near miss the wrong registry.',
    nextStep: 'Keep methods in a Map; DID_METHOD_UNSUPPORTED.',
    async run({ resolver }, tools) {
      for (const did of ['did:conformance0:x', 'did:constructor:x', 'did:valueof:x'] as const) {
        await tools.refuses(resolver.resolve(did), ['DID_METHOD_UNSUPPORTED'], `resolve of ${did}`)
      }
      await tools.refuses(
        resolver.resolve('did:__proto__:x'),
        ['DID_METHOD_UNSUPPORTED', 'DID_INVALID'],
        'resolve',
      )
    },
  },
  {
    id: 'RS-07',
    since: '1.0.0',
    title: 'honours an aborted signal',
    proves: 'a cancelled verification asks nobody',
    matters: 'Whoever gave up must cost no requests, and must not wait for them.',
    nextStep: 'Begin with options.signal?.throwIfAborted(), before any cache is looked at.',
    async run({ resolver, known }, tools) {
      await tools.within(resolver.resolve(known), 'resolve')
      await tools.honoursAbort((signal) => resolver.resolve(known, { signal }), 'resolve')
    },
  },
  {
    id: 'RS-08',
    since: '1.0.0',
    title: 'gives every caller its own answer',
    proves: 'a caller that changes its answer changes nobody else’s trust',
    matters: 'One careless caller would change the keys that every later verification trusts.',
    nextStep: 'Freeze deeply, or copy.',
    async run({ resolver, known }, tools) {
      const first = await tools.within(resolver.resolve(known), 'resolve')
      const before = JSON.stringify(first.document)
      deface(first)
      const second = await tools.within(resolver.resolve(known), 'resolve')
      check(JSON.stringify(second.document) === before, 'a later answer must be what the first one was')
    },
  },
  {
    id: 'RS-09',
    since: '1.0.0',
    title: 'resolves concurrently',
    proves: 'calls that meet agree, and one that is aborted takes no other with it',
    matters: 'One visitor who closes the page would fail the logins of all who came at the same moment.',
    nextStep: 'Where calls share one request, abort it only when the last of them aborts.',
    async run({ resolver, known }, tools) {
      const controller = new AbortController()
      const aborted = resolver.resolve(known, { signal: controller.signal }).catch(() => undefined)
      const others = Array.from({ length: 5 }, () => resolver.resolve(known))
      controller.abort()
      const answers = await tools.within(Promise.all(others), 'concurrent resolve')
      await tools.within(aborted, 'the aborted resolve')
      for (const answer of answers) checkSame(answer.document, answers[0]?.document, 'every answer')
    },
  },
  {
    id: 'RS-10',
    since: '1.0.0',
    title: 'never passes today’s document off as an old one',
    proves: 'a credential is judged by the keys of its time, or not at all',
    matters: 'A key that was added today would seem to have signed a credential of last year.',
    nextStep: 'Without history: DID_VERSION_UNSUPPORTED for any versionTime.',
    async run({ resolver, known }, tools) {
      const firstSecond = resolver.resolve(known, { versionTime: 1 })
      await tools.refuses(firstSecond, ['DID_VERSION_UNSUPPORTED', 'DID_NOT_FOUND'], 'resolve as of 1970')
    },
  },
  {
    id: 'RS-11',
    since: '1.0.0',
    title: 'resolves past its caches',
    proves: '`fresh` is understood and gives the same kind of answer',
    matters: 'After a key was rotated because of a theft, the cached one must not count.',
    nextStep: 'Ask the registry again; content addressed by hash may stay cached.',
    async run({ resolver, known }, tools) {
      const cached = await tools.within(resolver.resolve(known), 'resolve')
      const fresh = await tools.within(resolver.resolve(known, { fresh: true }), 'resolve, fresh')
      checkSame(fresh.document, cached.document, 'the document')
    },
  },
  {
    id: 'RS-12',
    since: '1.0.0',
    title: 'answers in plain JSON and Unix seconds',
    proves: 'answers can be cached anywhere, and no millisecond is taken for a second',
    matters:
      'Caches store JSON: what is lost on the way back is a key; and seconds taken for milliseconds cache for ever.',
    nextStep: 'No undefined, no classes, no Date; divide milliseconds by 1000.',
    async run({ resolver, known }, tools) {
      const { document, validUntil } = await tools.within(resolver.resolve(known), 'resolve')
      checkSame(JSON.parse(JSON.stringify(document)), document, 'the document')
      if (validUntil === undefined) return
      const inSeconds = Number.isFinite(validUntil) && validUntil > 0 && validUntil < 100_000_000_000
      check(inSeconds, 'validUntil must be Unix seconds')
    },
  },
]

function methodOf(did: Did): string {
  return did.split(':')[1] ?? ''
}

/** What a careless or hostile caller does to an answer, as far as it can. */
function deface(resolved: ResolvedDid): void {
  for (const target of [resolved, resolved.document, ...Object.values(resolved.document)]) {
    if (typeof target !== 'object' || target === null) continue
    Reflect.set(target, 'id', 'did:example:mallory')
    Reflect.set(target, '0', { id: 'did:example:mallory#1' })
  }
  Reflect.set(resolved.document, 'publicKey', [])
  Reflect.set(resolved.document, 'verificationMethod', [])
}
