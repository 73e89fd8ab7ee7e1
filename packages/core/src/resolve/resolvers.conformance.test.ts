import { didResolverCases, registerConformance } from '@uport-kit/conformance'
import { describe, it } from 'vitest'
import { ManualClock } from '../clock/manual-clock.ts'
import { UportError } from '../errors/uport-error.ts'
import type { DidResolver } from '../ports/did-resolver.ts'
import { CachingResolver } from './caching-resolver.ts'
import { MethodRouter } from './method-router.ts'

const KNOWN = 'did:example:known'
const KEY = {
  id: `${KNOWN}#1`,
  type: 'EcdsaSecp256k1VerificationKey2019',
  controller: KNOWN,
  publicKeyHex: '02ab',
}

/** One document, and nothing done about cancelling or malformed DIDs: that is the router's and the cache's work. */
const source: DidResolver = {
  methods: ['example'],
  resolve: async (did, options) => {
    if (did !== KNOWN) throw new UportError('DID_NOT_FOUND', 'nobody registered it', { data: { did } })
    if (options?.versionTime !== undefined) {
      throw new UportError('DID_VERSION_UNSUPPORTED', 'there is no history', { data: { method: 'example' } })
    }
    return { did, document: { id: did, verificationMethod: [KEY] } }
  },
}

const subject = (resolver: DidResolver) =>
  ({ resolver, known: KNOWN, unknown: 'did:example:unknown' }) as const
const router = () => new MethodRouter([source])

registerConformance({ describe, it }, 'MethodRouter', didResolverCases, () => subject(router()))
registerConformance({ describe, it }, 'CachingResolver', didResolverCases, () =>
  subject(new CachingResolver({ resolver: router(), clock: new ManualClock(1_700_000_000) })),
)
