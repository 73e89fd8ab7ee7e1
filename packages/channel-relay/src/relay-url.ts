const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * The relay's address without a slash at its end.
 *
 * @throws TypeError for anything but an https URL without query, fragment and credentials; http is for this machine
 * alone, unless it is allowed
 */
export function parseRelayUrl(input: string | URL, allowHttp: boolean): string {
  const text = String(input)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw new TypeError('url: give the relay’s address as an absolute URL')
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    throw new TypeError('url: the relay’s address has no query, fragment or credentials')
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && (allowHttp || LOOPBACK.test(url.hostname)))
  if (!isSafe)
    throw new TypeError('url: use https; http is for this machine alone, or where allowHttp is set')
  return url.href.replace(/\/+$/, '')
}
