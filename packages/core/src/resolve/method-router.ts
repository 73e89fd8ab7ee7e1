import { isUportError, UportError } from '../errors/uport-error.ts'
import { foldDid, parseDid } from '../identity/did.ts'
import { abortable } from '../jwt/abortable.ts'
import type { Did } from '../ports/did.ts'
import type { DidResolver, ResolvedDid, ResolveOptions } from '../ports/did-resolver.ts'
import { checkAnswer } from './check-answer.ts'

const METHOD_NAME = /^[a-z0-9]+$/

/**
 * One resolver made of several, each for its own DID methods. Folds what it is asked for, and trusts no answer: the
 * document is bounded, copied and frozen, and its id must be the DID.
 */
export class MethodRouter implements DidResolver {
  readonly methods: readonly string[]
  readonly #resolvers: ReadonlyMap<string, DidResolver>

  /**
   * @throws TypeError without any resolver, or where a method name is none
   * @throws UportError `ASSEMBLY_CONFLICT`: two resolvers claim one method
   */
  constructor(resolvers: readonly DidResolver[]) {
    this.#resolvers = routesOf(resolvers)
    if (this.#resolvers.size === 0) throw new TypeError('Give at least one resolver that knows a DID method.')
    this.methods = Object.freeze([...this.#resolvers.keys()])
  }

  /**
   * @param did a DID or a bare MNID; a DID URL is refused with `DID_INVALID`, since its path, query or fragment would be lost
   * @throws UportError as the port says; what a resolver throws beside its codes arrives as `DID_RESOLUTION_FAILED`
   */
  async resolve(did: Did, options?: ResolveOptions): Promise<ResolvedDid> {
    options?.signal?.throwIfAborted()
    const folded = foldDid(did)
    const { method } = parseDid(folded)
    const resolver = this.#resolvers.get(method)
    if (resolver === undefined) {
      throw new UportError(
        'DID_METHOD_UNSUPPORTED',
        `No resolver for did:${method.slice(0, 64)} is assembled. Add one.`,
        {
          data: { method, known: this.methods },
        },
      )
    }
    return checkAnswer(await this.#ask(resolver, folded, options), folded)
  }

  async #ask(resolver: DidResolver, did: Did, options: ResolveOptions | undefined): Promise<ResolvedDid> {
    try {
      return await abortable(resolver.resolve(did, options), options?.signal)
    } catch (error) {
      if (isUportError(error) || options?.signal?.aborted) throw error
      throw new UportError('DID_RESOLUTION_FAILED', 'The resolver of this DID method failed. Try again.', {
        cause: error,
        retryable: true,
        data: { did },
      })
    }
  }
}

function routesOf(resolvers: readonly DidResolver[]): ReadonlyMap<string, DidResolver> {
  const routes = new Map<string, DidResolver>()
  for (const resolver of resolvers) {
    for (const method of resolver.methods) {
      if (!METHOD_NAME.test(method))
        throw new TypeError(`"${method}" is no DID method name. Write it as in 'uport'.`)
      const other = routes.get(method)
      if (other !== undefined && other !== resolver) throw conflict(method, other, resolver)
      routes.set(method, resolver)
    }
  }
  return routes
}

function conflict(method: string, ...resolvers: readonly DidResolver[]): UportError<'ASSEMBLY_CONFLICT'> {
  return new UportError('ASSEMBLY_CONFLICT', `Two resolvers claim did:${method}. Leave one of them out.`, {
    data: {
      token: `did:${method}`,
      modules: Object.freeze(resolvers.map((resolver) => resolver.constructor.name)),
    },
  })
}
