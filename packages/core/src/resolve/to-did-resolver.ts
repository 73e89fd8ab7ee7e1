import { isUportError, type UportErrorCode } from '../errors/uport-error.ts'
import { parseDid } from '../identity/did.ts'
import { toLegacyDidDocument, toW3cDidDocument } from '../identity/legacy-conversion.ts'
import type { DidDocument, DidResolver, ResolvedDid, ResolveOptions } from '../ports/did-resolver.ts'

/** The result envelope of did-resolver 3 and later (W3C DID Resolution). */
export interface DidResolutionResult {
  readonly didResolutionMetadata: {
    readonly contentType?: string
    readonly error?: string
    /** For people; the code of the framework's error stands in `code`. */
    readonly message?: string
    readonly code?: UportErrorCode
  }
  /** A fresh document in the W3C vocabulary: the caller may change it. */
  readonly didDocument: { readonly id: string } | null
  readonly didDocumentMetadata: { readonly versionId?: string }
}

/** What did-resolver 3 and later hand to the function of a method, as far as it matters here. */
export interface RegistryCallOptions {
  /** `false` asks the source anew. */
  readonly cache?: unknown
  /** ISO 8601, as in DID URLs. */
  readonly versionTime?: unknown
}

export type DidResolverRegistry = Record<
  string,
  (
    did: string,
    parsed: { readonly query?: string },
    resolver: unknown,
    options?: RegistryCallOptions,
  ) => Promise<DidResolutionResult>
>

export type LegacyDidRegistry = Record<string, (did: string) => Promise<DidDocument | null>>

/** Names of DID resolution for codes of the framework; every other code is an `internalError`. */
const ERROR_NAMES: ReadonlyMap<string, string> = new Map([
  ['DID_NOT_FOUND', 'notFound'],
  ['DID_INVALID', 'invalidDid'],
  ['MNID_INVALID', 'invalidDid'],
  ['DID_METHOD_UNSUPPORTED', 'unsupportedDidMethod'],
  ['DID_DOCUMENT_INVALID', 'invalidDidDocument'],
  ['DID_DOCUMENT_ID_MISMATCH', 'invalidDidDocument'],
  ['IDENTITY_DOCUMENT_INVALID', 'invalidDidDocument'],
  ['DID_VERSION_UNSUPPORTED', 'featureNotSupported'],
])

/**
 * A resolver as the registry that did-resolver 3 and later take: `new Resolver(toDidResolverRegistry(resolver))`. Documents
 * come in the W3C vocabulary. Errors become `didResolutionMetadata.error`, and `code` keeps the framework's own; a source
 * that failed is an `internalError`, never `notFound`. `versionTime` in the DID URL or the options is passed on.
 */
export function toDidResolverRegistry(resolver: DidResolver): DidResolverRegistry {
  return byMethod<DidResolverRegistry[string]>(resolver, async (did, parsed, _resolver, options) => {
    try {
      const readOptions = readVersion(parsed?.query, options)
      if (readOptions === undefined)
        return failure('invalidDidUrl', 'Give versionTime as an ISO 8601 time, and no versionId.')
      return success(await resolver.resolve(parseDid(did).did, readOptions))
    } catch (error) {
      if (!isUportError(error)) return failure('internalError', 'The resolver failed.')
      return failure(ERROR_NAMES.get(error.code) ?? 'internalError', error.message, error.code)
    }
  })
}

/**
 * A resolver as the registry that did-resolver 1 and 2 take: bare documents in the older vocabulary, `null` where there is
 * no such DID, and errors thrown. Path, query and fragment of a DID URL are for the caller to dereference.
 */
export function toLegacyRegistry(resolver: DidResolver): LegacyDidRegistry {
  return byMethod<LegacyDidRegistry[string]>(resolver, async (did) => {
    try {
      const { document } = await resolver.resolve(parseDid(did).did)
      return structuredClone(toLegacyDidDocument(document))
    } catch (error) {
      if (isUportError(error, 'DID_NOT_FOUND')) return null
      throw error
    }
  })
}

/**
 * Registers every method of a resolver with did-resolver 0.x, whose registry is global:
 * `registerLegacyMethods(resolver, require('did-resolver').registerMethod)`.
 */
export function registerLegacyMethods(
  resolver: DidResolver,
  registerMethod: (method: string, resolve: (did: string) => Promise<DidDocument | null>) => void,
): void {
  for (const [method, resolve] of Object.entries(toLegacyRegistry(resolver))) registerMethod(method, resolve)
}

function byMethod<Entry>(resolver: DidResolver, entry: Entry): Record<string, Entry> {
  return Object.fromEntries(resolver.methods.map((method) => [method, entry]))
}

/** The options for the resolver, or `undefined` where the caller wants a version that cannot be understood. */
function readVersion(
  query: string | undefined,
  options: RegistryCallOptions | undefined,
): ResolveOptions | undefined {
  const fresh = options?.cache === false
  const parameters = new URLSearchParams(query ?? '')
  if (parameters.has('versionId')) return undefined
  const versionTime = parameters.get('versionTime') ?? options?.versionTime
  if (versionTime === undefined) return { fresh }
  const milliseconds = typeof versionTime === 'string' ? Date.parse(versionTime) : Number.NaN
  return Number.isNaN(milliseconds) ? undefined : { fresh, versionTime: Math.floor(milliseconds / 1000) }
}

function success({ document, versionId }: ResolvedDid): DidResolutionResult {
  return {
    didResolutionMetadata: { contentType: 'application/did+ld+json' },
    didDocument: structuredClone(toW3cDidDocument(document)),
    didDocumentMetadata: { ...(versionId !== undefined && { versionId }) },
  }
}

function failure(error: string, message: string, code?: UportErrorCode): DidResolutionResult {
  return {
    didResolutionMetadata: { error, message, ...(code !== undefined && { code }) },
    didDocument: null,
    didDocumentMetadata: {},
  }
}
