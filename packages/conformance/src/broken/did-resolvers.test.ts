import { type DidResolver, type ResolvedDid, type ResolveOptions, UportError } from '@uport-kit/core'
import { describe } from 'vitest'
import { type DidResolverSubject, didResolverCases } from '../index.ts'
import { expectFailures, expectSound, turn } from './expect-failures.ts'

const KNOWN = 'did:example:known'
const DOCUMENT = { id: KNOWN, verificationMethod: [{ id: `${KNOWN}#1` }] } as const

type Resolve = DidResolver['resolve']

function refusal(did: string, options: ResolveOptions): UportError | undefined {
  const method = /^did:([a-z0-9]+):[\w.-]+$/.exec(did)?.[1]
  if (method === undefined) return new UportError('DID_INVALID', 'no DID')
  if (method !== 'example') {
    return new UportError('DID_METHOD_UNSUPPORTED', 'another method', {
      data: { method, known: ['example'] },
    })
  }
  if (did !== KNOWN) return new UportError('DID_NOT_FOUND', 'nobody', { data: { did } })
  if (options.versionTime === undefined) return undefined
  return new UportError('DID_VERSION_UNSUPPORTED', 'no history', { data: { method } })
}

const sound: Resolve = async (did, options = {}) => {
  options.signal?.throwIfAborted()
  await turn()
  const error = refusal(did, options)
  if (error !== undefined) throw error
  return { did, document: structuredClone(DOCUMENT), validUntil: 1_700_000_060 }
}

function subject(resolve: Resolve = sound, methods: readonly string[] = ['example']): DidResolverSubject {
  return { resolver: { methods, resolve }, known: KNOWN, unknown: 'did:example:nobody' }
}

/** Replaces an error by something else. */
const instead =
  (code: string, answer: (did: ResolvedDid['did']) => ResolvedDid): Resolve =>
  async (did, options) => {
    try {
      return await sound(did, options)
    } catch (error) {
      if (error instanceof UportError && error.code === code) return answer(did)
      throw error
    }
  }

const changed =
  (change: (resolved: ResolvedDid) => ResolvedDid): Resolve =>
  async (did, options) =>
    change(await sound(did, options))

function sharedAnswer(): Resolve {
  const kept = structuredClone(DOCUMENT)
  return changed((resolved) => ({ ...resolved, document: kept }))
}

/** Everybody waits for the first caller's request, and is aborted with it. */
function sharedCall(): Resolve {
  let running: Promise<ResolvedDid> | undefined
  const call = async (...[did, options = {}]: Parameters<Resolve>): Promise<ResolvedDid> => {
    await turn()
    options.signal?.throwIfAborted()
    return await sound(did, options)
  }
  return async (did, options) => {
    options?.signal?.throwIfAborted()
    if (did !== KNOWN || options?.versionTime !== undefined) return await sound(did, options)
    running ??= call(did, options).finally(() => {
      running = undefined
    })
    return structuredClone(await running)
  }
}

describe('didResolverCases', () => {
  expectSound(didResolverCases, () => subject())
  expectFailures(didResolverCases, [
    {
      flaw: 'writes did: before its methods',
      makeSubject: () => subject(sound, ['did:example']),
      fails: ['RS-01'],
    },
    {
      flaw: 'answers with somebody else’s document',
      makeSubject: () =>
        subject(changed((r) => ({ ...r, document: { ...r.document, id: 'did:example:other' } }))),
      fails: ['RS-02'],
    },
    {
      flaw: 'answers without keys',
      makeSubject: () =>
        subject(changed(({ did }) => ({ did, document: { id: did, verificationMethod: [] } }))),
      fails: ['RS-03'],
    },
    {
      flaw: 'answers for a DID that nobody registered',
      makeSubject: () => subject(instead('DID_NOT_FOUND', (did) => ({ did, document: { id: did } }))),
      fails: ['RS-04'],
    },
    {
      flaw: 'calls an unregistered DID a failure to try again',
      makeSubject: () =>
        subject(
          instead('DID_NOT_FOUND', (did) => {
            throw new UportError('DID_RESOLUTION_FAILED', 'try again', { data: { did }, retryable: true })
          }),
        ),
      fails: ['RS-04'],
    },
    {
      flaw: 'throws plain errors for what is no DID',
      makeSubject: () =>
        subject(
          instead('DID_INVALID', () => {
            throw new Error('no DID')
          }),
        ),
      fails: ['RS-05', 'RS-06'],
    },
    {
      flaw: 'answers for every method',
      makeSubject: () =>
        subject(instead('DID_METHOD_UNSUPPORTED', (did) => ({ did, document: { ...DOCUMENT, id: did } }))),
      fails: ['RS-06'],
    },
    {
      flaw: 'does not hear an abort',
      makeSubject: () => subject((did, options) => sound(did, { ...options, signal: undefined })),
      fails: ['RS-07'],
    },
    { flaw: 'gives everybody the same object', makeSubject: () => subject(sharedAnswer()), fails: ['RS-08'] },
    { flaw: 'lets one caller abort the others', makeSubject: () => subject(sharedCall()), fails: ['RS-09'] },
    {
      flaw: 'overlooks versionTime',
      makeSubject: () => subject((did, options) => sound(did, { ...options, versionTime: undefined })),
      fails: ['RS-10'],
    },
    {
      flaw: 'does not know fresh',
      makeSubject: () =>
        subject(async (did, options) => {
          if (options?.fresh) throw new TypeError('unknown option')
          return await sound(did, options)
        }),
      fails: ['RS-11'],
    },
    {
      flaw: 'counts in milliseconds',
      makeSubject: () => subject(changed((resolved) => ({ ...resolved, validUntil: 1_700_000_060_000 }))),
      fails: ['RS-12'],
    },
  ])
})
