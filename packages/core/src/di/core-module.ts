import { systemClock } from '../clock/system-clock.ts'
import { Requester } from '../exchange/requester.ts'
import type { RequesterParts } from '../exchange/requester-parts.ts'
import type { Identity } from '../ports/identity.ts'
import { CachingResolver, type CachingResolverOptions } from '../resolve/caching-resolver.ts'
import { MethodRouter } from '../resolve/method-router.ts'
import { memoryRequestStore } from '../stores/memory-request-store.ts'
import { defineModule, type KitModule } from './module.ts'
import { assemblyHole } from './plan.ts'
import { type ManyToken, optional } from './token.ts'
import { TOKENS } from './tokens.ts'

/** What coreModule is told beside the parts that other modules bind. */
export interface CoreModuleOptions
  extends Pick<
    RequesterParts,
    | 'links'
    | 'sealing'
    | 'skew'
    | 'legacyTimes'
    | 'subjects'
    | 'engine'
    | 'isFrequentIssuer'
    | 'verdicts'
    | 'algorithms'
    | 'randomBytes'
  > {
  /** Who the application is; its keys come from `TOKENS.KeyStore` and `TOKENS.BoxKeys`. */
  readonly identity: Pick<Identity, 'did' | 'keyId'>
  /** How long, and how many, resolved documents are kept. */
  readonly cache?: Pick<CachingResolverOptions, 'ttlSeconds' | 'maxEntries'> | undefined
}

/**
 * Binds Identity, DidResolver (all method resolvers behind one cache) and Requester. Without a RequestStore, requests
 * are kept in this process's memory; without a Clock, the machine's is used. `get` rejects a DidResolver without any
 * method and a Requester without any reply channel with `ASSEMBLY_HOLE`.
 */
export function coreModule(options: CoreModuleOptions): KitModule {
  const { identity, cache, ...rest } = options
  return defineModule('core', (m) => {
    m.bind(TOKENS.Identity, { keys: TOKENS.KeyStore, boxKeys: TOKENS.BoxKeys }, ({ keys, boxKeys }) =>
      Object.freeze({ did: identity.did, keyId: identity.keyId, keys, boxKeys }),
    )
    m.bind(
      TOKENS.DidResolver,
      { methods: TOKENS.MethodResolver, clock: optional(TOKENS.Clock) },
      ({ methods, clock }) => {
        const resolver = new MethodRouter(atLeastOne(methods, TOKENS.MethodResolver, 'DidResolver'))
        return new CachingResolver({ ...cache, resolver, clock: clock ?? systemClock() })
      },
    )
    m.bind(
      TOKENS.Requester,
      {
        identity: TOKENS.Identity,
        resolver: TOKENS.DidResolver,
        transports: TOKENS.Transport,
        replyChannels: TOKENS.ReplyChannel,
        requests: optional(TOKENS.RequestStore),
        middleware: TOKENS.Middleware,
        content: optional(TOKENS.ContentSource),
        clock: optional(TOKENS.Clock),
      },
      (parts) => {
        atLeastOne(parts.replyChannels, TOKENS.ReplyChannel, 'Requester')
        const clock = parts.clock ?? systemClock()
        return new Requester({
          ...rest,
          ...parts,
          clock,
          requests: parts.requests ?? memoryRequestStore({ clock }),
        })
      },
    )
  })
}

function atLeastOne<T>(parts: readonly T[], token: ManyToken<T>, neededBy: string): readonly T[] {
  if (parts.length === 0) throw assemblyHole(token, neededBy)
  return parts
}
