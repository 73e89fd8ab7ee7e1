import { UportError } from '../errors/uport-error.ts'
import { foldDid, parseDid } from '../identity/did.ts'
import type { Did } from '../ports/did.ts'
import type { DidResolver, ResolvedDid, ResolveOptions } from '../ports/did-resolver.ts'
import type { JsonObject } from '../ports/json.ts'
import type { Options } from '../ports/options.ts'
import { checkAnswer } from './check-answer.ts'

/** A DID with its id taken out. */
export interface MethodDid {
  readonly did: Did
  readonly id: string
}

/** What a method makes of one of its DIDs: members of a document, and what that is pinned by. */
export interface DescribedDid {
  readonly document: JsonObject
  readonly versionId?: string | undefined
}

/**
 * A resolver of one method whose DIDs name their document for good: there is nothing to ask again, and no history.
 *
 * @param describe rejects with `DID_INVALID` where the id is not one of the method
 */
export function selfDescribingResolver(
  method: string,
  describe: (did: MethodDid, options: Options) => DescribedDid | Promise<DescribedDid>,
): DidResolver {
  const methods = Object.freeze([method])
  return Object.freeze<DidResolver>({
    methods,
    async resolve(did: Did, options: ResolveOptions = {}): Promise<ResolvedDid> {
      options.signal?.throwIfAborted()
      const folded = foldDid(did)
      const { method: asked, id } = parseDid(folded)
      if (asked !== method) throw methodUnsupported(asked, methods)
      if (options.versionTime !== undefined) throw versionUnsupported(method)
      const described = await describe({ did: folded, id }, { signal: options.signal })
      return checkAnswer(described, folded)
    },
  })
}

/** The id is not one of the method; `form` says what one looks like. */
export function idInvalid(method: string, form: string): UportError<'DID_INVALID'> {
  return new UportError('DID_INVALID', `This is not a did:${method}. Its id is ${form}.`)
}

function methodUnsupported(method: string, known: readonly string[]): UportError<'DID_METHOD_UNSUPPORTED'> {
  const message = `This resolver knows did:${known[0]} alone. Ask the one of the method.`
  return new UportError('DID_METHOD_UNSUPPORTED', message, { data: { method, known } })
}

function versionUnsupported(method: string): UportError<'DID_VERSION_UNSUPPORTED'> {
  const message = `A did:${method} has one document and no history. Resolve without versionTime.`
  return new UportError('DID_VERSION_UNSUPPORTED', message, { data: { method } })
}
