import { UportError } from '../errors/uport-error.ts'
import type { ReplyMode, UriForm } from '../ports/transport.ts'
import { type RequestEndpoint, routeRequestUri } from './request-endpoint.ts'
import {
  appendRequestParameters,
  parseRequestParameters,
  type UnsignedParameters,
} from './request-parameters.ts'

/** The deep-link prefix of the original. */
const SCHEME_PREFIX = 'me.uport:req/'

/** The universal link of the original; its host is gone, and wallets still know the form. */
const LEGACY_PREFIX = 'https://id.uport.me/req/'

/** Longest request text that is read: a JWT of 64 KiB and room for its URI. */
const MAX_TEXT_LENGTH = 66_560

/** Credentials in one deprecated link. */
const MAX_CREDENTIALS = 16

const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/

/** How requests are written as links. */
export interface RequestLinks {
  /** Prefix of the app's own universal links, such as `https://login.example/req/`. */
  readonly universal?: string | undefined
}

/** A request URI, taken apart. Every parameter beside a token is unsigned: see `UnsignedParameters`. */
export type ParsedRequestUri =
  /** A signed request, or one credential. */
  | ({ readonly kind: 'inline'; readonly jwt: string } & UnsignedParameters)
  /** Deprecated `add?attestations=`: credentials to keep. */
  | ({ readonly kind: 'credentials'; readonly jwts: readonly string[] } & UnsignedParameters)
  /** Something that has to be fetched. */
  | { readonly kind: 'reference'; readonly url: URL }
  /** Deprecated `me` without a token: somebody asks for a disclosure. Nobody signed it. */
  | ({ readonly kind: 'disclosure'; readonly unsigned: true } & UnsignedParameters)
  /** Deprecated: an account to know. Nobody signed it. */
  | ({ readonly kind: 'contact'; readonly unsigned: true; readonly address: string } & UnsignedParameters)
  /** Deprecated (ERC-67): a transaction; without `address` it creates a contract. Nobody signed it. */
  | ({
      readonly kind: 'transaction'
      readonly unsigned: true
      readonly address?: string | undefined
    } & UnsignedParameters)

/**
 * Writes a request as a URI. `callback_type` is always written, so that no wallet has to guess.
 *
 * @param beside parameters that nobody signs
 */
export function createRequestUri(
  jwt: string,
  replyMode: ReplyMode,
  links: RequestLinks = {},
  form: UriForm = links.universal === undefined ? 'scheme' : 'universal',
  beside: UnsignedParameters = {},
): string {
  return appendRequestParameters(`${prefixOf(form, links)}${jwt}`, { ...beside, replyMode })
}

function prefixOf(form: UriForm, links: RequestLinks): string {
  if (form === 'scheme') return SCHEME_PREFIX
  if (form === 'legacy') return LEGACY_PREFIX
  if (links.universal === undefined)
    throw new TypeError('links.universal is not set: give the prefix of your universal links')
  return links.universal.endsWith('/') ? links.universal : `${links.universal}/`
}

/**
 * Reads what a wallet scanned, was opened with, or got by push: a universal or deep link, a bare JWT, a reference that has
 * to be fetched, or one of the deprecated forms. Only what a token says is signed; the forms without one are marked so.
 *
 * @throws UportError `REQUEST_MALFORMED`
 */
export function parseRequestUri(text: unknown): ParsedRequestUri {
  if (typeof text !== 'string') throw malformed('it is not text')
  if (text.length > MAX_TEXT_LENGTH) throw malformed('it is too long')
  const trimmed = text.trim()
  if (JWT.test(trimmed)) return { kind: 'inline', jwt: trimmed }
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined
  if (url === undefined) throw malformed('it is neither a URI nor a JWT')
  const endpoint = routeRequestUri(url)
  if (endpoint.kind === 'other' || (endpoint.kind === 'req' && !JWT.test(endpoint.rest))) {
    if (url.protocol === 'https:' || url.protocol === 'http:') return { kind: 'reference', url }
    throw malformed('it carries no JWT and its scheme is no address to fetch')
  }
  return ofEndpoint(endpoint, url.searchParams)
}

function ofEndpoint({ kind, rest }: RequestEndpoint, query: URLSearchParams): ParsedRequestUri {
  const parameters = parseRequestParameters(query)
  switch (kind) {
    case 'req':
      return { kind: 'inline', jwt: rest, ...parameters }
    case 'add':
      return { kind: 'credentials', jwts: readTokens(query.get('attestations')), ...parameters }
    case 'me': {
      const token = query.get('requestToken')
      if (token === null) return { kind: 'disclosure', unsigned: true, ...parameters }
      if (!JWT.test(token)) throw malformed('its requestToken is no JWT')
      return { kind: 'inline', jwt: token, ...parameters }
    }
    case 'deploy':
      return { kind: 'transaction', unsigned: true, ...parameters, bytecode: rest || parameters.bytecode }
    default:
      return kind === 'payment' || isTransaction(query)
        ? { kind: 'transaction', unsigned: true, address: rest, ...parameters }
        : { kind: 'contact', unsigned: true, address: rest, ...parameters }
  }
}

function readTokens(text: string | null): readonly string[] {
  const tokens = (text ?? '').split(',')
  if (tokens.length > MAX_CREDENTIALS) throw malformed('it carries too many credentials')
  if (!tokens.every((token) => JWT.test(token))) throw malformed('its attestations are no JWTs')
  return tokens
}

/** What the original took for a transaction; an address without any of it is an account to know. */
function isTransaction(query: URLSearchParams): boolean {
  return query.has('value') || query.has('function') || query.has('bytecode')
}

function malformed(reason: string): UportError<'REQUEST_MALFORMED'> {
  return new UportError('REQUEST_MALFORMED', `This is no request: ${reason}.`, { data: { reason } })
}
