import { defineModule, type KitModule, TOKENS } from '@uport-kit/core/di'
import type { UportResolverOptions } from '../resolver-options.ts'
import { UportResolver } from '../uport-resolver.ts'

/**
 * Adds did:uport and bare MNIDs to the methods that an assembly resolves.
 *
 * @throws TypeError, at assembly, that names the option which is wrong
 */
export function uportResolverModule(options: UportResolverOptions): KitModule {
  return defineModule('resolver-uport', (module) => {
    module.bind(TOKENS.MethodResolver, {}, () => new UportResolver(options))
  })
}
