import { UportError } from '../errors/uport-error.ts'
import type { ReplyMode, UriForm } from '../ports/transport.ts'

/** The deep-link scheme of the original. */
const SCHEME_PREFIX = 'me.uport:req/'

/** The universal link of the original; its host is gone, and wallets still know the form. */
const LEGACY_PREFIX = 'https://id.uport.me/req/'

/** Longest request text that is read: a JWT of 64 KiB and room for its URI. */
const MAX_TEXT_LENGTH = 66_560

const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/

/** How requests are written as links. */
export interface RequestLinks {
  /** Prefix of the app's own universal links, such as `https://login.example/req/`. */
  readonly universal?: string | undefined
}

/** A request URI, taken apart. The parameters beside the token are unsigned. */
export type ParsedRequestUri =
  | {
      readonly kind: 'inline'
      readonly jwt: string
      /** `callback_type`, where it says something known. */
      readonly replyMode?: ReplyMode | undefined
      readonly redirectUrl?: string | undefined
    }
  | { readonly kind: 'reference'; readonly url: URL }

/** Writes a request as a URI. `callback_type` is always written, so that no wallet has to guess. */
export function createRequestUri(
  jwt: string,
  replyMode: ReplyMode,
  links: RequestLinks = {},
  form: UriForm = links.universal === undefined ? 'scheme' : 'universal',
): string {
  return `${prefixOf(form, links)}${jwt}?callback_type=${replyMode}`
}

function prefixOf(form: UriForm, links: RequestLinks): string {
  if (form === 'scheme') return SCHEME_PREFIX
  if (form === 'legacy') return LEGACY_PREFIX
  if (links.universal === undefined)
    throw new TypeError('links.universal is not set: give the prefix of your universal links')
  return links.universal.endsWith('/') ? links.universal : `${links.universal}/`
}

/**
 * Reads what a wallet scanned, was opened with, or got by push: a universal or deep link, a bare JWT, or a reference
 * that has to be fetched.
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
  if (url.protocol === 'me.uport:') return inline(url, url.pathname)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw malformed('its scheme is not one of a request')
  const last = url.pathname.slice(url.pathname.lastIndexOf('/req/') + 1)
  return url.pathname.includes('/req/') && JWT.test(last.slice(4))
    ? inline(url, last)
    : { kind: 'reference', url }
}

function inline(url: URL, path: string): ParsedRequestUri {
  const jwt = path.startsWith('req/') ? path.slice(4) : ''
  if (!JWT.test(jwt)) throw malformed('it carries no JWT')
  const mode = url.searchParams.get('callback_type')
  return {
    kind: 'inline',
    jwt,
    replyMode: mode === 'post' || mode === 'redirect' ? mode : undefined,
    redirectUrl: url.searchParams.get('redirect_url') ?? undefined,
  }
}

function malformed(reason: string): UportError<'REQUEST_MALFORMED'> {
  return new UportError('REQUEST_MALFORMED', `This is no request: ${reason}.`, { data: { reason } })
}
