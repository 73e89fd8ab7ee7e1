/** Where a configured service is, with its credentials taken out of the address. */
export interface ServiceUrl {
  /** Never has credentials; may still have secrets in its path. */
  readonly url: URL
  /** Host and port: all that errors may tell. */
  readonly host: string
  /** What every request to the service carries. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Reads a configured `http` or `https` address. User name and password become a header, since `fetch` refuses them in a
 * URL.
 *
 * @param name of the option, for the error
 * @throws TypeError that does not repeat the address, for it may hold secrets
 */
export function parseServiceUrl(name: string, text: string): ServiceUrl {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(`${name}: write an http or https URL`)
  }
  const { username, password, host } = url
  url.username = ''
  url.password = ''
  url.hash = ''
  return Object.freeze({ url, host, headers: Object.freeze(authorization(username, password)) })
}

function authorization(username: string, password: string): Record<string, string> {
  if (username === '' && password === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const bytes = new TextEncoder().encode(pair)
  return { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` }
}
