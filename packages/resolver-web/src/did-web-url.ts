/** One label of a host name (RFC 1123, section 2.1), in lower case. */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const HOST = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`)
const MAX_HOST = 253

/** A last label of digits makes a browser read an IPv4 address: `2130706433`, `127.1`, `0x7f.1`. */
const NUMBER = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/

const PORT = /^[1-9]\d{0,4}$/

/** What a path segment may hold once decoded: RFC 3986 `pchar` without escapes. */
const SEGMENT = /^[\w.~!$&'()*+,;=:@-]+$/
const MAX_SEGMENTS = 32

const WELL_KNOWN = '/.well-known/did.json'

/**
 * The address of the document of a did:web: `example.com` is `https://example.com/.well-known/did.json`, `example.com%3A8443:user:alice`
 * is `https://example.com:8443/user/alice/did.json` (did:web method specification, section 2.5.2).
 *
 * @param id the method-specific id
 * @returns undefined for what is none: an IP address, a segment that is empty or leads elsewhere, upper case in the host
 */
export function didWebUrl(id: string): URL | undefined {
  const [host = '', ...path] = id.split(':').map(decodeSegment)
  const [name = '', port, ...rest] = host.split(':')
  if (!isHostName(name) || rest.length > 0 || !(port === undefined || isPort(port))) return undefined
  if (path.length > MAX_SEGMENTS || !path.every(isSegment)) return undefined
  const segments = path.map((segment) => `/${encodeURIComponent(segment)}`).join('')
  return new URL(`https://${host}${path.length === 0 ? WELL_KNOWN : `${segments}/did.json`}`)
}

/**
 * The address of the document of a did:https: a full domain name, neither port nor path.
 *
 * @returns undefined for what is none
 */
export function didHttpsUrl(id: string): URL | undefined {
  return isHostName(id) && id.includes('.') ? new URL(`https://${id}${WELL_KNOWN}`) : undefined
}

/** Empty for what does not decode, which no rule accepts. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ''
  }
}

function isHostName(text: string): boolean {
  return text.length <= MAX_HOST && HOST.test(text) && !NUMBER.test(text)
}

function isPort(text: string): boolean {
  return PORT.test(text) && Number(text) <= 65_535
}

function isSegment(text: string): boolean {
  return SEGMENT.test(text) && text !== '.' && text !== '..'
}
