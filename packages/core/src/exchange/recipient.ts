import { parseDid } from '../identity/did.ts'
import type { Did } from '../ports/did.ts'
import type { Callback } from './callback.ts'

/**
 * Who will receive the wallet's answer, and how that is known; never which page the person looks at.
 * `attested`: the origin itself vouches for the requester. `claimed`: the signed request says so. `unknown`: nobody signed
 * it, or the request names no address at all.
 */
export type RecipientTrust =
  | { readonly trust: 'attested'; readonly origin: string }
  | { readonly trust: 'claimed'; readonly origin: string }
  | { readonly trust: 'unknown'; readonly origin?: string | undefined }

/**
 * Judges the recipient of a verified request.
 *
 * @param attests asks the origin, over https, whether it vouches for the requester; false where it could not be asked
 */
export async function judgeRecipient(
  issuer: Did,
  target: Callback | undefined,
  attests: (origin: string) => Promise<boolean>,
): Promise<RecipientTrust> {
  if (target === undefined) return { trust: 'unknown' }
  const { url, signed } = target
  // An app's own scheme has no origin; its name is all there is to show.
  const origin = url.origin === 'null' ? url.protocol : url.origin
  if (url.protocol === 'https:' && (isHostOf(issuer, url) || (await attests(origin)))) {
    return { trust: 'attested', origin }
  }
  return { trust: signed ? 'claimed' : 'unknown', origin }
}

/** A did:web of exactly this host was resolved from this host: the host vouches for the requester. */
function isHostOf(issuer: Did, callback: URL): boolean {
  const { method, id } = parseDid(issuer)
  // A path names one of many users of the host, who vouches for nothing but themselves.
  if ((method !== 'web' && method !== 'https') || id.includes(':')) return false
  // Of all that may be percent-encoded in a host, did:web allows the colon before the port alone.
  const host = id.replace(/%3a/i, ':')
  return host.toLowerCase() === callback.host
}
