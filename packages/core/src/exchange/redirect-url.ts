/** Longest address that is read. */
const MAX_LENGTH = 2048

/** Schemes that run or read something where they are opened, instead of leading to an app. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'javascript:',
  'data:',
  'file:',
  'blob:',
  'about:',
  'vbscript:',
])

/** How a page asks iOS to come back into Chrome; the rest is an ordinary http(s) URL. */
const CHROME = /^googlechrome(s?):/i

/** The URL a wallet may open to lead the person back: http(s) or an app's own scheme; anything else is none. */
export function parseRedirectUrl(text: unknown): URL | undefined {
  if (typeof text !== 'string' || text.length > MAX_LENGTH || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return FORBIDDEN.has(url.protocol) ? undefined : url
}

/**
 * Where the person is led back to after answering. What the requester signed counts. An unsigned address counts only where
 * it is http(s) of the very origin that the requester signed, as its redirect or else as its callback: anybody may have
 * put it there.
 */
export function judgeRedirect(
  unsigned: string | undefined,
  signed: URL | undefined,
  callback: URL | undefined,
): URL | undefined {
  const wanted = parseRedirectUrl(unsigned)
  const known = signed ?? callback
  if (wanted === undefined || known === undefined) return signed
  const origin = webOrigin(wanted)
  return origin !== undefined && origin === webOrigin(known) ? wanted : signed
}

/** The origin of an http(s) URL, also where Chrome's scheme stands for it. */
function webOrigin(url: URL): string | undefined {
  const folded = url.href.replace(CHROME, (_, secure: string) => `http${secure}:`)
  if (!URL.canParse(folded)) return undefined
  const { protocol, origin } = new URL(folded)
  return protocol === 'https:' || protocol === 'http:' ? origin : undefined
}
