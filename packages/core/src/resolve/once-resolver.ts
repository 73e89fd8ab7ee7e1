import { parseDidDocument } from '../identity/did-document.ts'
import type { Did } from '../ports/did.ts'
import type { DidResolver, ResolvedDid, ResolveOptions } from '../ports/did-resolver.ts'

/**
 * Asks another resolver at most once for each DID, for the length of one piece of work: a question that comes while an
 * answer is awaited, or after it, shares it. Failures are shared by those who wait for them and then forgotten. All
 * callers belong together: the signal and the freshness are the first one's, and `abort` ends what is under way.
 */
export class OnceResolver implements DidResolver {
  readonly #resolver: DidResolver
  readonly #answers = new Map<string, Promise<ResolvedDid>>()
  readonly #running = new Set<AbortController>()

  constructor(resolver: DidResolver) {
    this.#resolver = resolver
  }

  get methods(): readonly string[] {
    return this.#resolver.methods
  }

  resolve(did: Did, options?: ResolveOptions): Promise<ResolvedDid> {
    const key = `${options?.versionTime ?? ''} ${did}`
    const known = this.#answers.get(key)
    if (known !== undefined) return known
    const answer = this.#ask(did, options)
    this.#answers.set(key, answer)
    answer.catch(() => this.#answers.delete(key))
    return answer
  }

  abort(reason: unknown): void {
    for (const controller of this.#running) controller.abort(reason)
  }

  async #ask(did: Did, options: ResolveOptions | undefined): Promise<ResolvedDid> {
    const controller = new AbortController()
    this.#running.add(controller)
    const signal = options?.signal ?? controller.signal
    try {
      const answer = await this.#resolver.resolve(did, { ...options, signal })
      // Read here, the document is not read again for each of those who share it.
      return Object.freeze({ ...answer, document: parseDidDocument(answer.document, did) })
    } finally {
      this.#running.delete(controller)
    }
  }
}
