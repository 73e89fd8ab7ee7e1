import { defineModule, type KitModule, optional, TOKENS } from '@uport-kit/core/di'
import { EthrDidResolver, type EthrDidResolverOptions } from '../ethr-did-resolver.ts'

/**
 * Adds did:ethr to the methods that an assembly resolves.
 *
 * @throws TypeError, when the resolver is made, that names the option which is wrong
 */
export function ethrResolverModule(options: EthrDidResolverOptions): KitModule {
  return defineModule('resolver-ethr', (module) => {
    module.bind(
      TOKENS.MethodResolver,
      { clock: optional(TOKENS.Clock) },
      ({ clock }) => new EthrDidResolver({ clock, ...options }),
    )
  })
}
