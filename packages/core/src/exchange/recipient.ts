import { parseDid } from '../identity/did.ts'
import type { Did } from '../ports/did.ts'
import type { JsonObject } from '../ports/json.ts'

/**
 * Who will receive the wallet's answer, and how that is known; never which page the person looks at.
 * `attested`: the origin itself publishes the requester's identity. `claimed`: the signed request says so.
 */
export type RecipientTrust =
  | { readonly trust: 'attested'; readonly origin: string }
  | { readonly trust: 'claimed'; readonly origin: string }
  | { readonly trust: 'unknown' }

/** Judges the recipient of a verified request. */
export function judgeRecipient(issuer: Did, payload: JsonObject): RecipientTrust {
  const callback = callbackUrl(payload)
  if (callback === undefined) return { trust: 'unknown' }
  return { trust: isHostOf(issuer, callback) ? 'attested' : 'claimed', origin: callback.origin }
}

/** The request's callback where it is an http(s) URL. */
export function callbackUrl(payload: JsonObject): URL | undefined {
  const callback = payload['callback']
  if (typeof callback !== 'string' || callback.length > 2048 || !URL.canParse(callback)) return undefined
  const url = new URL(callback)
  return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined
}

/** A did:web of exactly this host was resolved from this host: the host vouches for the requester. */
function isHostOf(issuer: Did, callback: URL): boolean {
  const { method, id } = parseDid(issuer)
  if (method !== 'web' && method !== 'https') return false
  const host = id.split(':')[0] ?? ''
  return callback.protocol === 'https:' && decodeURIComponent(host).toLowerCase() === callback.host
}
