import { decodeHex } from '../bytes/hex.ts'
import { isMnid } from '../identity/mnid.ts'

/** The deep-link scheme of the original. */
const SCHEME = 'me.uport:'

/** The host of the original universal links. Gone, and still named by links, codes and wallets. */
const LEGACY_ORIGIN = 'https://id.uport.me'

/** What a request URI leads to, by its path alone; `rest` is what stands behind the endpoint's name. */
export interface RequestEndpoint {
  readonly kind: 'req' | 'add' | 'me' | 'deploy' | 'address' | 'payment' | 'other'
  readonly rest: string
}

const NAMES: ReadonlySet<string> = new Set(['req', 'add', 'me', 'deploy'])

/**
 * Routes a URI as the original wallet did. `req` is known at every http(s) address, because applications have their own
 * universal links; the deprecated endpoints only at the two places where they ever were.
 */
export function routeRequestUri(url: URL): RequestEndpoint {
  if (url.protocol === 'ethereum:') {
    const { kind, rest } = ofAddress(url.pathname)
    return kind === 'address' ? { kind: 'payment', rest } : { kind, rest }
  }
  if (url.protocol === SCHEME) return ofPath(url.pathname)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { kind: 'other', rest: '' }
  if (url.origin === LEGACY_ORIGIN) return ofPath(url.pathname.slice(1))
  const at = url.pathname.lastIndexOf('/req/')
  return at < 0 ? { kind: 'other', rest: '' } : { kind: 'req', rest: url.pathname.slice(at + 5) }
}

function ofPath(path: string): RequestEndpoint {
  const slash = path.indexOf('/')
  const name = slash < 0 ? path : path.slice(0, slash)
  const rest = slash < 0 ? '' : path.slice(slash + 1)
  return isName(name) ? { kind: name, rest } : ofAddress(path)
}

function isName(name: string): name is 'req' | 'add' | 'me' | 'deploy' {
  return NAMES.has(name)
}

/** An MNID, or a bare address. */
function ofAddress(path: string): RequestEndpoint {
  const isAddress = decodeHex(path, { prefix: 'required' })?.length === 20
  return isAddress || isMnid(path) ? { kind: 'address', rest: path } : { kind: 'other', rest: '' }
}
