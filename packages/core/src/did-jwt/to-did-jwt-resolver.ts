import type { DIDDocument, DIDResolutionResult } from 'did-resolver'
import { isUportError, type UportErrorCode } from '../errors/uport-error.ts'
import { foldDid } from '../identity/did.ts'
import type { DidResolver, ResolvedDid } from '../ports/did-resolver.ts'

/** What did-jwt 8 and 9 ask of a resolver: the `Resolvable` of did-resolver 4 and later. */
export interface DidJwtResolvable {
  resolve(did: string): Promise<DIDResolutionResult>
}

/** Error names of W3C DID Resolution. */
const ERRORS: ReadonlyMap<UportErrorCode, string> = new Map([
  ['DID_INVALID', 'invalidDid'],
  ['MNID_INVALID', 'invalidDid'],
  ['DID_NOT_FOUND', 'notFound'],
  ['DID_METHOD_UNSUPPORTED', 'unsupportedDidMethod'],
])

/**
 * A resolver of this framework as the `resolver` option of did-jwt's `verifyJWT`. A failure comes out as resolution
 * metadata, as that contract wants it: its `error` is the W3C name where there is one, else the error's code. Documents are
 * copies, for did-jwt's callers may write into them.
 *
 * Give `verifyJWT` a fresh options object every time: versions 8 and 9 keep the first issuer's keys in it.
 */
export function toDidJwtResolver(resolver: Pick<DidResolver, 'resolve'>): DidJwtResolvable {
  return Object.freeze<DidJwtResolvable>({
    async resolve(did) {
      try {
        return toResult(await resolver.resolve(foldDid(did)))
      } catch (error) {
        return toFailure(error)
      }
    },
  })
}

function toResult(resolved: ResolvedDid): DIDResolutionResult {
  const didDocument: DIDDocument = JSON.parse(JSON.stringify(resolved.document))
  return {
    didResolutionMetadata: { contentType: 'application/did+json' },
    didDocument,
    didDocumentMetadata: resolved.versionId === undefined ? {} : { versionId: resolved.versionId },
  }
}

function toFailure(error: unknown): DIDResolutionResult {
  const code = isUportError(error) ? error.code : 'DID_RESOLUTION_FAILED'
  return {
    didResolutionMetadata: {
      error: ERRORS.get(code) ?? code,
      ...(isUportError(error) && { message: error.message }),
    },
    didDocument: null,
    didDocumentMetadata: {},
  }
}
