import { defineModule, type KitModule, TOKENS } from '@uport-kit/core/di'
import { readContentSource, type UportResolverOptions } from '../resolver-options.ts'
import { UportResolver } from '../uport-resolver.ts'

/**
 * Adds did:uport and bare MNIDs to the methods that an assembly resolves, and binds the source of their documents for
 * whoever else reads content by its hash.
 *
 * @throws TypeError, when the parts are made, that names the option which is wrong
 */
export function uportResolverModule(options: UportResolverOptions): KitModule {
  const { networks, fetch, timeoutMs, maxDocumentBytes } = options
  return defineModule('resolver-uport', (module) => {
    if (options.content === undefined) module.bind(TOKENS.ContentSource, {}, () => readContentSource(options))
    else module.value(TOKENS.ContentSource, options.content)
    module.bind(
      TOKENS.MethodResolver,
      { content: TOKENS.ContentSource },
      ({ content }) => new UportResolver({ networks, fetch, timeoutMs, maxDocumentBytes, content }),
    )
  })
}
