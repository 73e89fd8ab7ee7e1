import { defineModule, type KitModule, TOKENS } from '@uport-kit/core/di'
import { WebDidResolver, type WebDidResolverOptions } from '../web-did-resolver.ts'

/** Adds did:web and did:https to the methods that an assembly resolves, fetched through the SafeFetch that is assembled. */
export function webResolverModule(options: Omit<WebDidResolverOptions, 'safeFetch'> = {}): KitModule {
  return defineModule('resolver-web', (module) => {
    module.bind(
      TOKENS.MethodResolver,
      { safeFetch: TOKENS.SafeFetch },
      ({ safeFetch }) => new WebDidResolver({ ...options, safeFetch }),
    )
  })
}
