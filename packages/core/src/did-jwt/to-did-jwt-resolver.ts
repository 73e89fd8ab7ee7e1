import { parseDid } from '../identity/did.ts'
import type { DidResolver } from '../ports/did-resolver.ts'
import { type DidResolutionResult, toDidResolverRegistry } from '../resolve/to-did-resolver.ts'

/** What did-jwt 8 and 9 ask of a resolver: the `Resolvable` of did-resolver 4 and later. */
export interface DidJwtResolvable {
  resolve(didUrl: string, options?: { readonly [option: string]: unknown }): Promise<DidResolutionResult>
}

/**
 * A resolver of this framework as the `resolver` option of did-jwt's `verifyJWT`, without did-resolver in between. Failures
 * come out as resolution metadata, as that contract wants it, and documents are copies.
 *
 * Give `verifyJWT` a fresh options object every time: versions 8 and 9 keep the first issuer's keys in it, and judge the
 * next token by them.
 */
export function toDidJwtResolver(resolver: DidResolver): DidJwtResolvable {
  const methods = new Map(Object.entries(toDidResolverRegistry(resolver)))
  return Object.freeze<DidJwtResolvable>({
    async resolve(didUrl, options) {
      const parsed = parseOrUndefined(didUrl)
      if (parsed === undefined) return failure('invalidDid')
      const resolve = methods.get(parsed.method)
      if (resolve === undefined) return failure('unsupportedDidMethod')
      const { cache, versionTime } = options ?? {}
      return resolve(didUrl, parsed.query === undefined ? {} : { query: parsed.query }, undefined, {
        cache,
        versionTime,
      })
    },
  })
}

function parseOrUndefined(didUrl: string) {
  try {
    return parseDid(didUrl)
  } catch {
    return undefined
  }
}

function failure(error: string): DidResolutionResult {
  return { didResolutionMetadata: { error }, didDocument: null, didDocumentMetadata: {} }
}
