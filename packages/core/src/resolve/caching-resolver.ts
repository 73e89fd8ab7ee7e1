import { foldDid } from '../identity/did.ts'
import { abortable } from '../jwt/abortable.ts'
import { LruMap } from '../jwt/lru-map.ts'
import type { Clock } from '../ports/clock.ts'
import type { Did } from '../ports/did.ts'
import type { DidResolver, ResolvedDid, ResolveOptions } from '../ports/did-resolver.ts'
import { checkAnswer } from './check-answer.ts'
import { SharedCalls } from './shared-calls.ts'

export interface CachingResolverOptions {
  /** The resolver that is asked. */
  readonly resolver: DidResolver
  /** How long an answer is taken for true, in seconds; an answer's own `validUntil` may end that sooner. Default 60. */
  readonly ttlSeconds?: number | undefined
  /** Answers kept; the one unused for longest goes first. Default 1000. */
  readonly maxEntries?: number | undefined
  readonly clock: Pick<Clock, 'now'>
}

interface Entry {
  readonly answer: ResolvedDid
  /** Unix seconds. */
  readonly askedAt: number
  /** Which call brought the answer: a later start knows more than an earlier one, whichever came back first. */
  readonly call: number
}

/**
 * Keeps answers of another resolver for a short time. Concurrent questions for one DID are asked once, failures are never
 * kept, and every answer is a frozen copy. A question with `fresh` goes to the resolver by itself, shares no call that was
 * under way, and its answer replaces the kept one. Documents of different `versionTime` are kept apart.
 */
export class CachingResolver implements DidResolver {
  readonly #resolver: DidResolver
  readonly #ttlSeconds: number
  readonly #clock: Pick<Clock, 'now'>
  readonly #entries: LruMap<Entry>
  readonly #calls = new SharedCalls<ResolvedDid>()
  #started = 0

  /** @throws TypeError where `ttlSeconds` is negative or `maxEntries` is no whole number from 1 */
  constructor({ resolver, ttlSeconds = 60, maxEntries = 1000, clock }: CachingResolverOptions) {
    if (!(ttlSeconds >= 0)) throw new TypeError('ttlSeconds is a number of seconds from 0.')
    if (!Number.isInteger(maxEntries) || maxEntries < 1)
      throw new TypeError('maxEntries is a whole number from 1.')
    this.#resolver = resolver
    this.#ttlSeconds = ttlSeconds
    this.#entries = new LruMap(maxEntries)
    this.#clock = clock
  }

  get methods(): readonly string[] {
    return this.#resolver.methods
  }

  async resolve(did: Did, options?: ResolveOptions): Promise<ResolvedDid> {
    options?.signal?.throwIfAborted()
    // Entries stand under folded DIDs: one that is found needs no folding.
    const known = options?.fresh === true ? undefined : this.#read(keyOf(did, options))
    if (known !== undefined) return known
    const folded = foldDid(did)
    const key = keyOf(folded, options)
    if (options?.fresh === true) return abortable(this.#ask(key, folded, options), options.signal)
    const ask = (signal: AbortSignal | undefined) => this.#ask(key, folded, { ...options, signal })
    return this.#read(key) ?? this.#calls.join(key, options?.signal, ask)
  }

  async #ask(key: string, did: Did, options: ResolveOptions): Promise<ResolvedDid> {
    const call = ++this.#started
    // An answer is as old as its question: what the source learned since is not in it.
    const askedAt = this.#clock.now()
    const answer = checkAnswer(await this.#resolver.resolve(did, options), did)
    this.#write(key, { answer, askedAt, call })
    return answer
  }

  #read(key: string): ResolvedDid | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || this.#isCurrent(entry)) return entry?.answer
    this.#entries.delete(key)
    return undefined
  }

  #write(key: string, entry: Entry): void {
    const known = this.#entries.get(key)
    if (known !== undefined && known.call > entry.call) return
    if (this.#isCurrent(entry)) this.#entries.set(key, entry)
    else this.#entries.delete(key)
  }

  #isCurrent({ answer, askedAt }: Entry): boolean {
    const now = this.#clock.now()
    // A clock that was set back says nothing about the age of the entry.
    if (now < askedAt) return false
    return now < Math.min(askedAt + this.#ttlSeconds, answer.validUntil ?? Number.POSITIVE_INFINITY)
  }
}

function keyOf(did: Did, options: ResolveOptions | undefined): string {
  return `${options?.versionTime ?? ''} ${did}`
}
