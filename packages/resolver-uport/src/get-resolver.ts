import {
  type DidResolver,
  type DidResolverRegistry,
  isUportError,
  toDidResolverRegistry,
  UportError,
} from '@uport-kit/core'
import type { UportResolverOptions } from './resolver-options.ts'
import { UportResolver } from './uport-resolver.ts'

/**
 * The method `uport` for the did-resolver package, version 3 and later: `new Resolver(getResolver(options))`.
 *
 * @throws TypeError that names the option which is wrong
 */
export function getResolver(options: UportResolverOptions): DidResolverRegistry {
  return toDidResolverRegistry(speakingOfNotFound(new UportResolver(options)))
}

/** That world has one word for an identity that is not there. */
function speakingOfNotFound(resolver: DidResolver): DidResolver {
  return {
    methods: resolver.methods,
    async resolve(did, options) {
      try {
        return await resolver.resolve(did, options)
      } catch (error) {
        if (!isUportError(error, 'IDENTITY_NOT_REGISTERED')) throw error
        throw new UportError('DID_NOT_FOUND', error.message, { data: { did: error.data.did }, cause: error })
      }
    },
  }
}
