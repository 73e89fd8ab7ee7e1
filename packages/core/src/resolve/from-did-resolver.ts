import { isUportError, UportError } from '../errors/uport-error.ts'
import { foldDid, parseDid } from '../identity/did.ts'
import { isJsonObject } from '../identity/is-json-object.ts'
import { abortable } from '../jwt/abortable.ts'
import type { Did } from '../ports/did.ts'
import type { DidResolver, ResolvedDid, ResolveOptions } from '../ports/did-resolver.ts'
import { checkAnswer } from './check-answer.ts'

/** A DID URL as the did-resolver packages take it apart. */
export interface DidUrlParts {
  readonly did: string
  readonly didUrl: string
  readonly method: string
  readonly id: string
  readonly query?: string
}

/** The `Resolver` class of did-resolver 2 and later. */
export interface ForeignDidResolver {
  resolve(didUrl: string, options?: Readonly<Record<string, unknown>>): Promise<unknown>
}

/** The function of one DID method; declared as a method, so that the stricter parameter types of each generation fit. */
export type ForeignDidMethod = {
  resolve(
    did: string,
    parsed: DidUrlParts,
    resolver: ForeignDidResolver,
    options: Readonly<Record<string, unknown>>,
  ): Promise<unknown>
}['resolve']

/** What `getResolver()` of a method's package returns. */
export type ForeignDidRegistry = Readonly<Record<string, ForeignDidMethod>>

/** A registry (2 and later), a `Resolver` (2 and later), or the `resolve` function of did-resolver 0.x. */
export type ForeignDidSource = ForeignDidRegistry | ForeignDidResolver | ForeignDidResolver['resolve']

export interface FromDidResolverOptions {
  /**
   * Whether the methods understand `?versionTime=` in a DID URL, as ethr-did-resolver does. Default false: a question for
   * an earlier version is refused, since a method that ignores it would answer with today's keys.
   */
  readonly history?: boolean | undefined
}

/** Error names of DID resolution, in lower case and without separators: each generation spells them otherwise. */
const NOT_FOUND: ReadonlySet<string> = new Set(['notfound', 'deactivated'])
const INVALID_DID: ReadonlySet<string> = new Set(['invaliddid', 'invaliddidurl'])
const UNSUPPORTED: ReadonlySet<string> = new Set(['unsupporteddidmethod', 'methodnotsupported'])
const INVALID_DOCUMENT: ReadonlySet<string> = new Set(['invaliddiddocument', 'representationnotsupported'])

/**
 * Makes a resolver of something written for the did-resolver packages, any generation: result envelopes (3 and later) and
 * bare documents (0 to 2) are told apart by their shape. Nothing is imported from those packages.
 *
 * A foreign call cannot be aborted: on abort the caller goes on and the late answer is dropped. `fresh` becomes the
 * option `cache: false`, which did-resolver 3 and later heeds.
 *
 * @param methods the DID methods to answer for, such as `['ethr', 'web']`
 */
export function fromDidResolver(
  source: ForeignDidSource,
  methods: readonly string[],
  options?: FromDidResolverOptions,
): DidResolver {
  return new DidResolverAdapter(source, methods, options?.history ?? false)
}

class DidResolverAdapter implements DidResolver {
  readonly methods: readonly string[]
  readonly #source: ForeignDidSource
  readonly #history: boolean

  constructor(source: ForeignDidSource, methods: readonly string[], history: boolean) {
    this.methods = Object.freeze([...methods])
    this.#source = source
    this.#history = history
  }

  async resolve(did: Did, options?: ResolveOptions): Promise<ResolvedDid> {
    options?.signal?.throwIfAborted()
    const folded = foldDid(did)
    const parts = this.#partsOf(folded, options?.versionTime)
    let answer: unknown
    try {
      answer = await abortable(this.#ask(parts, options?.fresh ? { cache: false } : {}), options?.signal)
    } catch (error) {
      if (isUportError(error) || options?.signal?.aborted) throw error
      throw resolutionFailed(folded, error)
    }
    return readAnswer(answer, folded, this.methods)
  }

  #partsOf(did: Did, versionTime: number | undefined): DidUrlParts {
    const { method, id } = parseDid(did)
    if (!this.methods.includes(method)) throw methodUnsupported(method, this.methods)
    if (versionTime === undefined) return { did, didUrl: did, method, id }
    if (!this.#history) {
      throw new UportError(
        'DID_VERSION_UNSUPPORTED',
        'This DID method keeps no history. Resolve without versionTime.',
        {
          data: { method },
        },
      )
    }
    const query = `versionTime=${isoSeconds(versionTime)}`
    return { did, didUrl: `${did}?${query}`, method, id, query }
  }

  async #ask(parts: DidUrlParts, options: Readonly<Record<string, unknown>>): Promise<unknown> {
    const source = this.#source
    if (typeof source === 'function') return source(parts.didUrl)
    if (isResolver(source)) return source.resolve(parts.didUrl, options)
    const method = Object.hasOwn(source, parts.method) ? source[parts.method] : undefined
    if (method === undefined) throw methodUnsupported(parts.method, this.methods)
    const resolver = { resolve: (didUrl: string) => this.#ask(partsOfUrl(didUrl), options) }
    return method(parts.did, parts, resolver, options)
  }
}

function isResolver(source: object): source is ForeignDidResolver {
  // A registry has its methods as own members; a Resolver inherits `resolve`, or is an object with that one member.
  return 'resolve' in source && typeof source.resolve === 'function'
}

function partsOfUrl(didUrl: string): DidUrlParts {
  const { did, method, id, query } = parseDid(didUrl)
  return { did, didUrl, method, id, ...(query !== undefined && { query }) }
}

/** XML Schema dateTime without fractions, as DID Core wants it. */
function isoSeconds(seconds: number): string {
  const time = new Date(Math.floor(seconds) * 1000)
  if (Number.isNaN(time.getTime())) throw new TypeError('versionTime is a time in Unix seconds.')
  return time.toISOString().replace('.000Z', 'Z')
}

function readAnswer(answer: unknown, did: Did, methods: readonly string[]): ResolvedDid {
  if (answer === null || answer === undefined) throw notFound(did)
  if (!isJsonObject(answer) || !('didResolutionMetadata' in answer || 'didDocument' in answer)) {
    return checkAnswer({ document: answer }, did)
  }
  const { didDocument, didResolutionMetadata, didDocumentMetadata } = answer
  const error = isJsonObject(didResolutionMetadata) ? didResolutionMetadata['error'] : undefined
  if (error !== undefined && error !== null) throw errorOf(error, did, methods)
  const metadata = isJsonObject(didDocumentMetadata) ? didDocumentMetadata : {}
  // A deactivated DID has no keys any more, whatever its document still says.
  if (didDocument === null || didDocument === undefined || metadata['deactivated'] === true)
    throw notFound(did)
  return checkAnswer({ document: didDocument, versionId: metadata['versionId'], metadata }, did)
}

function errorOf(error: unknown, did: Did, methods: readonly string[]): UportError {
  const name = normalizedName(error)
  if (NOT_FOUND.has(name)) return notFound(did)
  if (INVALID_DID.has(name))
    return new UportError('DID_INVALID', 'The DID method does not take this for one of its DIDs.')
  if (UNSUPPORTED.has(name)) return methodUnsupported(parseDid(did).method, methods)
  if (!INVALID_DOCUMENT.has(name)) return resolutionFailed(did, undefined)
  return new UportError(
    'DID_DOCUMENT_INVALID',
    'The resolver found an invalid DID document. Its publisher must correct it.',
    {
      data: { reason: 'refused by its resolver' },
    },
  )
}

/** `notFound`, `NOT_FOUND` and `{ type: 'https://www.w3.org/ns/did#NOT_FOUND' }` all become `notfound`. */
function normalizedName(error: unknown): string {
  const name = isJsonObject(error) ? error['type'] : error
  if (typeof name !== 'string' || name.length > 256) return ''
  return name
    .slice(name.lastIndexOf('#') + 1)
    .replaceAll('_', '')
    .toLowerCase()
}

function notFound(did: Did): UportError<'DID_NOT_FOUND'> {
  return new UportError('DID_NOT_FOUND', 'There is no such DID, or no longer.', { data: { did } })
}

function methodUnsupported(method: string, known: readonly string[]): UportError<'DID_METHOD_UNSUPPORTED'> {
  return new UportError(
    'DID_METHOD_UNSUPPORTED',
    'This resolver does not know the DID method. Add one that does.',
    {
      data: { method, known },
    },
  )
}

function resolutionFailed(did: Did, cause: unknown): UportError<'DID_RESOLUTION_FAILED'> {
  return new UportError('DID_RESOLUTION_FAILED', 'The resolver of this DID method failed. Try again.', {
    cause,
    retryable: true,
    data: { did },
  })
}
